import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Closing and reopening a proposal")
struct ProposalLifecycleTests {
    private static let key = RuleLoopTests.key.text

    private static func lifecycle(_ stage: MemoryStage) -> ProposalLifecycle {
        ProposalLifecycle(world: stage.world(), settings: stage.settings())
    }

    private static func problem(_ body: () async throws(Problem) -> TrackedProposal) async -> String? {
        do throws(Problem) {
            _ = try await body()
            return nil
        } catch {
            return error.description
        }
    }

    @Test("closing deletes the branch and keeps the reason; reopening brings it back as it was")
    func closed() async throws {
        let stage = try await RuleLoopTests.stage()
        try await stage.reconcile()
        let pushed = stage.repository.refs["refs/heads/\(RuleLoopTests.branch)"]
        _ = try await Self.lifecycle(stage).close(Self.key, reason: "  we\n need   it ")
        #expect(stage.refs == ["refs/sphinx/closed/\(Self.key)", "refs/sphinx/proposals/\(Self.key)"])
        #expect(RuleLoopTests.told(try await stage.reconcile()) == ["rejected: closed: we need it"])
        #expect(
            await Self.problem { () async throws(Problem) in
                try await Self.lifecycle(stage).close(Self.key, reason: "no")
            }
                == "the proposal '\(Self.key)' is closed already: we need it")

        _ = try await Self.lifecycle(stage).reopen(Self.key)
        #expect(stage.refs == RuleLoopTests.refs)
        #expect(stage.repository.refs["refs/heads/\(RuleLoopTests.branch)"] == pushed)
        #expect(RuleLoopTests.told(try await stage.reconcile()) == ["unchanged"])
        #expect(
            await Self.problem { () async throws(Problem) in try await Self.lifecycle(stage).reopen(Self.key) }
                == "the proposal '\(Self.key)' is open: \(RuleLoopTests.branch)")
        let steps = stage.history.all.filter { $0.action == "proposal" }
        #expect(steps.map(\.status) == ["closed", "reopened"])
        #expect(steps.map { $0.details["reason"]?.string } == ["we need it", nil])
    }

    @Test(
        "a reason has words, and not too many",
        arguments: [("", 0), (" \n\t", 0), (String(repeating: "x", count: 501), 501)])
    func reasons(reason: String, count: Int) async throws {
        let stage = try await MemoryStage()
        #expect(
            await Self.problem { () async throws(Problem) in
                try await Self.lifecycle(stage).close(Self.key, reason: reason)
            }
                == "the reason has \(count) characters; say in 1 to 500 why, for the people who read the list")
    }

    @Test("what is not there, merged, applied or somebody else's is told")
    func refused() async throws {
        let stage = try await RuleLoopTests.stage()
        let close = { (key: String) async in
            await Self.problem { () async throws(Problem) in try await Self.lifecycle(stage).close(key, reason: "no") }
        }
        for key in [Self.key, "", "../x", "0123456789"] {
            #expect(await close(key) == "there is no proposal '\(key)'; see 'sphinx proposals list'")
        }
        try await stage.reconcile()
        let pushed = try #require(stage.repository.refs["refs/heads/\(RuleLoopTests.branch)"])
        stage.repository.point(
            "refs/heads/\(RuleLoopTests.branch)", to: try #require(stage.repository.refs["refs/heads/main"]))
        #expect(
            await close(Self.key)
                == "\(RuleLoopTests.branch) holds a commit that is not Sphinx's; delete the branch with git if that commit may go"
        )
        stage.repository.point("refs/heads/\(RuleLoopTests.branch)", to: pushed)
        try stage.merge(RuleLoopTests.branch)
        let hint = "revert its commit in the base branch to undo it"
        #expect(await close(Self.key) == "the proposal '\(Self.key)' is merged; \(hint)")
        try await stage.reconcile()
        #expect(await close(Self.key) == "the proposal '\(Self.key)' is applied; \(hint)")
    }

    @Test("somebody who is quicker is not overwritten")
    func race() async throws {
        let stage = try await RuleLoopTests.stage()
        try await stage.reconcile()
        var world = stage.world()
        world.remote = FaultyRemote(stage.repository, .refuses("stale info")) { $0.name.hasPrefix("refs/heads/") }
        let lifecycle = ProposalLifecycle(world: world, settings: stage.settings())
        #expect(
            await Self.problem { () async throws(Problem) in try await lifecycle.close(Self.key, reason: "no") }
                == "nothing was changed: refs/heads/\(RuleLoopTests.branch): stale info; someone else changed the proposal at the same moment; look at it again"
        )
        #expect(stage.refs == RuleLoopTests.refs)
    }

    @Test("its difference is that of the trees it was planned with, wherever the base is now")
    func difference() async throws {
        let stage = try await RuleLoopTests.stage()
        try await stage.reconcile()
        try stage.write([MemoryStage.main: "# all gone\n"])
        let text = try await ProposalDifference(world: stage.world(), settings: stage.settings()).text(of: Self.key)
        #expect(text.hasPrefix("--- a/workspaces/web/main.tf\n+++ b/workspaces/web/main.tf\n@@ -1,6 +1,6 @@\n"))
        #expect(text.contains("\n-  input = \"large\"\n+  input = \"small\"\n") && !text.contains("all gone"))
        await #expect(
            throws: Problem(.needsPerson, "there is no proposal 'x'", hint: "see 'sphinx proposals list'")
        ) { try await ProposalDifference(world: stage.world(), settings: stage.settings()).text(of: "x") }
    }
}
