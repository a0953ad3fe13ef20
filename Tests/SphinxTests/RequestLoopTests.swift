import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("A request, from words to an apply", .timeLimit(.minutes(30)))
struct RequestLoopTests {
    static let cache = "resource \"terraform_data\" \"cache\" {\n  input = \"2 GB\"\n}\n"
    private static let path = "workspaces/web/cache.tf"

    static func added(_ text: String = cache, path: String = path) -> ScriptedWriter {
        let edit = Edit(path: path, search: "", replace: text)
        return ScriptedWriter([.success(.edits([edit])), .success(.edits([edit]))])
    }

    @Test("is applied however it is merged, and no other change is", arguments: LoopStage.Merge.allCases)
    func merged(way: LoopStage.Merge) async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(
            try await stage.propose("Ajoute un cache de 2 Go", writer: Self.added()).proposals.first)
        #expect(proposal.state == .created && proposal.planSummary == "1 to add, 0 to change, 0 to destroy")
        #expect(try stage.state("web").contains("2 GB") == false)
        try await stage.merge(proposal.branch, by: way, deleting: way == .squash)
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.applied] && report.applies.map(\.key) == [proposal.key])
        #expect(try stage.state("web").contains("2 GB"))
        let refs = try await stage.refs().keys.filter { $0 != "refs/heads/main" }
        #expect(refs.allSatisfy { $0.hasPrefix("refs/sphinx/applied/\(proposal.key)/") } && refs.count == 1)
        #expect(try await stage.reconcile { $0.only = .apply }.applies.isEmpty)
    }

    @Test("that someone did by hand another way in between asks for approval like any other")
    func approval() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.propose("Add a cache", writer: Self.added()).proposals.first)
        try await stage.merge(proposal.branch)
        try await stage.commit([Self.path: Self.cache.replacing("2 GB", with: "4 GB")], "Larger")
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.needsApproval])
        let approval = try #require(report.proposals.first)
        #expect(approval.branch == "sphinx/web/approve-\(proposal.key)" && approval.rule == "request")
        try await stage.merge(approval.branch)
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("4 GB"))
    }

    @Test("may not change what it does not edit, however it gets there")
    func sideEffect() async throws {
        let code = "locals {\n  size = 1\n}\n\nresource \"terraform_data\" \"one\" {\n  input = local.size\n}\n"
        let stage = try await LoopStage(["workspaces/web/main.tf": code])
        let edit = Edit(path: "workspaces/web/main.tf", search: "size = 1", replace: "size = 2")
        let writer = ScriptedWriter(Array(repeating: .success(.edits([edit])), count: 2))
        let report = try await stage.propose("Grow", writer: writer)
        #expect(
            report.proposals.map(\.reason) == [
                "terraform_data.one would change, too; only resources whose blocks were edited may"
            ])
    }

    @Test("may call a module of the repository, and none from elsewhere")
    func modules() async throws {
        let stage = try await LoopStage([
            "workspaces/web/main.tf": LoopStage.machine("one", id: "i-1"),
            "modules/box/main.tf":
                "variable \"size\" {}\n\nresource \"terraform_data\" \"box\" {\n  input = var.size\n}\n",
            "modules/dice/main.tf": "resource \"random_id\" \"dice\" {\n  byte_length = 2\n}\n",
        ])
        let call = { (name: String, source: String) in
            "module \"\(name)\" {\n  source = \"\(source)\"\n  size   = 3\n}\n"
        }
        let report = try await stage.propose("Add a box", writer: Self.added(call("box", "../../modules/box")))
        #expect(report.proposals.map(\.state) == [.created])
        #expect(report.proposals.map(\.address) == ["module.box.terraform_data.box"])
        try await stage.merge(try #require(report.proposals.first).branch)
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])

        let refusals = [
            ("../../modules/none", "workspaces/web: the module 'x' is not at modules/none"),
            ("../../../out", "workspaces/web: the module 'x' lies outside the repository"),
            (
                "../../modules/dice",
                "modules/dice/main.tf: random_id.dice is not allowed: its provider is not used here yet, and would be "
                    + "downloaded and run"
            ),
            (
                "git::https://example.com/box",
                "workspaces/web/x.tf: the source of module.x is not allowed: its code is not in this repository"
            ),
        ]
        for (source, reason) in refusals {
            let writer = Self.added(call("x", source), path: "workspaces/web/x.tf")
            let refused = try await stage.propose("Add a box from \(source)", writer: writer)
            #expect(refused.proposals.map(\.reason) == [reason])
        }
    }

    @Test("never writes through a symbolic link, or over one")
    func symbolicLink() async throws {
        let stage = try await LoopStage.oneMachine()
        try FileManager.default.createSymbolicLink(
            atPath: stage.folder.file("person/workspaces/web/link.tf"), withDestinationPath: "/etc/passwd")
        try await stage.commit([:], "Link")
        // The workspace cannot be read at all, as Terraform would follow what is not laid out.
        let refusal = Problems([
            Problem(
                .needsPerson, "the file is a symbolic link, which is not followed",
                hint: "commit the file itself, or make it a module",
                location: SourceLocation(file: "workspaces/web/link.tf", line: 1, column: 1))
        ])
        for file in ["link.tf", nil] {
            let writer = Self.added(path: "workspaces/web/link.tf")
            await #expect(throws: refusal) {
                try await stage.propose("Add a cache", writer: writer, file: file)
            }
        }
    }

    @Test("never writes over a folder of a file's name")
    func folder() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.commit(["workspaces/web/link.tf/notes.txt": "mine"], "Folder")
        let report = try await stage.propose("Add a cache", writer: Self.added(path: "workspaces/web/link.tf"))
        #expect(
            report.proposals.map(\.reason) == [
                "workspaces/web/link.tf: there is a symbolic link or a folder of this name"
            ])
    }

    @Test("runs dry without a trace, shows what the real run makes, and its tokens are not spent again")
    func dryRun() async throws {
        let stage = try await LoopStage.oneMachine()
        try stage.world().history.append(
            HistoryEntry(run: "r", time: Date(timeIntervalSince1970: 0), action: "a", status: "s"))
        let writer = Self.added()
        let before = try prints(stage)
        let dry = try await stage.propose("Add a cache", writer: writer, dry: true)
        #expect(try prints(stage) == before)
        let real = try await stage.propose("Add a cache", writer: writer)
        #expect(dry.usage.calls == 1 && real.usage == Usage() && writer.conversations.count == 1)
        #expect(dry.proposals == real.proposals && real.proposals.map(\.state) == [.created])
        #expect(real.proposals.allSatisfy { $0.commit != nil && $0.message != nil && $0.difference != nil })
    }

    private func prints(_ stage: LoopStage) throws -> [String: [String: Digest]] {
        try ["remote.git", "job.git", "state", "person"].reduce(into: [:]) { result, name in
            result[name] = try Fingerprint.of(stage.folder.file(name))
        }.merging([
            "history": [
                "sphinx.db": Digest(ofBytes: try Data(contentsOf: URL(filePath: stage.folder.file("sphinx.db"))))
            ]
        ]) { first, _ in first }
    }
}
