import ChildProcess
import Foundation
import TestSupport
import Testing

/// SIGKILL in the middle of an apply, when the volume exists and Terraform does not know of it yet.
@Suite("Applies that are killed", .timeLimit(.minutes(30)))
struct KilledApplyTests {
    private static let remedy =
        "look what of it exists; import it or delete it before this is approved again; if the state's lock is left, "
        + "'terraform force-unlock' takes it away"

    /// No run may make a second volume, whatever it says.
    private func expectOne(_ stage: VolumeStage, inState: Bool) async throws {
        let volumes = try await stage.volumes()
        #expect(volumes.count == 1)
        #expect(try await stage.state().contains(try #require(volumes.first)) == inState)
        #expect(try await stage.lock() == nil)
    }

    @Test("Sphinx is killed: its apply goes on, and the next run takes it over", arguments: VolumeStage.Store.allCases)
    func sphinx(_ store: VolumeStage.Store) async throws {
        let stage = try await VolumeStage(store)
        let killed = try await stage.struck { kill($0, SIGKILL) }
        #expect(killed.exit == .signaled(SIGKILL))
        #expect(try await stage.volumes().count == 1)
        let lock = try await stage.lock()
        #expect(lock != nil)
        async let next = stage.apply()
        try await eventually("the next run takes the lock") { try await stage.lock() != lock }
        try stage.release()
        let adopted = try await next
        #expect(adopted.exit == .exited(0), "\(adopted.errorText)")
        #expect(try stage.said(adopted, "applies.0.result") == "applied")
        #expect(
            try stage.said(adopted, "applies.0.reason")
                == "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")
        try await expectOne(stage, inState: true)
        #expect(try await stage.ledger() == ["applied"])
        let steps = try await stage.sphinx(["history", "list", "--action", "apply"])
        #expect(steps.outputText.contains("adopted") && steps.outputText.contains("applied"))
        #expect(try await stage.sphinx(["history", "verify"]).succeeded)
        if store == .s3 { #expect(try await stage.moto.objects(in: "states") == ["data.tfstate"]) }

        let third = try await stage.apply()
        #expect(try stage.said(third, "applies.0.result") == nil && third.succeeded)
        try await expectOne(stage, inState: true)
    }

    @Test("Terraform is killed: what it made is named, and nothing is applied before a person has seen to it")
    func terraformInFile() async throws {
        let stage = try await VolumeStage(.file)
        let struck = try await stage.struck { _ in kill(try stage.terraformProcess(), SIGKILL) }
        try stage.release()
        try expectKilled(struck, stage, "terraform apply was killed by signal 9")
        for _ in 0..<2 {
            try await expectOne(stage, inState: false)
            try await expectApproval(stage)
        }
        try await expectOne(stage, inState: false)
    }

    @Test("Terraform is killed with its state in S3: the lock that it left is named, too, and how to end it")
    func terraformInS3() async throws {
        let stage = try await VolumeStage(.s3)
        let struck = try await stage.struck { _ in kill(try stage.terraformProcess(), SIGKILL) }
        try stage.release()
        try expectKilled(struck, stage, "terraform apply was killed by signal 9")
        let id = try await expectLocked(stage)
        try await stage.terraform("init", "-input=false")
        try await stage.terraform("force-unlock", "-force", id)
        try await expectApproval(stage)
        try await expectOne(stage, inState: false)

        // The person finds the volume, and takes it into the state.
        let volume = try #require(try await stage.volumes().first)
        try await stage.terraform("import", "-input=false", "aws_ebs_volume.data", volume)
        let last = try await stage.apply()
        #expect(try stage.said(last, "applies.0.result") == "already_applied", "\(last.outputText)")
        try await expectOne(stage, inState: true)
    }

    @Test("both are killed: the next run says what was under way, and does not begin it again")
    func both() async throws {
        for store in VolumeStage.Store.allCases {
            let stage = try await VolumeStage(store)
            let struck = try await stage.struck { pid in
                let terraform = try stage.terraformProcess()
                kill(pid, SIGKILL)
                kill(terraform, SIGKILL)
            }
            #expect(struck.exit == .signaled(SIGKILL))
            try stage.release()
            try expectKilled(try await stage.apply(), stage, "an apply that outlived its run was killed")
            #expect(try await stage.ledger().contains("failed"))
            if store == .s3 {
                let id = try await expectLocked(stage)
                try await stage.terraform("init", "-input=false")
                try await stage.terraform("force-unlock", "-force", id)
            }
            try await expectApproval(stage)
            try await expectOne(stage, inState: false)
        }
    }

    // MARK: What is said

    private func expectKilled(_ completion: Completion, _ stage: VolumeStage, _ what: String) throws {
        #expect(completion.exit == .exited(3), "\(completion.errorText)")
        let message = "data: \(what) while it changed what the state may not hold: create aws_ebs_volume.data"
        #expect(try stage.said(completion, "problems.0.message") == message, "\(completion.outputText)")
        #expect(try stage.said(completion, "applies.0.result") == "failed")
        #expect(try stage.said(completion, "applies.0.reason") == "\(message); left: aws_ebs_volume.data")
        let hint = try #require(try stage.said(completion, "problems.0.hint"))
        let parts = hint.ranges(of: "; its log is in ")
        let log = String(hint[try #require(parts.first).upperBound...])
        #expect(hint.hasPrefix("\(Self.remedy); its log is in \(stage.stage.folder.file("cache/errored"))/"), "\(hint)")
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("aws_ebs_volume.data: Creating..."))
    }

    /// The lock's id.
    private func expectLocked(_ stage: VolumeStage) async throws -> String {
        let next = try await stage.apply()
        #expect(next.exit == .exited(3))
        let message = try #require(try stage.said(next, "problems.0.message"))
        #expect(message.hasPrefix("data: another process holds the state's lock ("), "\(next.outputText)")
        let hint = try #require(try stage.said(next, "problems.0.hint"))
        let words =
            /the next run tries again; if nobody works on it, 'terraform force-unlock ([0-9a-f-]+)' takes it away/
        return String(try #require(hint.wholeMatch(of: words)).1)
    }

    private func expectApproval(_ stage: VolumeStage) async throws {
        let next = try await stage.apply()
        #expect(try stage.said(next, "applies.0.result") == "needs_approval", "\(next.outputText)")
        #expect(try stage.said(next, "applies.0.reason") == "the last apply of this approval failed")
        let branch = try #require(try stage.said(next, "proposals.0.branch"))
        let key = try #require(try stage.said(next, "proposals.0.key"))
        let page = try await stage.stage.show("proposals/data/\(key)/README.md", on: branch)
        #expect(
            page.replacing("\\", with: "").contains(
                "while it changed what the state may not hold: create aws_ebs_volume.data"), "\(page)")
    }
}
