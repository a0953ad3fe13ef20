import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("A run's record")
struct JournalSharingTests {
    /// What a run did, and whether its steps are shared.
    static let runs: [(String, pushes: Bool, calls: Int, fails: Bool, dry: Bool, shared: Bool)] = [
        ("nothing", false, 0, false, false, false), ("a push", true, 0, false, false, true),
        ("a question to the model", false, 1, false, false, true), ("both", true, 1, false, false, true),
        ("a push, and then it failed", true, 0, true, false, true),
        ("a failure before anything", false, 0, true, false, false), ("a dry run", true, 1, false, true, false),
    ]

    @Test("is shared where the run changed or asked anything, down to how it ended", arguments: runs)
    func shared(
        name: String, pushes: Bool, calls: Int, fails: Bool, dry: Bool, shared: Bool
    ) async throws {
        let stage = try await MemoryStage()
        let world = stage.world()
        var settings = stage.settings()
        settings.isDryRun = dry
        let publisher = Publisher(remote: world.remote)
        let tip = try #require(stage.repository.refs["refs/heads/main"])
        let report = try? await Journal(world: world, settings: settings).run([:], through: publisher) {
            () async throws(Problems) in
            if pushes { _ = try? await publisher.push([RefUpdate("refs/sphinx/locks/web", from: nil, to: tip)]) }
            if fails { throw Problems([Problem(.passing, "it broke")]) }
            var report = RunReport(run: settings.run, baseBranch: "main", isDryRun: dry)
            report.pushes = publisher.pushes
            report.usage.calls = calls
            return report
        }
        #expect((report == nil) == fails && report?.pushes ?? 0 == (pushes && !fails ? 1 : 0))
        let ref = stage.repository.refs["refs/sphinx/history"]
        #expect((ref != nil) == shared, "\(name)")
        guard let ref else { return }
        let history = try SharedHistory(files: try stage.repository.files(below: "", in: ref))
        let steps = try history.parts.flatMap { part in try part.rows() }.map {
            "\($0.entry.action) \($0.entry.status)"
        }
        #expect(steps == ["run started", fails ? "run failed" : "run done"])
    }

    @Test("a remote that is away is a notice, a step, and no failure")
    func away() async throws {
        let stage = try await MemoryStage()
        var world = stage.world()
        world.remote = AwayRemote()
        let publisher = Publisher(remote: stage.repository)
        let report = try await Journal(world: world, settings: stage.settings()).run([:], through: publisher) {
            () async throws(Problems) in
            var report = RunReport(run: "r", baseBranch: "main", isDryRun: false)
            report.usage.calls = 1
            return report
        }
        #expect(report.problems.isEmpty)
        #expect(
            report.notices == [
                "the history was not pushed to refs/sphinx/history, and the next run that pushes tries again: "
                    + "the remote is away"
            ])
        #expect(stage.history.all.map(\.status).suffix(2) == ["done", "not_pushed"])
    }
}

private struct AwayRemote: Remote {
    private static let problem = Problem(.passing, "the remote is away")

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot { throw Self.problem }
    func fetch(_ objects: [ObjectID]) async throws(Problem) { throw Self.problem }
    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] { throw Self.problem }
}
