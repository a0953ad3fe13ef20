import Domain
import Foundation
import Testing

@testable import Reconciliation

/// Workspaces take turns; what has no turn waits for a named limit.
@Suite("Room for new proposals")
struct ProposalLimitsTests {
    /// Opportunities, such as `web/a`, in the order in which they were found.
    private static func found(_ names: [String], severity: [String: Rule.Severity] = [:]) -> [Opportunity] {
        names.map { name in
            let steps = name.split(separator: "/").map(String.init)
            return .sample("t.\(steps[1])", in: steps[0], rule: .sample(severity: severity[name] ?? .medium))
        }
    }

    /// What is written, and what waits for what, in the order of the opportunities.
    private static func words(_ situation: ProposalDecisionTests.Situation) -> [String] {
        situation.steps.map { step in
            switch step {
            case .write(let cause, _): "\(cause.workspace)/\((cause.address ?? "").dropFirst(2))"
            case .leave(let outcome):
                "\(outcome.workspace)/\(outcome.address.dropFirst(2)) \(outcome.state.rawValue): \(outcome.reason ?? "")"
            default: "?"
            }
        }
    }

    private static func situation(
        _ names: [String], _ limits: Limits, severity: [String: Rule.Severity] = [:],
        _ change: (inout ProposalDecisionTests.Situation) -> Void = { _ in }
    ) -> ProposalDecisionTests.Situation {
        var situation = ProposalDecisionTests.Situation()
        situation.opportunities = found(names, severity: severity)
        situation.workspaces = Set(names.compactMap { $0.split(separator: "/").first }).sorted().map {
            .sample(String($0))
        }
        situation.limits = limits
        change(&situation)
        return situation
    }

    static let rows: [(name: String, names: [String], limits: Limits, words: [String])] = [
        ("there is room for all", ["a/x", "b/x"], Limits(), ["a/x", "b/x"]),
        (
            "one workspace has more than its part", ["a/x", "a/y", "a/z", "b/x"], Limits(newPerWorkspace: 1),
            Opportunity.firstOf("a", ["x", "y", "z"], limit: "limit: new_per_workspace 1") + ["b/x"]
        ),
        (
            "a run has room for fewer than there are workspaces", ["a/x", "b/x", "c/x"], Limits(newPerRun: 2),
            ["a/x", "b/x", "c/x waiting: limit: new_per_run 2"]
        ),
        (
            "nothing may be open", ["a/x"], Limits(openProposals: 0), ["a/x waiting: limit: open_proposals 0"]
        ),
        (
            "the limit of what is open comes before that of the run", ["a/x", "b/x"],
            Limits(openProposals: 1, newPerRun: 1), ["a/x", "b/x waiting: limit: open_proposals 1"]
        ),
        ("no workspace may have any", ["a/x"], Limits(newPerWorkspace: 0), ["a/x waiting: limit: new_per_workspace 0"]),
    ]

    @Test("is given out, and what has none says why", arguments: rows)
    func room(name: String, names: [String], limits: Limits, words: [String]) {
        #expect(Self.words(Self.situation(names, limits)) == words)
    }

    @Test("the gravest of a workspace comes first")
    func severity() {
        let situation = Self.situation(
            ["a/x", "a/y", "a/z"], Limits(newPerWorkspace: 1), severity: ["a/x": .info, "a/y": .critical, "a/z": .high])
        #expect(
            Self.words(situation) == [
                "a/x waiting: limit: new_per_workspace 1", "a/y", "a/z waiting: limit: new_per_workspace 1",
            ])
    }

    @Test("the workspace that waited longest comes first, and of those that waited as long the one that had fewest")
    func turns() {
        let limits = Limits(newPerRun: 1)
        let late = Self.situation(["a/x", "b/x"], limits) {
            $0.merged = [.sample(.sample("t.old", in: "a"), appliedAt: ProposalDecisionTests.now - 9_000)]
        }
        #expect(Self.words(late) == ["a/x waiting: limit: new_per_run 1", "b/x"])

        let often = Self.situation(["a/x", "b/x"], limits) {
            let time = ProposalDecisionTests.now - 9_000
            $0.merged =
                ["t.old", "t.older"].map { .sample(.sample($0, in: "a"), appliedAt: time) }
                + [.sample(.sample("t.old", in: "b"), appliedAt: time)]
        }
        #expect(Self.words(often) == ["a/x waiting: limit: new_per_run 1", "b/x"])
    }

    @Test("turns go round: the second of a workspace comes after the first of all others")
    func rounds() {
        let situation = Self.situation(["a/x", "a/y", "b/x", "b/y"], Limits(newPerRun: 3))
        let written = Self.words(situation).filter { !$0.contains("waiting") }.map { $0.prefix(1) }
        #expect(written == ["a", "a", "b"])
        #expect(Self.words(situation).count { $0.hasSuffix("waiting: limit: new_per_run 3") } == 1)
    }

    /// Of an opportunity `t.open` in workspace `a`.
    private static func proposal(head: Character?, age: Double = 0) -> TrackedProposal {
        let opportunity = Opportunity.sample("t.open", in: "a")
        return .sample(
            .fixture(
                key: opportunity.key, workspace: "a", address: "t.open",
                ruleDigest: InputDigest.of(rule: opportunity.rule)), head: head,
            pushedAt: ProposalDecisionTests.now - age)
    }

    static let places: [(name: String, head: Character?, isTaken: Bool)] = [
        ("open", "1", true), ("edited", "2", true), ("rejected", nil, false),
    ]

    @Test("a branch takes a place as long as it is there, whoever committed to it", arguments: places)
    func taken(name: String, head: Character?, isTaken: Bool) {
        let situation = Self.situation(["b/x"], Limits(openProposals: 1)) { $0.tracked = [Self.proposal(head: head)] }
        #expect(Self.words(situation).first == (isTaken ? "b/x waiting: limit: open_proposals 1" : "b/x"))
    }

    @Test("what is open is brought onto a new base though there is no room, and what was rejected is not")
    func open() {
        let none = Limits(openProposals: 1, newPerRun: 0)
        let refreshed = Self.situation(["a/open"], none) { $0.tracked = [Self.proposal(head: "1")] }
        guard case .refresh = refreshed.steps[0] else {
            Issue.record("\(refreshed.steps)")
            return
        }
        let again = Self.situation(["a/open"], none) {
            $0.tracked = [Self.proposal(head: nil, age: 99 * 86_400)]
        }
        #expect(Self.words(again) == ["a/open waiting: limit: new_per_run 0"])
    }
}

extension Opportunity {
    /// The one with the lowest key is written, as all are equally grave; the others wait.
    fileprivate static func firstOf(_ workspace: String, _ names: [String], limit: String) -> [String] {
        let keys = names.map { Opportunity.sample("t.\($0)", in: workspace).key }
        return zip(names, keys).map { name, key in
            "\(workspace)/\(name)" + (key == keys.min() ? "" : " waiting: \(limit)")
        }
    }
}
