import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("The recovery of a state")
struct StateRecoveryStageTests {
    private func recover(_ stage: MemoryStage, _ name: String = "web", from file: String? = nil) async throws
        -> KeptState?
    {
        try await StateRecovery(world: stage.world(), settings: stage.settings()).recover(name, from: file)
    }

    /// Of the history, about states alone.
    private func steps(_ stage: MemoryStage) -> [String] {
        stage.history.all.filter { $0.action == "state" }.map { "\($0.status) \($0.subject ?? "")" }
    }

    private func lock(_ stage: MemoryStage, until time: Double) throws {
        let lock = try stage.repository.commit(
            try Record(kind: "lock", run: "other", holder: "elsewhere/1", workspace: "web", expires: time)
                .draft(at: Date(timeIntervalSince1970: 0)))
        stage.repository.point("refs/sphinx/locks/web", to: lock)
    }

    @Test("takes what is kept, or the file that is named, gives the lock back, and is on record")
    func recovers() async throws {
        let stage = try await MemoryStage()
        #expect(try await recover(stage) == nil)
        #expect(stage.refs.isEmpty && steps(stage).isEmpty)
        stage.infrastructure.keep("/kept/a", of: "web")
        #expect(try await recover(stage)?.file == "/kept/a")
        #expect(try await recover(stage) == nil)
        #expect(try await recover(stage, from: "/mine/b")?.file == "/mine/b")
        #expect(stage.refs.isEmpty)
        #expect(steps(stage) == ["recovered /kept/a", "recovered /mine/b"])
        let details = try #require(stage.history.all.first { $0.action == "state" }?.details.object)
        #expect(details.keys.sorted() == ["digest", "holder", "lineage", "resources", "serial"])
        #expect(details["serial"] == .integer(7))
    }

    @Test("that Terraform refuses gives the lock back, says why, and is on record")
    func refused() async throws {
        let stage = try await MemoryStage()
        stage.infrastructure.keep("/kept/older", of: "web")
        let problem = await #expect(throws: Problem.self) { try await recover(stage) }
        #expect(problem?.description == "web: cannot import state over newer state")
        #expect(steps(stage) == ["not_recovered /kept/older"])
        #expect(stage.refs.isEmpty)
        #expect(try stage.infrastructure.keptStates(of: "web") == ["/kept/older"])
    }

    @Test("waits for nobody: a lock is named, and one that has expired is broken")
    func locked() async throws {
        let stage = try await MemoryStage()
        stage.infrastructure.keep("/kept/a", of: "web")
        try lock(stage, until: 1_764_000_600)
        let problem = await #expect(throws: Problem.self) { try await recover(stage) }
        #expect(
            problem?.description
                == "web: locked by other, until 2025-11-24T16:10:00Z; wait for that run, and try again")
        #expect(problem?.kind == .passing && steps(stage).isEmpty)
        #expect(stage.refs == ["refs/sphinx/locks/web"])
        stage.pass(600)
        #expect(try await recover(stage)?.file == "/kept/a")
        #expect(stage.refs.isEmpty)
    }

    @Test("of a workspace that is not there names the one that was meant")
    func absent() async throws {
        let stage = try await MemoryStage()
        let problem = await #expect(throws: Problem.self) { try await recover(stage, "webb") }
        #expect(problem?.description == "there is no workspace 'webb' in main; did you mean 'web'?")
    }

    @Test("comes before every other apply in its workspace")
    func before() async throws {
        let stage = try await MemoryStage()
        try stage.fork("feature")
        try stage.write([MemoryStage.main: MemoryStage.code.replacing("\"large\"", with: "\"small\"")], on: "feature")
        try await stage.plan("feature")
        try stage.merge("feature")
        stage.infrastructure.keep("/kept/a", of: "web")
        let held = try await stage.reconcile()
        #expect(held.applies.map(\.result) == [.failed])
        #expect(
            held.problems.map(\.description) == [
                "web: the state of an earlier apply could not be saved and is in /kept/a, so nothing is applied; recover it "
                    + "with 'sphinx state recover --workspace web', or remove the file"
            ])
        #expect(!stage.refs.contains { $0.contains("/locks/") || $0.contains("/failed/") || $0.contains("/applying/") })
        _ = try await recover(stage)
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
    }
}
