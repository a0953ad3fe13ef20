import Domain
import Reconciliation
import TestSupport
import Testing

@testable import sphinx

@Suite("A change that was merged without a plan", .timeLimit(.minutes(30)))
struct UnplannedChangeTests {
    /// A workspace that Sphinx has applied once.
    private func applied() async throws -> LoopStage {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
        return stage
    }

    @Test("is told with what it would do, in every run until someone applies it, and never applied")
    func told() async throws {
        let stage = try await applied()
        let (state, refs) = (try stage.state("web"), try await stage.refs().filter { $0.key != "refs/heads/main" })
        try await stage.commit(["workspaces/web/more.tf": LoopStage.machine("more", id: "i-2")], "By hand")
        for _ in 0..<2 {
            let report = try await stage.reconcile { $0.only = .apply }
            #expect(report.applies.map(\.result) == [.unplannedChange])
            #expect(report.applies.map(\.key) == [nil])
            let reason = try #require(report.applies.first?.reason)
            #expect(reason.hasPrefix("changed since tree "))
            #expect(
                reason.hasSuffix(" was applied, without an approved plan: 1 to add, 0 to change, 0 to destroy"))
            #expect(report.pushes == 0)
        }
        #expect(try stage.state("web") == state)
        #expect(try await stage.refs().filter { $0.key != "refs/heads/main" } == refs)
        let rows = try stage.world().history.rows(HistoryFilter(status: "unplanned_change"))
        #expect(rows.map(\.entry.workspace) == ["web", "web"])

        try await stage.applyBase()
        #expect(try await stage.reconcile { $0.only = .apply }.applies.isEmpty)
    }

    @Test(
        "is none where nothing would change, and is then planned once",
        arguments: ["# a comment\n", "locals {\n  unused = 1\n}\n"])
    func none(text: String) async throws {
        let stage = try await applied()
        try await stage.commit(["workspaces/web/notes.tf": text], "Note")
        var world = try stage.world()
        let counting = CountingInfrastructure(world.infrastructure)
        world.infrastructure = counting
        for expected in [1, 1] {
            let report = try await Reconciler(world: world, settings: stage.settings(only: .apply)).run()
            #expect(report.applies.isEmpty && report.problems.isEmpty)
            #expect(counting.count == expected)
        }
    }

    @Test("is not looked for where Sphinx never applied, or where workspace.yml says 'never'")
    func elsewhere() async throws {
        let never = try await applied()
        try await never.commit(
            [
                "workspaces/web/workspace.yml": "apply: never\n",
                "workspaces/web/more.tf": LoopStage.machine("more", id: "i-2"),
            ],
            "Keep off")
        #expect(try await never.reconcile { $0.only = .apply }.applies.isEmpty)

        let other = try await LoopStage.oneMachine()
        try await other.commit(["workspaces/web/more.tf": LoopStage.machine("more", id: "i-2")], "By hand")
        #expect(try await other.reconcile { $0.only = .apply }.applies.isEmpty)
    }

    @Test("that cannot be planned is a problem of its workspace")
    func broken() async throws {
        let stage = try await applied()
        try await stage.commit(
            ["workspaces/web/more.tf": "resource \"terraform_data\" \"x\" {\n  no = 1\n}\n"], "Break")
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.isEmpty)
        #expect(
            report.problems.map(\.description) == [
                "workspaces/web/more.tf:2:1: web: terraform validate said: Unsupported argument: An argument named "
                    + "\"no\" is not expected here. Did you mean \"id\"?"
            ])
    }
}
