import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("What killed jobs leave in the scratch folder")
struct ScratchSweepTests {
    /// The number of a process that has ended, as no living one has it with this beginning.
    private static let gone = "999999-1"

    private static func place() throws -> String { try #require(ScratchOwner.current).place }

    @Test("a name says whose a folder is, and no other name does")
    func names() throws {
        let own = try #require(ScratchOwner.current)
        #expect(ScratchOwner(name: ScratchOwner.newName()) == own && !own.isGone)
        #expect(ScratchOwner.newName() != ScratchOwner.newName())
        for name in ["", "job", "job-a-1-2", "job-a-x-2-id", "work-a-1-2-id", UUID().uuidString] {
            #expect(ScratchOwner(name: name) == nil, "\(name)")
        }
        #expect(ScratchOwner(name: "job-\(own.place)-\(Self.gone)-id")?.isGone == true)
        #expect(ScratchOwner(name: "job-\(own.place)-\(own.pid)-1-id")?.isGone == true)
        #expect(ScratchOwner(name: "job-elsewhere-\(Self.gone)-id")?.isGone == false)
    }

    @Test("goes once its job is gone, unless somebody still has to look into it")
    func sweep() throws {
        let folder = try TemporaryFolder()
        let place = try Self.place()
        let dead = "job-\(place)-\(Self.gone)"
        let kept = [
            ScratchOwner.newName(), "job-elsewhere-\(Self.gone)-a", "somebody", "\(dead)-state", "\(dead)-marked",
        ]
        let left = ["\(dead)-a", "\(dead)-b", "\(dead)-old"]
        for name in kept + left { try folder.write("code", to: "\(name)/files/workspaces/web/main.tf") }
        try folder.write("{}", to: "\(dead)-state/files/workspaces/web/errored.tfstate")
        let now = Date(timeIntervalSince1970: 1_764_000_000)
        for (name, days) in [("marked", 29.0), ("old", 31)] {
            let mark = try folder.write(
                "{\"pid\":999999,\"began\":\"1\",\"scratch\":\"\(folder.path)/\(dead)-\(name)\",\"workspaceFolder\":\"\",\"log\":\"\"}",
                to: "\(name).applying.json")
            try FileManager.default.setAttributes(
                [.modificationDate: now.addingTimeInterval(-days * 86_400)], ofItemAtPath: mark)
        }
        let sweep = ScratchSweep()
        sweep.pass(folder.path, now: now)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                == (kept + ["marked.applying.json"]).sorted())

        try folder.write("code", to: "\(dead)-c/main.tf")
        sweep.pass(folder.path, now: now)
        #expect(folder.exists("\(dead)-c"))
        ScratchSweep().pass(folder.path, now: now)
        #expect(!folder.exists("\(dead)-c"))
        ScratchSweep().pass(folder.file("none"), now: now)
    }

    @Test("an apply that still runs keeps its folder, however old its mark is")
    func running() throws {
        let folder = try TemporaryFolder()
        let own = try #require(ScratchOwner.current)
        let name = "job-\(own.place)-\(Self.gone)-a"
        try folder.write("code", to: "\(name)/main.tf")
        try folder.write(
            "{\"pid\":\(own.pid),\"began\":\"\(own.began)\",\"scratch\":\"\(folder.path)/\(name)\",\"workspaceFolder\":\"\",\"log\":\"\"}",
            to: "a.applying.json")
        ScratchSweep().pass(folder.path, now: .distantFuture)
        #expect(folder.exists(name) && folder.exists("a.applying.json"))
    }

    @Test("an apply without a mark keeps the folder that it works in")
    func unmarked() async throws {
        let folder = try TemporaryFolder()
        let name = "job-\(try Self.place())-\(Self.gone)-a"
        try folder.write("code", to: "\(name)/files/main.tf")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/cat")
        process.currentDirectoryURL = URL(filePath: folder.file("\(name)/files"))
        let input = Pipe()
        process.standardInput = input
        try process.run()
        ScratchSweep().pass(folder.path)
        #expect(folder.exists(name))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        ScratchSweep().pass(folder.path)
        #expect(!folder.exists(name))
    }

    @Test("the next job on the machine does it, and its own folder goes when it is closed")
    func byJobs() async throws {
        let stage = try TerraformStage()
        let dead = "job-\(try Self.place())-\(Self.gone)-a"
        try stage.folder.write("code", to: "scratch/\(dead)/files/main.tf")
        let bench = try await stage.terraform.workbench(for: try stage.files(["main.tf": ""]))
        let names = try FileManager.default.contentsOfDirectory(atPath: stage.folder.file("scratch"))
        #expect(names.count == 1 && names.first.flatMap { ScratchOwner(name: $0) } == ScratchOwner.current)
        await bench.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: stage.folder.file("scratch")).isEmpty)
    }
}
