import Domain
import Foundation
import HistoryAdapter
import Reconciliation
import Reports
import TestSupport
import Testing

@testable import sphinx

@Suite("Where everything stands")
struct OverviewTests {
    /// What `sphinx report` is made from, with this stage's history.
    private static func dashboard(_ stage: LoopStage, writer: (any ProposalWriter)? = nil) async throws -> Dashboard {
        let scratch = try TemporaryFolder()
        let world = try stage.world(writer: writer, scratch: scratch.path)
        let overview = try await Inspection(world: world, settings: stage.settings()).overview()
        let history = try SQLiteHistory(path: stage.folder.file("sphinx.db"))
        return overview.dashboard(history: try RecordedHistory(of: history), version: "test")
    }

    private static func lines(_ dashboard: Dashboard) -> [String] {
        dashboard.entries.map { "\($0.workspace) \($0.standing.rawValue): \($0.reason)" }
    }

    @Test("before any run the next one proposes; then the branch is open; and nothing is changed by looking")
    func proposed() async throws {
        let stage = try await LoopStage.oneMachine()
        #expect(Self.lines(try await Self.dashboard(stage)) == ["web next: "])
        try await stage.reconcile()
        let refs = try await stage.refs()
        let dashboard = try await Self.dashboard(stage)
        #expect(Self.lines(dashboard) == ["web open: "])
        #expect(dashboard.entries[0].branch.hasPrefix("sphinx/web/idle-") && dashboard.entries[0].opportunity != nil)
        #expect(dashboard.history.runs.map(\.status) == ["done"])
        #expect(try await stage.refs() == refs)
    }

    @Test("what people did with a branch is told as git says it")
    func decided() async throws {
        let stage = try await LoopStage.oneMachine()
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        try await stage.commit(on: branch, "workspaces/web/notes.txt", "mine")
        #expect(Self.lines(try await Self.dashboard(stage)) == ["web edited: someone else's commit is on the branch"])
        try await stage.delete(branch)
        #expect(Self.lines(try await Self.dashboard(stage)) == ["web rejected: the branch was deleted"])
    }

    @Test("a merge waits to be applied, and is told as applied afterwards, with its time")
    func merged() async throws {
        let stage = try await LoopStage.oneMachine()
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        try await stage.merge(branch)
        #expect(Self.lines(try await Self.dashboard(stage)) == ["web merged: merged and not applied yet"])
        try await stage.reconcile { $0.only = .apply }
        let dashboard = try await Self.dashboard(stage)
        #expect(
            Self.lines(dashboard) == ["web waiting: settling until 2025-11-24T17:00:00Z", "web applied: "])
        #expect(dashboard.entries.last?.time == 1_764_000_000)
        #expect(dashboard.history.applies.map(\.entry.status) == ["applied", "started"])
        #expect(dashboard.history.applies[0].entry.remark.hasPrefix("Apply complete!"))
    }

    @Test("a limit is told without a run, and what only a run can find out is told from the last one")
    func waiting() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (1...2).map {
                ("workspaces/w\($0)/main.tf", LoopStage.machine("m", id: "i-\($0)"))
            })
        let stage = try await LoopStage(files, rules: "limits: {new_per_run: 1}\n" + LoopStage.rules)
        stage.metrics.set(LoopStage.query, (1...2).map { (["id": "i-\($0)"], 0.01) })
        let states = { (dashboard: Dashboard) in dashboard.entries.map(\.standing) }
        #expect(states(try await Self.dashboard(stage)) == [.next, .waiting])
        #expect(try await Self.dashboard(stage).entries[1].reason == "limit: new_per_run 1")

        let other = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")])
        other.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        try await other.commit(
            ["workspaces/web/more.tf": "resource \"terraform_data\" \"more\" {}\n"], "Add what nobody applied")
        let run = try await other.reconcile().run
        #expect(
            Self.lines(try await Self.dashboard(other)) == [
                "web waiting: base not applied (1 to add, 0 to change, 0 to destroy) (run \(run))"
            ])
    }

    @Test("what Sphinx does not change itself is told with its reason, and a model's failure from the last run")
    func reported() async throws {
        let rules = LoopStage.rules.replacing("fix: {attribute: input.size, value: small}", with: "fix: {hint: less}")
            .replacing("hint: less", with: "attribute: input.size, hint: less")
        let stage = try await LoopStage(
            ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], rules: rules)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        #expect(
            Self.lines(try await Self.dashboard(stage)) == [
                "web reported: the rule has no fix.value, and there is no Gemini key"
            ])
        let writer = ScriptedWriter([.failure(ModelFailure(.quota, Problem(.passing, "the quota is used up")))])
        let run = try await stage.reconcile(writer: writer).run
        let dashboard = try await Self.dashboard(stage, writer: writer)
        #expect(Self.lines(dashboard) == ["web waiting: the quota is used up (run \(run))"])
        #expect(dashboard.history.steps.map(\.entry.action).contains("ask"))
    }

    @Test("costs of all runs add up")
    func cost() async throws {
        let stage = try await LoopStage.oneMachine()
        let edit = Edit(path: "workspaces/web/main.tf", search: "\"large\"", replace: "\"small\"")
        try await stage.reconcile(writer: ScriptedWriter([.success(.edits([edit]))]))
        try await stage.reconcile(writer: ScriptedWriter([]))
        let history = try await Self.dashboard(stage).history
        #expect(history.usage == Usage(calls: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.001))
        #expect(history.runs.map(\.proposals) == [1, 1])
    }

    @Test("a workspace's lock is shown with its holder")
    func locks() async throws {
        let stage = try await LoopStage.oneMachine()
        let world = try stage.world(history: MemoryHistory())
        let record =
            "sphinx: lock\n\n{\"expires\":1764003600,\"holder\":\"ci/7\",\"kind\":\"lock\",\"run\":\"r\",\"workspace\":\"web\"}\n"
        let commit = try world.objects.commit(
            CommitDraft(parent: nil, message: record, time: Date(timeIntervalSince1970: 0)))
        _ = try await world.remote.push([RefUpdate("refs/sphinx/locks/web", from: nil, to: commit)])
        #expect(try await Self.dashboard(stage).workspaces.map(\.lock) == ["ci/7 until 2025-11-24T17:00:00Z"])
    }
}
