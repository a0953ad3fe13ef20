import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

/// The history and the clone are records and copies: no decision is made from what a machine keeps.
@Suite("A machine that forgets everything", .timeLimit(.minutes(30)))
struct FreshMachineTests {
    /// What one step left: decisions, and the names of all refs apart from the shared history.
    private struct Trace: Equatable {
        var lines: [String] = []
        /// Resources have ids by chance, so that only which plans are the same can be compared.
        private var plans: [Digest] = []

        private mutating func plan(_ digest: Digest?) -> String {
            guard let digest else { return "-" }
            if !plans.contains(digest) { plans.append(digest) }
            return "plan \(plans.firstIndex(of: digest) ?? 0)"
        }

        static func == (one: Trace, other: Trace) -> Bool { one.lines == other.lines }

        mutating func note(_ step: String, _ report: RunReport, _ refs: [String: String]) {
            lines.append("\(step): \(report.statuses.map { "\($0.rule) \($0.status.rawValue)" })")
            for proposal in report.proposals {
                lines.append(
                    "  \(proposal.key) \(proposal.branch) \(proposal.state.rawValue) \(proposal.reason ?? "") "
                        + plan(proposal.planDigest))
            }
            lines += report.applies.map { "  \($0.key?.text ?? "") \($0.result.rawValue) \($0.reason ?? "")" }
            lines += report.problems.map { "  \($0.description)" }
            lines.append("  pushes \(report.pushes)")
            lines += refs.keys.sorted().map { "  \($0.replacing(/[0-9a-f]{12}$/, with: "APPROVAL"))" }
        }
    }

    /// A disk that vanishes takes the clone, the history and the cache with it; states are elsewhere.
    private func forget(_ stage: LoopStage) async throws {
        for name in ["job.git", "sphinx.db", "sphinx.db-wal", "sphinx.db-shm", "cache", "scratch"] {
            try? FileManager.default.removeItem(atPath: stage.folder.file(name))
        }
        try await Shell.git("clone", "-q", "--bare", "file://\(stage.remote)", stage.folder.file("job.git"))
        try await Shell.git(
            "--git-dir", stage.folder.file("job.git"), "config", "remote.origin.url", stage.remote)
    }

    /// Proposed, unchanged, a base that moves, a merge, an infrastructure that moved, an approval, and a rule that is gone.
    private func loop(forgetting: Bool) async throws -> Trace {
        let stage = try await LoopStage([
            "workspaces/web/main.tf": LoopStage.machine("one", id: "i-1") + LoopStage.machine("two", id: "i-2")
        ])
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01), (["id": "i-2"], 0.01)])
        var trace = Trace()
        func step(_ name: String) async throws -> RunReport {
            if forgetting { try await forget(stage) }
            let report = try await stage.reconcile { $0.detectsDrift = true }
            trace.note(name, report, try await stage.refs())
            stage.pass(60)
            return report
        }
        let branches = try await step("new").proposals.map(\.branch)
        _ = try await step("again")
        try await stage.commit(["workspaces/web/notes.tf": "# a remark\n"], "Remark")
        _ = try await step("moved base")
        try await stage.merge(branches[0])
        try stage.drift("\"id\": \"i-1\"", to: "\"id\": \"i-9\"")
        let asked = try await step("merged over a moved infrastructure")
        try await stage.delete(branches[1])
        try await stage.merge(try #require(asked.proposals.first { $0.branch.contains("/approve-") }).branch)
        _ = try await step("approved, the other one rejected")
        stage.pass(7_200)
        _ = try await step("settled")
        try await stage.commit(["rules.yml": "rules: []\n"], "Drop the rules")
        _ = try await step("without rules")
        return trace
    }

    @Test("decides and records the same after every step as one that forgets nothing")
    func same() async throws {
        let kept = try await loop(forgetting: false)
        let forgotten = try await loop(forgetting: true)
        #expect(kept.lines.count > 40 && kept.lines.contains { $0.contains(" applied ") })
        #expect(
            kept.lines.contains { $0.contains(" needs_approval ") } && kept.lines.contains { $0.contains(" rejected ") }
        )
        #expect(
            kept == forgotten, "\(kept.lines.joined(separator: "\n"))\n---\n\(forgotten.lines.joined(separator: "\n"))")
    }
}
