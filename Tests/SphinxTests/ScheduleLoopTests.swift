import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Runs within and outside of the schedule")
struct ScheduleLoopTests {
    /// The fleet's first moment is Monday 2025-11-24, 16:00 UTC.
    private static let monday = Fleet.start
    private static let tuesday = monday + 86_400

    private static func fleet(_ schedule: String) throws -> Fleet {
        let fleet = try Fleet(["a"], rules: "schedule: {\(schedule)}\n")
        fleet.idle(["a1"])
        return fleet
    }

    @Test("nothing new is proposed outside, and limits are not used up by what waits")
    func proposing() async throws {
        let fleet = try Self.fleet("propose: [tue]")
        let held = try await fleet.reconcile(at: Self.monday)
        #expect(held.proposals.map(\.state) == [.waiting])
        #expect(held.proposals.map(\.reason) == ["schedule: propose only tue (GMT)"])
        #expect(held.pushes == 0 && fleet.repository.refs.count == 1)
        #expect(try await fleet.reconcile(at: Self.tuesday).proposals.map(\.state) == [.created])
    }

    @Test("what is open is withdrawn outside, too, when its cause is gone")
    func withdrawing() async throws {
        let fleet = try Self.fleet("propose: [mon]")
        try await fleet.reconcile(at: Self.monday)
        fleet.metrics.set(LoopStage.query, [(["id": "a1"], 0.9)])
        #expect(try await fleet.reconcile(at: Self.tuesday).proposals.map(\.state) == [.resolved])
    }

    @Test("a merge is applied only inside, or when a person says so")
    func applying() async throws {
        let fleet = try Self.fleet(
            "apply: [tue 08:00-20:00], freeze: [{from: 2025-11-26, to: 2025-11-26, reason: audit}]")
        let created = try await fleet.reconcile(at: Self.monday)
        try fleet.merge(try #require(created.proposals.first?.branch))
        let monday = try await fleet.reconcile(at: Self.monday)
        #expect(monday.applies.map(\.result) == [.waiting])
        #expect(monday.applies.map(\.reason) == ["schedule: apply only tue 08:00-20:00 (GMT)"])
        let wednesday = try await fleet.reconcile(at: Self.tuesday + 86_400)
        #expect(wednesday.applies.map(\.reason) == ["schedule: frozen 2025-11-26 to 2025-11-26 (audit)"])
        let forced = try await fleet.reconcile(at: Self.monday) { $0.ignoresSchedule = true }
        #expect(forced.applies.map(\.result) != [.waiting])
    }
}
