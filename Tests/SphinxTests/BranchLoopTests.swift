import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("A person's own branch, from a push to an apply", .timeLimit(.minutes(30)))
struct BranchLoopTests {
    private static let path = "workspaces/web/more.tf"

    /// A branch `feature` with one commit of a person's own.
    private func stage(_ path: String = path, _ text: String = LoopStage.machine("more", id: "i-2")) async throws
        -> LoopStage
    {
        let stage = try await LoopStage.oneMachine()
        try await Shell.git("push", "-q", "origin", "HEAD:refs/heads/feature", in: stage.person)
        try await stage.commit(on: "feature", path, text)
        return stage
    }

    private func plan(_ stage: LoopStage, dry: Bool = false) async throws -> RunReport {
        try await stage.proposing(dry: dry) { try await $0.plan(branch: "feature") }
    }

    @Test("is applied after its merge, and by nothing else", arguments: [LoopStage.Merge.mergeCommit, .squash])
    func merged(way: LoopStage.Merge) async throws {
        let stage = try await stage()
        let head = try await stage.refs()["refs/heads/feature"]
        let report = try await plan(stage)
        #expect(report.proposals.map(\.state) == [.created] && report.findings.isEmpty)
        #expect(report.proposals.map(\.planSummary) == ["1 to add, 0 to change, 0 to destroy"])
        #expect(try await Shell.git("--git-dir", stage.remote, "rev-parse", "feature^").trimmed == head)
        #expect(Set(try await stage.refs().keys) == ["refs/heads/main", "refs/heads/feature"])
        #expect(try await stage.reconcile { $0.only = .apply }.applies.isEmpty)

        try await stage.merge("feature", by: way)
        let applied = try await stage.reconcile { $0.only = .apply }
        #expect(
            applied.applies.map(\.result) == [.applied] && applied.applies.map(\.key) == report.proposals.map(\.key))
        #expect(try stage.state("web").contains("i-2"))
        #expect(try await stage.reconcile { $0.only = .apply }.applies.isEmpty)
    }

    @Test("that removes resources shows that first, and destroys them once merged")
    func destroys() async throws {
        let stage = try await stage("workspaces/web/main.tf", "# nothing is left\n")
        let report = try await plan(stage)
        #expect(report.findings.map(\.sentence) == ["terraform_data.one is destroyed"])
        let key = try #require(report.proposals.first).key
        let page = try await stage.show("proposals/web/\(key)/README.md", on: "feature")
        #expect(
            page.hasPrefix(
                "# The plan of `feature` in `web`\n\n**0 to add, 0 to change, 1 to destroy** · **1 destroyed**"))
        try await stage.merge("feature")
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("terraform_data") == false)
    }

    @Test("may make a workspace")
    func newWorkspace() async throws {
        let stage = try await stage("workspaces/new/main.tf", LoopStage.machine("first", id: "i-3"))
        #expect(try await plan(stage).proposals.map(\.workspace) == ["new"])
        try await stage.merge("feature")
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
        #expect(try stage.state("new").contains("i-3"))
    }

    @Test("that goes on after its plan asks for approval; planned again it is applied")
    func goesOn() async throws {
        let stage = try await stage()
        let first = try await plan(stage)
        try await stage.commit(on: "feature", Self.path, LoopStage.machine("more", id: "i-3"))
        try await stage.merge("feature")
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.needsApproval])
        #expect(report.proposals.map(\.branch) == ["sphinx/web/approve-\(try #require(first.proposals.first).key)"])

        let other = try await self.stage()
        _ = try await plan(other)
        try await other.commit(on: "feature", Self.path, LoopStage.machine("more", id: "i-3"))
        #expect(try await plan(other).proposals.map(\.state) == [.refreshed])
        #expect(try await plan(other).proposals.map(\.state) == [.unchanged])
        try await other.merge("feature")
        #expect(try await other.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
    }

    @Test("runs dry without a trace, and shows the commit that the real run then makes")
    func dryRun() async throws {
        let stage = try await stage()
        let before = try ["remote.git", "job.git", "state"].map { try Fingerprint.of(stage.folder.file($0)) }
        let dry = try await plan(stage, dry: true)
        #expect(try ["remote.git", "job.git", "state"].map { try Fingerprint.of(stage.folder.file($0)) } == before)
        let real = try await plan(stage)
        #expect(dry.proposals == real.proposals && real.proposals.allSatisfy { $0.commit != nil && $0.message != nil })
    }

    @Test("that a shallow clone knows too little of is told what to fetch")
    func shallow() async throws {
        let stage = try await stage()
        try await stage.commit(on: "feature", Self.path, LoopStage.machine("more", id: "i-3"))
        try FileManager.default.removeItem(atPath: stage.folder.file("job.git"))
        try await Shell.git(
            "clone", "-q", "--bare", "--depth", "1", "file://\(stage.remote)", stage.folder.file("job.git"))
        let result = try await stage.sphinx(["propose", "--branch", "feature", "--log-level", "error"])
        #expect(result.exit == .exited(1))
        #expect(
            result.errorText
                == "sphinx: 'feature' and main have no commit in common that is known here; a shallow clone knows too "
                + "little: run 'git fetch --unshallow'\n")
    }

    // MARK: The command

    @Test("the command tells findings and exits with 3 where it does not plan, and plans what is trusted")
    func command() async throws {
        let stage = try await stage(
            Self.path, "locals {\n  x = file(\"/etc/hostname\")\n}\n" + LoopStage.machine("more", id: "i-2"))
        let arguments = ["propose", "--branch", "feature", "--format", "json", "--log-level", "error"]
        let refused = try await stage.sphinx(arguments)
        #expect(refused.exit == .exited(3))
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(refused.output))
        #expect(report["schema"]?.string == "sphinx.propose/1" && report["pushes"] == .integer(0))
        #expect(
            report["findings"]
                == .array([
                    .object([
                        "workspace": .string("web"), "runsAtPlan": .bool(true),
                        "message": .string(
                            "workspaces/web/more.tf: 'file(\"/etc/hostname\")' is new or changed: it reads files of the "
                                + "machine"),
                    ])
                ]))
        let trusted = try await stage.sphinx(arguments + ["--trust"])
        #expect(trusted.exit == .exited(0) && trusted.outputText.contains("\"state\": \"created\""))
        let again = try await stage.sphinx(arguments)
        #expect(again.exit == .exited(0) && again.outputText.contains("\"state\": \"unchanged\""))

        try await stage.merge("feature")
        #expect(
            try await stage.sphinx(["proposals", "list"]).outputText.contains("merged  web        terraform_data.more"))
        let applied = try await stage.sphinx(["reconcile", "--only", "apply"])
        #expect(applied.outputText.contains("Apply complete! Resources: 1 added, 0 changed, 0 destroyed."))
        let history = try await stage.sphinx(["history", "list", "--action", "propose"])
        #expect(history.outputText.contains("feature"))
    }

    @Test(
        "what does not go together is a usage mistake",
        arguments: [
            ["Add it", "--workspace", "web", "--branch", "x"], ["--branch", "x", "--workspace", "web"],
            ["--branch", "x", "--interactive"], ["--branch", "x", "--allow-destroy"],
            ["Add it", "--workspace", "web", "--trust"],
        ])
    func usage(arguments: [String]) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        #expect(try await stage.sphinx(["propose"] + arguments).exit == .exited(64))
    }

    @Test("a branch without a plan to it is told in one sentence, with exit 1")
    func problem() async throws {
        let stage = try await stage()
        let result = try await stage.sphinx(["propose", "--branch", "main", "--log-level", "error"])
        #expect(result.exit == .exited(1) && result.outputText.isEmpty)
        #expect(
            result.errorText
                == "sphinx: 'main' is the base branch; name a branch of your own, or another --base\n")
    }
}
