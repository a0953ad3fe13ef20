import Domain
import Reconciliation
import TestSupport
import Testing

@Suite("Runs that open merge requests")
struct MergeRequestLoopTests {
    private static func fleet() throws -> Fleet {
        let fleet = try Fleet(["a", "b"])
        fleet.idle(["a1", "b2"])
        return fleet
    }

    @Test("none, unless a setting names the forge")
    func off() async throws {
        let fleet = try Self.fleet()
        #expect(try await fleet.reconcile().pushes == 1)
        #expect(
            fleet.repository.requests.isEmpty && fleet.repository.refs.keys.count { $0 != "refs/sphinx/history" } == 5)
    }

    @Test(
        "one for each new branch, with a push of its own, and none the next time",
        arguments: MergeRequest.Forge.allCases)
    func one(forge: MergeRequest.Forge) async throws {
        let fleet = try Self.fleet()
        let report = try await fleet.reconcile { $0.forge = forge }
        #expect(report.proposals.map(\.state) == [.created, .created] && report.pushes == 2)
        let refs = fleet.repository.refs
        #expect(
            fleet.repository.requests
                == report.proposals.compactMap { proposal in
                    refs["refs/heads/\(proposal.branch)"].map {
                        MergeRequest(forge: forge, branch: proposal.branch, base: "main", commit: $0)
                    }
                })
        #expect(try await fleet.reconcile { $0.forge = forge }.pushes == 0)
        #expect(fleet.repository.requests.count == 2)
    }

    @Test(
        "a branch on a new base is told again where the request does not follow its branch",
        arguments: [(MergeRequest.Forge.gitlab, 2), (.agit, 4)])
    func refreshed(forge: MergeRequest.Forge, requests: Int) async throws {
        let fleet = try Self.fleet()
        try await fleet.reconcile { $0.forge = forge }
        try fleet.comment()
        let report = try await fleet.reconcile { $0.forge = forge }
        #expect(report.proposals.map(\.state) == [.refreshed, .refreshed])
        #expect(fleet.repository.requests.count == requests)
    }
}
