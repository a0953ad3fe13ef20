import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("The life of a proposal")
struct ProposalLifeTests {
    @Test("a person's commit on a branch survives every later run")
    func edited() async throws {
        let stage = try await LoopStage.oneMachine()
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        try await stage.commit(on: branch, "workspaces/web/notes.txt", "mine")
        let head = try await stage.refs()["refs/heads/\(branch)"]
        for value in [0.01, 0.5, 0.01] {
            stage.metrics.set(LoopStage.query, [(["id": "i-1"], value)])
            #expect(try await stage.reconcile().proposals.map(\.state) == [.edited])
        }
        #expect(try await stage.refs()["refs/heads/\(branch)"] == head)
    }

    @Test("a deleted branch is not proposed again until the code changed and the cool-down is over")
    func rejected() async throws {
        let stage = try await LoopStage.oneMachine()
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        try await stage.delete(branch)
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.rejected])
        #expect(report.proposals.map(\.reason) == ["the branch was deleted"])
        stage.pass(31 * 86_400)
        #expect(try await stage.reconcile().proposals.map(\.state) == [.rejected])
        try await stage.commit(["workspaces/web/readme.txt": "something"], "Touch the workspace")
        let again = try await stage.reconcile()
        #expect(again.proposals.map(\.state) == [.created])
        #expect(try await stage.refs()["refs/heads/\(branch)"] != nil)
    }

    @Test("within the cool-down a changed workspace does not bring a rejected proposal back")
    func coolDown() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.delete(try #require(try await stage.reconcile().proposals.first).branch)
        try await stage.commit(["workspaces/web/readme.txt": "something"], "Touch the workspace")
        let report = try await stage.reconcile()
        #expect(
            report.proposals.map(\.reason) == [
                "the branch was deleted; not proposed again before 2025-12-24T16:00:00Z"
            ])
    }

    @Test("a base that moved elsewhere touches no branch; one that changed the workspace refreshes without the model")
    func refresh() async throws {
        let stage = try await LoopStage.oneMachine()
        let edit = Edit(path: "workspaces/web/main.tf", search: "\"large\"", replace: "\"small\"")
        let writer = ScriptedWriter([.success(.edits([edit]))])
        let branch = try #require(try await stage.reconcile(writer: writer).proposals.first).branch
        let refs = try await stage.refs()

        try await stage.commit(["elsewhere.txt": "text"], "Work elsewhere")
        #expect(try await stage.reconcile(writer: writer).proposals.map(\.state) == [.unchanged])
        #expect(try await stage.refs()["refs/heads/\(branch)"] == refs["refs/heads/\(branch)"])

        let other = "# A note at the end.\n" + LoopStage.machine("one", id: "i-1")
        try await stage.commit(["workspaces/web/main.tf": other], "Change the workspace")
        let report = try await stage.reconcile(writer: writer)
        #expect(report.proposals.map(\.state) == [.refreshed])
        #expect(report.usage == Usage() && writer.conversations.count == 1)
        let text = try await stage.show("workspaces/web/main.tf", on: branch)
        #expect(text == "# A note at the end.\n" + LoopStage.machine("one", id: "i-1", size: "small"))
        #expect(try await stage.reconcile(writer: writer).proposals.map(\.state) == [.unchanged])
    }

    @Test("a conflicting base is asked about anew")
    func conflict() async throws {
        let stage = try await LoopStage.oneMachine()
        let answer = { (size: String) in
            ModelReply.edits([Edit(path: "workspaces/web/main.tf", search: "\"\(size)\"", replace: "\"small\"")])
        }
        let writer = ScriptedWriter([.success(answer("large")), .success(answer("huge"))])
        _ = try await stage.reconcile(writer: writer)
        try await stage.commit(
            ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1", size: "huge")], "Grow by hand")
        try await stage.applyBase()
        let report = try await stage.reconcile(writer: writer)
        #expect(report.proposals.map(\.state) == [.refreshed])
        #expect(writer.conversations.count == 2 && report.usage.calls == 1)
    }

    @Test("an opportunity that is gone takes its branch with it; one that could not be measured does not")
    func resolved() async throws {
        let stage = try await LoopStage.oneMachine()
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        stage.metrics.fail(with: Problem(.passing, "Prometheus is away"))
        let failed = try await stage.reconcile()
        #expect(failed.proposals.map(\.state) == [.unchanged])
        #expect(failed.statuses.map(\.status) == [.error])
        stage.metrics.fail(with: nil)
        stage.metrics.warn(["a store is down"])
        #expect(try await stage.reconcile().proposals.map(\.state) == [.unchanged])
        stage.metrics.warn([])
        stage.metrics.set(LoopStage.query, [])
        #expect(try await stage.reconcile().proposals.map(\.state) == [.unchanged])
        #expect(try await stage.refs()["refs/heads/\(branch)"] != nil)

        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.5)])
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.resolved])
        #expect(Set(try await stage.refs().keys) == ["refs/heads/main"])
    }

    @Test("a rule or a workspace that was removed withdraws its proposals", arguments: ["rule", "workspace"])
    func superseded(what: String) async throws {
        let stage = try await LoopStage.oneMachine()
        _ = try await stage.reconcile()
        if what == "rule" {
            try await stage.commit(["rules.yml": "rules: []\n"], "Remove the rule")
        } else {
            try await Shell.git("rm", "-q", "-r", "workspaces/web", in: stage.person)
            try await stage.commit(
                ["workspaces/other/main.tf": LoopStage.machine("x", id: "i-9")], "Remove the workspace")
        }
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.superseded])
        #expect(Set(try await stage.refs().keys) == ["refs/heads/main"])
    }

    @Test("limits hold back, say so, and let the longest waiting go first")
    func limits() async throws {
        var files: [String: String] = [:]
        var series: [(labels: Labels, value: Double)] = []
        for number in 1...4 {
            files["workspaces/w\(number)/main.tf"] = LoopStage.machine("m", id: "i-\(number)")
            series.append((["id": "i-\(number)"], 0.01))
        }
        let rules = "limits: {new_per_run: 2, open_proposals: 3}\n" + LoopStage.rules
        let stage = try await LoopStage(files, rules: rules)
        stage.metrics.set(LoopStage.query, series)
        let first = try await stage.reconcile()
        #expect(first.proposals.count { $0.state == .created } == 2)
        #expect(
            first.proposals.filter { $0.state == .waiting }.map(\.reason)
                == Array(repeating: "limit: new_per_run 2", count: 2))
        let second = try await stage.reconcile()
        #expect(second.proposals.count { $0.state == .created } == 1)
        #expect(second.proposals.filter { $0.state == .waiting }.map(\.reason) == ["limit: open_proposals 3"])
        let created = first.proposals.filter { $0.state == .created }.map(\.workspace)
        #expect(second.proposals.filter { $0.state == .created }.allSatisfy { !created.contains($0.workspace) })
    }
}
