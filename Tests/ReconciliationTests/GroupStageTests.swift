import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// Two idle machines of one workspace, whose files are apart, share a branch beside their own.
@Suite("A branch of several proposals, in memory")
struct GroupStageTests {
    private static let rule = RuleLoopTests.rule
    private static let one = Opportunity.sample("terraform_data.one", rule: rule)
    private static let two = Opportunity.sample("terraform_data.two", rule: rule)
    private static let keys = [one.key, two.key].sorted()
    private static let branch = "sphinx/+workspace/web"
    private static let tracked = "refs/sphinx/groups/workspace/web"

    private static func code(_ name: String) -> String {
        "resource \"terraform_data\" \"\(name)\" {\n  input = \"large\"\n}\n"
    }

    private static func stage(grouping: Grouping? = .workspace) async throws -> MemoryStage {
        let stage = try await MemoryStage(
            ["workspaces/web/one.tf": code("one"), "workspaces/web/two.tf": code("two")],
            rules: RuleSet(rules: [rule], grouping: grouping))
        RuleLoopTests.fire(stage, 0.01, at: ["terraform_data.one", "terraform_data.two"])
        return stage
    }

    private static func told(_ report: RunReport) -> [String] {
        report.groups.map { "\($0.branch) \($0.state.rawValue)" + ($0.reason.map { ": \($0)" } ?? "") }
    }

    @Test("holds what its members hold, is left as it is, and goes when one alone is left")
    func life() async throws {
        let stage = try await Self.stage()
        let report = try await stage.reconcile()
        #expect(Self.told(report) == ["\(Self.branch) created"] && report.groups.first?.members == Self.keys)
        #expect(report.pushes == 1 && stage.refs.contains(Self.tracked))
        for name in ["one", "two"] {
            #expect(
                try stage.text("workspaces/web/\(name).tf", on: Self.branch)
                    == Self.code(name).replacing("large", with: "small"))
        }
        #expect(try stage.files(on: Self.branch).count { $0.name == "proposal.json" } == 2)
        #expect(Self.told(try await stage.reconcile()) == ["\(Self.branch) unchanged"])

        RuleLoopTests.fire(stage, 0.01)
        #expect(
            Self.told(try await stage.reconcile()) == [
                "\(Self.branch) unchanged"
            ])
        stage.metrics.set(
            "cpu",
            [("one", 0.01), ("two", 0.9)].map {
                (["terraform_workspace": "web", "terraform_address": "terraform_data.\($0.0)"], $0.1)
            })
        #expect(
            Self.told(try await stage.reconcile()) == [
                "\(Self.branch) withdrawn: fewer than two proposals are open and go together"
            ])
        #expect(!stage.refs.contains { $0.contains("+") || $0.contains("/groups/") })
    }

    @Test("approves all of its members by one merge, and one plan applies them")
    func merged() async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        try stage.merge(Self.branch)
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.result) == [.applied, .applied] && stage.infrastructure.applies == 1)
        #expect(
            stage.infrastructure.resources(of: "web").values.sorted()
                == Array(repeating: "  input = \"small\"\n", count: 2))
        #expect(!stage.refs.contains { $0.contains("+") })
    }

    @Test("is people's where they commit to it, delete it, or were there first")
    func people() async throws {
        let stage = try await Self.stage()
        let head = try #require(stage.repository.refs["refs/heads/main"])
        stage.repository.point("refs/heads/\(Self.branch)", to: head)
        #expect(
            Self.told(try await stage.reconcile()) == [
                "\(Self.branch) edited: the branch is not one that Sphinx pushed"
            ])
        try await stage.delete(Self.branch)
        #expect(Self.told(try await stage.reconcile()) == ["\(Self.branch) created"])

        let pushed = try #require(stage.repository.refs["refs/heads/\(Self.branch)"])
        stage.repository.point("refs/heads/\(Self.branch)", to: head)
        #expect(
            Self.told(try await stage.reconcile()) == ["\(Self.branch) edited: someone else's commit is on the branch"])
        stage.repository.point("refs/heads/\(Self.branch)", to: pushed)
        try await stage.delete(Self.branch)
        let report = try await stage.reconcile()
        #expect(
            Self.told(report) == ["\(Self.branch) rejected: the branch was deleted; its members are still open"])
        #expect(report.pushes == 0)
    }

    @Test("goes where the rules file names no grouping any more, and stays in a run about some workspaces")
    func ungrouped() async throws {
        let stage = try await Self.stage()
        try await stage.reconcile()
        var world = stage.world()
        world.rules = MemoryRuleBook(RuleSet(rules: [Self.rule]))
        var settings = stage.settings()
        settings.workspaces = [Glob("web")]
        #expect(Self.told(try await Reconciler(world: world, settings: settings).run()) == [])
        settings.workspaces = []
        #expect(
            Self.told(try await Reconciler(world: world, settings: settings).run()) == [
                "\(Self.branch) withdrawn: fewer than two proposals are open and go together"
            ])
    }

    @Test("a push that is refused fails the group alone")
    func refused() async throws {
        let stage = try await Self.stage()
        var world = stage.world()
        world.remote = FaultyRemote(stage.repository, .refuses("protected")) { $0.name == Self.tracked }
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(Self.told(report) == ["\(Self.branch) failed: not published: \(Self.tracked): protected"])
        #expect(RuleLoopTests.told(report) == ["created", "created"])
    }

    static let states: [(state: ProposalOutcome.State, isMember: Bool)] = ProposalOutcome.State.allCases.map {
        ($0, [.created, .refreshed, .unchanged].contains($0))
    }

    @Test("has those for members that are open after the run", arguments: states)
    func members(state: ProposalOutcome.State, isMember: Bool) {
        let drafts = [Self.one, Self.two].map { opportunity in
            var outcome = ProposalOutcome(opportunity, branch: "b", state: state, reason: nil)
            outcome.commit = .of("1")
            return Draft(outcome: outcome)
        }
        let observation = Observation(
            snapshot: Snapshot(baseBranch: "main", base: .of("b"), refs: [:]), workspaces: [],
            tracked: Dictionary(
                [Self.one, Self.two].map { ($0.key, TrackedProposal.sample(.fixture(key: $0.key))) }
            ) { first, _ in first })
        let groups = ProposalGroup.groups(of: drafts, by: .rule, observation)
        #expect(groups.map(\.subject) == (isMember ? ["idle"] : []))
        #expect(ProposalGroup.groups(of: Array(drafts.prefix(1)), by: .rule, observation).isEmpty)
        let unpublished = drafts.map { draft in
            var draft = draft
            draft.outcome.commit = nil
            return draft
        }
        #expect(ProposalGroup.groups(of: unpublished, by: .rule, observation).isEmpty)
    }
}
