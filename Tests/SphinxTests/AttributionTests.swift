import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Who merged and who approved")
struct AttributionTests {
    private static let approvals = """
        Merge the proposal

        It was talked about on Monday.

        Approved-by: Ann <ann@example.com>
        Reviewed-by: Bob <bob@example.com>
        Signed-off-by: Cid <cid@example.com>
        Approved-by: Dee <dee@example.com>

        """

    static let ways: [(LoopStage.Merge, String, String, [String])] = [
        (
            .mergeCommit, approvals, "Person <person@localhost>",
            ["Ann <ann@example.com>", "Dee <dee@example.com>", "Bob <bob@example.com>"]
        ),
        (.mergeCommit, "Merge\n", "Person <person@localhost>", []),
        (
            .squash, approvals, "Sphinx <sphinx@localhost>",
            ["Ann <ann@example.com>", "Dee <dee@example.com>", "Bob <bob@example.com>"]
        ),
        (.rebase, "", "Sphinx <sphinx@localhost>", []),
    ]

    @Test("stand in the applied step, with the merge, the plan and what wrote it", arguments: ways)
    func recorded(way: LoopStage.Merge, message: String, author: String, approvers: [String]) async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        let merge = try await stage.merge(proposal.branch, by: way, saying: message)
        try await stage.commit(["notes.txt": "later\n"], "Go on")
        try await stage.reconcile()
        let details = try #require(
            try stage.world().history.rows(HistoryFilter(action: "apply", status: "applied")).first
        ).entry.details
        #expect(details["merge"]?.string == merge)
        #expect(details["mergedBy"]?.string == "Person <person@localhost>")
        #expect(details["mergeAuthor"]?.string == author)
        #expect(details["approvedBy"]?.array?.compactMap(\.string) == approvers)
        #expect(details["planDigest"]?.string == proposal.planDigest?.description)
        #expect(details["author"]?.string == "rule" && details["model"] == .null)
    }

    @Test("are found by a job whose clone has one commit, by fetching the few that it lacks")
    func shallow() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        let merge = try await stage.merge(proposal.branch, by: .mergeCommit, saying: Self.approvals)
        for number in 1...3 { try await stage.commit(["notes.txt": "\(number)\n"], "Go on") }
        try await stage.clone("ci", depth: 1)
        let world = try stage.world(of: "ci")
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(report.applies.map(\.result) == [.applied])
        let details = try #require(
            try world.history.rows(HistoryFilter(action: "apply", status: "applied")).first
        ).entry.details
        #expect(details["merge"]?.string == merge && details["approvedBy"]?.array?.count == 3)
    }

    @Test("are unknown where the clone ends before the merge and nothing can be fetched")
    func unknown() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        try await stage.commit(["notes.txt": "later\n"], "Go on")
        try await stage.clone("ci", depth: 1)
        var settings = stage.settings()
        settings.isDryRun = true
        let world = try stage.world(of: "ci")
        let observation = try await Observer(world: world, settings: settings).observe()
        let merged = try #require(observation.merged.first)
        let attribution = Attribution(world: world, settings: settings, base: observation.snapshot.base)
        await attribution.fetch(for: [merged])
        #expect(attribution.details(of: merged) == ["author": .string("rule"), "model": .null])
    }

    @Test("a model's proposal names its model and its cost in the step")
    func model() async throws {
        let stage = try await LoopStage.oneMachine()
        let edit = Edit(path: "workspaces/web/main.tf", search: "\"large\"", replace: "\"small\"")
        try await stage.reconcile(writer: ScriptedWriter([.success(.edits([edit]))]))
        let row = try #require(
            try stage.world().history.rows(HistoryFilter(action: "propose", status: "created")).first)
        #expect(row.entry.details["model"]?.string == "scripted-1-001")
        #expect(row.entry.details.value(at: "usage.costUSD") == .number(0.001))
    }
}

extension LoopStage {
    /// Merges with a message of the person's own, and says which commit that was.
    @discardableResult
    func merge(_ branch: String, by way: Merge, saying message: String) async throws -> String {
        try await Shell.git("fetch", "-q", "origin", in: person)
        try await Shell.git("reset", "-q", "--hard", "origin/main", in: person)
        switch way {
        case .mergeCommit:
            try await Shell.git("merge", "-q", "--no-ff", "-m", message, "origin/\(branch)", in: person)
        case .squash:
            try await Shell.git("merge", "-q", "--squash", "origin/\(branch)", in: person)
            try await Shell.git(
                "commit", "-q", "--author", "Sphinx <sphinx@localhost>", "-m", message, in: person)
        case .rebase: try await Shell.git("cherry-pick", "origin/\(branch)", in: person)
        }
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: person)
        return try await Shell.git("rev-parse", "HEAD", in: person).trimmed
    }
}
