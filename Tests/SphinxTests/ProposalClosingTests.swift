import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Closing and reopening a proposal")
struct ProposalClosingTests {
    private static func lifecycle(_ stage: LoopStage) throws -> ProposalLifecycle {
        ProposalLifecycle(world: try stage.world(), settings: stage.settings())
    }

    private static func failure(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch let problem as Problem {
            return [problem.message, problem.hint].compactMap(\.self).joined(separator: "; ")
        } catch {
            return "\(error)"
        }
    }

    /// A stage with one open proposal.
    private static func open() async throws -> (stage: LoopStage, key: String, branch: String) {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        return (stage, proposal.key.text, proposal.branch)
    }

    @Test("the branch goes, the reason stays for every later run, and reopening brings back the very commit")
    func closing() async throws {
        let (stage, key, branch) = try await Self.open()
        let before = try await stage.refs()
        _ = try await Self.lifecycle(stage).close(key, reason: " we keep  it for\nChristmas ")
        #expect(try await stage.refs()["refs/heads/\(branch)"] == nil)
        for _ in 0..<2 {
            let report = try await stage.reconcile()
            #expect(report.proposals.map(\.reason) == ["closed: we keep it for Christmas"])
            #expect(report.proposals.map(\.state) == [.rejected] && report.pushes == 0)
        }
        let rows = try stage.world().history.rows(HistoryFilter(action: "proposal"))
        #expect(rows.map(\.entry.status) == ["closed"])
        #expect(rows.first?.entry.details["reason"] == .string("we keep it for Christmas"))
        _ = try await Self.lifecycle(stage).reopen(key)
        #expect(try await stage.refs() == before)
        #expect(try await stage.reconcile().proposals.map(\.state) == [.unchanged])
    }

    @Test("a branch that was deleted by hand can be reopened, too")
    func deleted() async throws {
        let (stage, key, branch) = try await Self.open()
        let before = try await stage.refs()
        try await stage.delete(branch)
        _ = try await Self.lifecycle(stage).reopen(key)
        #expect(try await stage.refs() == before)
    }

    @Test("what is proposed anew after the cool-down is not closed any more")
    func anew() async throws {
        let (stage, key, _) = try await Self.open()
        _ = try await Self.lifecycle(stage).close(key, reason: "not now")
        try await stage.commit(["workspaces/web/readme.txt": "something"], "Touch the workspace")
        #expect(
            try await stage.reconcile().proposals.map(\.reason)
                == ["closed: not now; not proposed again before 2025-12-24T16:00:00Z"])
        stage.pass(31 * 86_400)
        #expect(try await stage.reconcile().proposals.map(\.state) == [.created])
        #expect(try await stage.refs().keys.allSatisfy { !$0.contains("/closed/") })
        try await stage.commit(["workspaces/web/main.tf": ""], "Remove the machine")
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.9)])
        _ = try await stage.reconcile()
    }

    @Test("what cannot be closed or reopened says why, and changes nothing")
    func refusals() async throws {
        let (stage, key, branch) = try await Self.open()
        let before = try await stage.refs()
        let life = try Self.lifecycle(stage)
        #expect(
            await Self.failure { _ = try await life.close("0123456789", reason: "x") }
                == "there is no proposal '0123456789'; see 'sphinx proposals list'")
        #expect(
            await Self.failure { _ = try await life.close(key, reason: " ") }
                == "the reason has 0 characters; say in 1 to 500 why, for the people who read the list")
        #expect(
            await Self.failure { _ = try await life.reopen(key) } == "the proposal '\(key)' is open: \(branch)")
        #expect(try await stage.refs() == before)
        try await stage.commit(on: branch, "workspaces/web/notes.txt", "mine")
        #expect(
            await Self.failure { _ = try await life.close(key, reason: "x") }
                == "\(branch) holds a commit that is not Sphinx's; delete the branch with git if that commit may go")
        try await stage.merge(branch, deleting: true)
        #expect(
            await Self.failure { _ = try await life.close(key, reason: "x") }
                == "the proposal '\(key)' is merged; revert its commit in the base branch to undo it")
    }

    @Test("closed twice is said with the first reason")
    func twice() async throws {
        let (stage, key, _) = try await Self.open()
        _ = try await Self.lifecycle(stage).close(key, reason: "first")
        let told = await Self.failure { _ = try await Self.lifecycle(stage).close(key, reason: "second") }
        #expect(told == "the proposal '\(key)' is closed already: first")
    }

    @Test("the difference is the change alone, whatever the base does later")
    func difference() async throws {
        let (stage, key, branch) = try await Self.open()
        let text = { try await ProposalDifference(world: try stage.world(), settings: stage.settings()).text(of: key) }
        let expected = """
            --- a/workspaces/web/main.tf
            +++ b/workspaces/web/main.tf
            @@ -2,6 +2,6 @@
             resource "terraform_data" "one" {
               input = {
                 id   = "i-1"
            -    size = "large" # chosen by hand
            +    size = "small" # chosen by hand
               }
             }

            """
        let open = try await text()
        #expect(open == expected)
        try await stage.merge(branch)
        try await stage.commit(["workspaces/web/more.tf": "# later\n"], "Go on")
        let merged = try await text()
        #expect(merged == expected)
    }
}
