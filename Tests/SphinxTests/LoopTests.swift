import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("The loop")
struct LoopTests {
    @Test(
        "three runs and a merge: proposed, unchanged, applied once, then nothing",
        arguments: [
            (LoopStage.Merge.mergeCommit, false), (.mergeCommit, true), (.squash, false), (.squash, true),
            (.rebase, false), (.rebase, true),
        ])
    func wholeLoop(way: LoopStage.Merge, deleting: Bool) async throws {
        let stage = try await LoopStage.oneMachine()
        let first = try await stage.reconcile()
        #expect(first.proposals.map(\.state) == [.created])
        let branch = try #require(first.proposals.first).branch
        #expect(branch.hasPrefix("sphinx/web/idle-"))
        #expect(
            try await stage.show("workspaces/web/main.tf", on: branch)
                == LoopStage.machine("one", id: "i-1", size: "small"))

        let (refs, objects) = (try await stage.allRefs(), try await stage.objects())
        let second = try await stage.reconcile()
        #expect(second.proposals.map(\.state) == [.unchanged])
        #expect(second.pushes == 0 && second.usage == Usage())
        #expect(try await stage.allRefs() == refs)
        #expect(try await stage.objects() == objects)

        try await stage.merge(branch, by: way, deleting: deleting)
        let third = try await stage.reconcile()
        #expect(third.applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("\"size\": \"small\""))
        let left = try await stage.allRefs()
        let others = ["refs/heads/main", "refs/sphinx/history"]
        #expect(left.keys.filter { !others.contains($0) }.allSatisfy { $0.hasPrefix("refs/sphinx/applied/") })

        let fourth = try await stage.reconcile()
        #expect(fourth.applies.isEmpty && fourth.pushes == 0)
        #expect(try await stage.allRefs() == left)
    }

    @Test("a workspace whose base is not applied gets no proposal, and says so")
    func baseNotApplied() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], applied: false)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.reason) == ["base not applied (1 to add, 0 to change, 0 to destroy)"])
        #expect(report.pushes == 0)
    }

    @Test("a workspace without a place for its state is refused by name")
    func noBackend() async throws {
        let stage = try await LoopStage.oneMachine()
        var world = try stage.world()
        world.infrastructure = stage.terraform(states: false)
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(
            report.proposals.map(\.reason) == [
                "web has no backend, so its state would be lost with the scratch folder"
            ])
        #expect(report.proposals.map(\.state) == [.failed])
    }

    @Test("two proposals of one workspace merged together: one apply, both recorded")
    func twoMergedTogether() async throws {
        let stage = try await LoopStage([
            "workspaces/web/one.tf": LoopStage.machine("one", id: "i-1"),
            "workspaces/web/two.tf": LoopStage.machine("two", id: "i-2"),
        ])
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01), (["id": "i-2"], 0.02)])
        let first = try await stage.reconcile()
        #expect(first.proposals.map(\.state) == [.created, .created])
        #expect(first.pushes == 1)
        for proposal in first.proposals { try await stage.merge(proposal.branch) }
        let second = try await stage.reconcile()
        #expect(second.applies.map(\.result) == [.applied, .applied])
        #expect(try await stage.refs().keys.count { $0.hasPrefix("refs/sphinx/applied/") } == 2)
        let applies = try stage.world().history.rows(HistoryFilter(action: "apply", status: "started"))
        #expect(applies.count == 1)
    }

    @Test("the workspace that was applied settles before anything new is proposed in it")
    func settling() async throws {
        let stage = try await LoopStage([
            "workspaces/web/one.tf": LoopStage.machine("one", id: "i-1"),
            "workspaces/web/two.tf": LoopStage.machine("two", id: "i-2"),
        ])
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01), (["id": "i-2"], 0.5)])
        let first = try await stage.reconcile()
        try await stage.merge(try #require(first.proposals.first).branch)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01), (["id": "i-2"], 0.01)])
        let second = try await stage.reconcile()
        #expect(
            second.proposals.map(\.reason)
                == Array(repeating: "settling: this run applied a change here", count: 2))
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.5), (["id": "i-2"], 0.01)])
        stage.pass(1_800)
        #expect(try await stage.reconcile().proposals.map(\.state) == [.waiting])
        stage.pass(1_900)
        #expect(try await stage.reconcile().proposals.map(\.state) == [.created])
    }

    @Test("deleting the history and the cache changes no decision")
    func historyIsNoState() async throws {
        let stage = try await LoopStage.oneMachine()
        let first = try await stage.reconcile()
        try FileManager.default.removeItem(atPath: stage.folder.file("sphinx.db"))
        try FileManager.default.removeItem(atPath: stage.folder.file("cache"))
        #expect(try await stage.reconcile().proposals.map(\.state) == [.unchanged])
        try await stage.merge(try #require(first.proposals.first).branch)
        try FileManager.default.removeItem(atPath: stage.folder.file("sphinx.db"))
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        #expect(try await stage.reconcile().applies.isEmpty)
    }
}
