import Domain
import Foundation
import Reports
import Testing

@testable import Reconciliation

/// What a run would do, and what git says beside it, as entries of a dashboard.
@Suite("The overview of what stands where")
struct OverviewEntryTests {
    private static let opportunity = Opportunity.sample()
    private static let key = opportunity.key

    private static func tracked(head: Character? = "1") -> TrackedProposal {
        .sample(.fixture(key: key, address: "t.one"), head: head, pushedAt: 7)
    }

    /// What the last run said of the proposal.
    private static func history(_ status: String, tried: Bool, reason: String = "no room") -> RecordedHistory {
        let entry = HistoryEntry(
            run: "run-9", time: Date(timeIntervalSince1970: 0), workspace: "web", action: "propose", status: status,
            details: .object(["key": .string(key.text), "reason": .string(reason), "tried": .bool(tried)]))
        return RecordedHistory(
            runs: [], steps: [], applies: [], proposals: [HistoryRow(sequence: 1, entry: entry, hash: "")])
    }

    private static func entries(
        _ steps: [ProposalStep], merged: [MergedManifest] = [], tracked: [TrackedProposal] = [],
        approvals: [TrackedProposal] = [], history: RecordedHistory = RecordedHistory(absence: "none")
    ) -> [String] {
        let dictionary = { (all: [TrackedProposal]) in
            Dictionary(all.map { ($0.manifest.key, $0) }) { first, _ in first }
        }
        let overview = Overview(
            observation: Observation(
                snapshot: Snapshot(baseBranch: "main", base: .of("b"), refs: [:]), workspaces: [.sample()],
                merged: merged, tracked: dictionary(tracked), approvals: dictionary(approvals)),
            analysis: AnalysisResult(at: 0, statuses: [], opportunities: [opportunity], problems: []), steps: steps)
        return overview.dashboard(history: history, version: "1").entries.map { entry in
            [
                entry.standing.rawValue, entry.address, entry.branch, entry.reason,
                entry.opportunity == nil ? "" : "firing", entry.time.map { "at \(Int($0))" } ?? "",
            ].filter { !$0.isEmpty }.joined(separator: " | ")
        }
    }

    private static let branch = "sphinx/web/idle-\(key)"
    private static let cause = Cause.opportunity(opportunity)
    private static let request =
        (try? ChangeRequest("Add a cache")).map { Cause.request($0, workspace: "web") } ?? cause

    private static func left(_ state: ProposalOutcome.State, _ reason: String? = nil) -> ProposalStep {
        .leave(ProposalOutcome(cause, branch: branch, state: state, reason: reason))
    }

    static let steps: [(name: String, steps: [ProposalStep], tracked: [TrackedProposal], entries: [String])] = [
        ("what is written next", [.write(cause, over: nil)], [], ["next | t.one | firing"]),
        (
            "what is written anew over an open branch", [.write(cause, over: tracked())], [tracked()],
            ["next | t.one | \(branch) | its question changed: the next run writes it anew | firing | at 7"]
        ),
        (
            "what is written again after a rejection", [.write(cause, over: tracked(head: nil))], [tracked(head: nil)],
            ["next | t.one | firing | at 7"]
        ),
        (
            "what is brought onto a new base", [.refresh(cause, tracked())], [tracked()],
            ["open | t.one | \(branch) | the next run brings it onto the new base | firing | at 7"]
        ),
        (
            "a request that is brought onto a new base", [.refresh(request, tracked())], [],
            ["open | \(branch) | the next run brings it onto the new base"]
        ),
        (
            "what is withdrawn", [.withdraw(tracked(), as: .resolved, reason: "it does not fire")], [tracked()],
            ["withdrawn | t.one | \(branch) | it does not fire | at 7"]
        ),
        (
            "what is open", [left(.unchanged)], [tracked()], ["open | t.one | \(branch) | firing | at 7"]
        ),
        ("what waits", [left(.waiting, "limit: x")], [], ["waiting | t.one | limit: x | firing"]),
        ("what cannot be mended", [left(.unfixable, "no")], [], ["unfixable | t.one | no | firing"]),
        ("what a person has to do", [left(.reported, "no key")], [], ["reported | t.one | no key | firing"]),
        (
            "what was rejected", [left(.rejected, "deleted")], [tracked(head: nil)],
            ["rejected | t.one | \(branch) | deleted | firing | at 7"]
        ),
        (
            "what somebody edited", [left(.edited, "a commit")], [tracked(head: "2")],
            ["edited | t.one | \(branch) | a commit | firing | at 7"]
        ),
    ]

    @Test("tells of each step where it leaves the proposal", arguments: steps)
    func step(name: String, steps: [ProposalStep], tracked: [TrackedProposal], entries: [String]) {
        #expect(Self.entries(steps, tracked: tracked) == entries)
    }

    static let pasts: [(name: String, history: RecordedHistory, entry: String)] = [
        (
            "it waited where a run tried", history("waiting", tried: true),
            "waiting | t.one | no room (run run-9) | firing"
        ),
        (
            "it failed where a run tried", history("failed", tried: true),
            "failed | t.one | no room (run run-9) | firing"
        ),
        (
            "it could not be mended where a run tried", history("unfixable", tried: true),
            "unfixable | t.one | no room (run run-9) | firing"
        ),
        ("it waited for a decision alone", history("waiting", tried: false), "next | t.one | firing"),
        ("it was created and is gone", history("created", tried: true), "next | t.one | firing"),
        ("its state is one that this version has not", history("exploded", tried: true), "next | t.one | firing"),
    ]

    @Test("what stopped the last run that tried most likely stops the next", arguments: pasts)
    func past(name: String, history: RecordedHistory, entry: String) {
        #expect(Self.entries([.write(Self.cause, over: nil)], history: history) == [entry])
    }

    @Test("what is merged stands once: as failed, as merged, or as applied beside what follows")
    func merged() {
        let pending = MergedManifest.sample()
        #expect(
            Self.entries([Self.left(.merged, "not yet")], merged: [pending]) == ["merged | t.one | not yet | firing"])
        #expect(Self.entries([], merged: [pending]) == ["merged | t.one"])
        let failed = MergedManifest.sample(failed: "no quota")
        #expect(
            Self.entries([Self.left(.merged, "its apply failed")], merged: [failed])
                == ["failed | t.one | its apply failed | firing"])
        #expect(Self.entries([], merged: [failed]) == ["failed | t.one | its apply failed"])
        let applied = MergedManifest.sample(appliedAt: 9)
        #expect(
            Self.entries([.write(Self.cause, over: nil)], merged: [applied])
                == ["next | t.one | firing", "applied | t.one | at 9"])
    }

    @Test(
        "a branch that asks for approval says so",
        arguments: [("1", "open"), ("2", "edited"), (nil, "rejected")]
            as [(Character?, String)])
    func approvals(head: Character?, standing: String) {
        #expect(
            Self.entries([], approvals: [Self.tracked(head: head)]) == [
                "\(standing) | t.one | \(Self.branch) | asks for approval of a plan that is not the approved one | at 7"
            ])
    }

    @Test("workspaces come with their backend and with who holds their lock")
    func workspaces() {
        let backends: [Workspace.Backend] = [.none, .local(path: nil), .remote("s3", configured: [])]
        let workspaces = zip(["a", "b", "c"], backends).map { path, backend in
            Workspace(path: path, folder: "workspaces/\(path)", tree: .of("a"), backend: backend)
        }
        let lock = Lock(workspace: "b", run: "r", holder: "host/1", expires: Date(timeIntervalSince1970: 60))
        let overview = Overview(
            observation: Observation(
                snapshot: Snapshot(baseBranch: "main", base: .of("b"), refs: [:]), workspaces: workspaces,
                locks: ["b": HeldLock(lock: lock, object: .of("c"))]),
            analysis: AnalysisResult(at: 0, statuses: [], opportunities: [], problems: []), steps: [])
        let lines = overview.dashboard(history: RecordedHistory(absence: "none"), version: "1").workspaces
        #expect(lines.map(\.backend) == ["none", "local", "s3"])
        #expect(lines.map(\.lock) == [nil, "host/1 until 1970-01-01T00:01:00Z", nil])
    }
}
