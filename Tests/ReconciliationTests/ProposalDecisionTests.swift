import Domain
import Foundation
import Testing

@testable import Reconciliation

/// One opportunity or one open proposal, and everything that may stand around it.
@Suite("What becomes of an opportunity and of an open proposal")
struct ProposalDecisionTests {
    static let now = 1_764_000_000.0
    static let opportunity = Opportunity.sample()
    static let branch = "sphinx/web/idle-\(opportunity.key)"

    /// All that a decision looks at; as it stands here a proposal is written.
    struct Situation {
        var opportunities = [opportunity]
        var workspaces = [Workspace.sample()]
        var tracked: [TrackedProposal] = []
        var merged: [MergedManifest] = []
        var unfixable: [ProposalKey: Unfixable] = [:]
        var refs: [String: ObjectID] = [:]
        var problems: [Problem] = []
        var clear: Set<ProposalKey> = []
        var withdrawn: [ProposalKey: String] = [:]
        var held: [ProposalKey: String] = [:]
        var limits = Limits()
        var policy = Policy()
        var schedule = Schedule()
        var author: (prompt: String, model: String)?
        var enabled: Set<String> = ["idle"]
        var appliedNow: Set<String> = []
        var includes: @Sendable (String) -> Bool = { _ in true }

        var context: DecisionContext {
            let enabled = enabled
            return DecisionContext(
                now: now, limits: limits, policy: policy, schedule: schedule, settle: 3_600, coolDown: 30 * 86_400,
                names: RefNames(), author: author, isEnabled: { rule, _ in enabled.contains(rule) },
                appliedNow: appliedNow, includes: includes)
        }

        var observation: Observation {
            Observation(
                snapshot: Snapshot(baseBranch: "main", base: .of("b"), refs: refs), workspaces: workspaces,
                merged: merged,
                tracked: Dictionary(tracked.map { ($0.manifest.key, $0) }) { first, _ in first },
                unfixable: unfixable, problems: problems)
        }

        var steps: [ProposalStep] {
            ProposalDecision(
                observation: observation,
                analysis: AnalysisResult(
                    at: now, statuses: [], opportunities: opportunities, problems: [], clear: clear,
                    withdrawn: withdrawn, held: held), context: context
            ).steps()
        }

        /// Each step in words.
        var words: [String] { steps.map(\.words) }

        /// The digest that a proposal has which answers just this.
        func digest(_ opportunity: Opportunity = opportunity) -> Digest {
            InputDigest.of(
                workspace: workspaces[0], cause: .opportunity(opportunity), author: context.inputAuthor)
        }

        /// A proposal for the opportunity, as the current input or another one made it.
        func proposal(
            isCurrent: Bool = true, isSameQuestion: Bool = true, head: Character? = "1", age: Double = 0,
            closed reason: String? = nil
        ) -> TrackedProposal {
            var manifest = Manifest.fixture(
                key: opportunity.key, address: opportunity.address,
                ruleDigest: isSameQuestion ? InputDigest.of(rule: opportunity.rule) : Digest(of: ["another rule"]),
                prompt: context.inputAuthor.prompt)
            if isCurrent { manifest.inputDigest = digest() }
            return .sample(manifest, head: head, pushedAt: now - age, closed: reason)
        }
    }

    static func situation(_ change: (inout Situation) -> Void) -> Situation {
        var situation = Situation()
        change(&situation)
        return situation
    }

    // MARK: An opportunity

    static let opportunities: [(name: String, situation: Situation, words: String)] = [
        ("nothing stands in its way", Situation(), "write t.one"),
        (
            "its workspace cannot be read", situation { $0.workspaces = [.sample("db")] },
            "leave t.one waiting: the workspace could not be read"
        ),
        (
            "somebody has a branch of that name",
            situation { $0.refs = ["refs/heads/\(branch)": .of("9")] },
            "leave t.one edited: the branch is not one that Sphinx pushed"
        ),
        (
            "it is merged", situation { $0.merged = [.sample()] },
            "leave t.one merged: merged and not applied yet"
        ),
        (
            "it is merged, and its apply failed", situation { $0.merged = [.sample(failed: "no")] },
            "leave t.one merged: its apply failed"
        ),
        (
            "it is merged and a moment ago the workspace was applied",
            situation {
                $0.merged = [.sample()]; $0.appliedNow = ["web"]
            },
            "leave t.one merged: merged and not applied yet"
        ),
        (
            "another one of the workspace is merged",
            situation { $0.merged = [.sample(.sample("t.two"))] },
            "leave t.one waiting: base not applied (merged: \(Opportunity.sample("t.two").key))"
        ),
        (
            "one of another workspace is merged",
            situation { $0.merged = [.sample(.sample("t.two", in: "db"))] }, "write t.one"
        ),
        (
            "this run applied something in the workspace", situation { $0.appliedNow = ["web"] },
            "leave t.one waiting: settling: this run applied a change here"
        ),
        (
            "something was applied in the workspace less than an hour ago",
            situation { $0.merged = [.sample(.sample("t.two"), appliedAt: now - 3_599)] },
            "leave t.one waiting: settling until 2025-11-24T16:00:01Z"
        ),
        (
            "something was applied in the workspace an hour ago",
            situation { $0.merged = [.sample(.sample("t.two"), appliedAt: now - 3_600)] }, "write t.one"
        ),
        (
            "its rule rests after an apply",
            situation {
                $0.opportunities = [.sample(rule: .sample(coolDown: 86_400))]
                $0.merged = [.sample(appliedAt: now - 80_000)]
            }, "leave t.one waiting: cooldown until 2025-11-24T17:46:40Z"
        ),
        (
            "its rule has rested",
            situation {
                $0.opportunities = [.sample(rule: .sample(coolDown: 86_400))]
                $0.merged = [.sample(appliedAt: now - 86_400)]
            }, "write t.one"
        ),
        (
            "a model could not mend the very same",
            situation {
                $0.unfixable = [
                    opportunity.key: Unfixable(object: .of("f"), inputDigest: $0.digest(), reason: "it will not do")
                ]
            }, "leave t.one unfixable: it will not do"
        ),
        (
            "a model could not mend what has changed since",
            situation {
                $0.unfixable = [
                    opportunity.key: Unfixable(object: .of("f"), inputDigest: Digest(of: []), reason: "it will not do")
                ]
            }, "write t.one"
        ),
        (
            "the policy leaves its address out", situation { $0.policy = Policy(addresses: [Glob("u.*")]) },
            "leave t.one reported: the policy's addresses leave out t.one"
        ),
        (
            "the fix removes something",
            situation {
                let fix = Rule.Fix(attribute: "size", value: .string("none"), isDestructive: true)
                $0.opportunities = [.sample(rule: .sample(fix: fix))]
            },
            "leave t.one reported: the fix removes something: a person has to make it, or the policy's 'destroy' has to name the rule"
        ),
        (
            "the fix removes something, and the policy names the rule",
            situation {
                let fix = Rule.Fix(attribute: "size", value: .string("none"), isDestructive: true)
                $0.opportunities = [.sample(rule: .sample(fix: fix))]
                $0.policy = Policy(destroy: [Glob("id*")])
            }, "write t.one"
        ),
        (
            "nobody can write it", situation { $0.opportunities = [.sample(rule: .sample(fix: nil))] },
            "leave t.one reported: the rule has no fix.value, and there is no Gemini key"
        ),
        (
            "a model can write it",
            situation {
                $0.opportunities = [.sample(rule: .sample(fix: nil))]
                $0.author = ("1", "gemini")
            }, "write t.one"
        ),
        (
            "only a hint says what to do, and there is no model",
            situation {
                $0.opportunities = [.sample(rule: .sample(fix: Rule.Fix(attribute: "a", value: nil, hint: "less")))]
            }, "leave t.one reported: the rule has no fix.value, and there is no Gemini key"
        ),
        (
            "the days are frozen",
            situation {
                $0.schedule = Schedule(freezes: [Schedule.Freeze(text: "a while", days: 0...99_999, reason: nil)])
            },
            "leave t.one waiting: schedule: frozen a while"
        ),
    ]

    @Test("an opportunity without a proposal", arguments: opportunities)
    func fresh(name: String, situation: Situation, words: String) {
        #expect(situation.words == [words])
    }

    // MARK: An opportunity that has a proposal

    static let tracked: [(name: String, situation: Situation, words: String)] = [
        ("it is up to date", situation { $0.tracked = [$0.proposal()] }, "leave t.one unchanged"),
        (
            "the base moved under it", situation { $0.tracked = [$0.proposal(isCurrent: false)] }, "refresh t.one"
        ),
        (
            "its rule says something else now",
            situation { $0.tracked = [$0.proposal(isCurrent: false, isSameQuestion: false)] }, "write t.one over open"
        ),
        (
            "the prompt is another one now",
            situation {
                $0.author = ("1", "gemini")
                $0.tracked = [$0.proposal(isCurrent: false)]
                $0.author = ("2", "gemini")
            }, "write t.one over open"
        ),
        (
            "the model alone is another one now",
            situation {
                $0.author = ("1", "gemini")
                $0.tracked = [$0.proposal(isCurrent: false)]
                $0.author = ("1", "gemini-next")
            }, "refresh t.one"
        ),
        (
            "the base moved, and a model could not mend it there",
            situation {
                $0.tracked = [$0.proposal(isCurrent: false)]
                $0.unfixable = [
                    opportunity.key: Unfixable(object: .of("f"), inputDigest: $0.digest(), reason: "it will not do")
                ]
            }, "leave t.one unfixable: it will not do"
        ),
        (
            "its rule says something else, which a model could not mend",
            situation {
                $0.tracked = [$0.proposal(isCurrent: false, isSameQuestion: false)]
                $0.unfixable = [
                    opportunity.key: Unfixable(object: .of("f"), inputDigest: $0.digest(), reason: "it will not do")
                ]
            }, "leave t.one unfixable: it will not do"
        ),
        (
            "somebody committed to its branch", situation { $0.tracked = [$0.proposal(head: "2")] },
            "leave t.one edited: someone else's commit is on the branch"
        ),
        (
            "somebody committed to its branch, and the base moved",
            situation { $0.tracked = [$0.proposal(isCurrent: false, head: "2")] },
            "leave t.one edited: someone else's commit is on the branch"
        ),
        (
            "its branch was deleted",
            situation { $0.tracked = [$0.proposal(head: nil, age: 99 * 86_400)] },
            "leave t.one rejected: the branch was deleted"
        ),
        (
            "a person closed it with a reason",
            situation { $0.tracked = [$0.proposal(head: nil, closed: "we need it")] },
            "leave t.one rejected: closed: we need it"
        ),
        (
            "its branch was deleted lately, and the base moved",
            situation { $0.tracked = [$0.proposal(isCurrent: false, head: nil, age: 29 * 86_400)] },
            "leave t.one rejected: the branch was deleted; not proposed again before 2025-11-25T16:00:00Z"
        ),
        (
            "its branch was deleted lately, and the base moved; the rule rests for less",
            situation {
                $0.opportunities = [.sample(rule: .sample(coolDown: 86_400))]
                $0.tracked = [$0.proposal(isCurrent: false, head: nil, age: 86_400)]
            }, "write t.one over closed"
        ),
        (
            "its branch was deleted long ago, and the base moved",
            situation { $0.tracked = [$0.proposal(isCurrent: false, head: nil, age: 30 * 86_400)] },
            "write t.one over closed"
        ),
        (
            "its branch was deleted long ago, the base moved, and the policy leaves it out now",
            situation {
                $0.policy = Policy(addresses: [Glob("u.*")])
                $0.tracked = [$0.proposal(isCurrent: false, head: nil, age: 30 * 86_400)]
            }, "leave t.one reported: the policy's addresses leave out t.one"
        ),
        (
            "it is open, and this run applied something else there",
            situation {
                $0.tracked = [$0.proposal(isCurrent: false)]; $0.appliedNow = ["web"]
            }, "refresh t.one"
        ),
        (
            "it is open, and another one of the workspace is merged",
            situation {
                $0.tracked = [$0.proposal(isCurrent: false)]; $0.merged = [.sample(.sample("t.two"))]
            },
            "leave t.one waiting: base not applied (merged: \(Opportunity.sample("t.two").key))"
        ),
        (
            "the days are frozen, and the base moved",
            situation {
                $0.tracked = [$0.proposal(isCurrent: false)]
                $0.schedule = Schedule(freezes: [Schedule.Freeze(text: "a while", days: 0...99_999, reason: nil)])
            }, "refresh t.one"
        ),
        (
            "the days are frozen, and its rule says something else",
            situation {
                $0.tracked = [$0.proposal(isCurrent: false, isSameQuestion: false)]
                $0.schedule = Schedule(freezes: [Schedule.Freeze(text: "a while", days: 0...99_999, reason: "sales")])
            }, "leave t.one waiting: schedule: frozen a while (sales)"
        ),
    ]

    @Test("an opportunity that has a proposal", arguments: tracked)
    func again(name: String, situation: Situation, words: String) {
        #expect(situation.words == [words])
    }

    @Test("what is left as it is names its branch, its plan and its commit")
    func outcome() throws {
        let situation = Self.situation { $0.tracked = [$0.proposal()] }
        guard case .leave(let outcome) = try #require(situation.steps.first) else {
            Issue.record("it is not left")
            return
        }
        var expected = ProposalOutcome(
            key: Self.opportunity.key, branch: Self.branch, workspace: "web", rule: "idle", address: "t.one",
            title: "idle", state: .unchanged)
        expected.planDigest = Plan.digest(of: [])
        expected.commit = .of("1")
        #expect(outcome == expected)
    }

    // MARK: A proposal without its opportunity

    static let unanswered: [(name: String, situation: Situation, words: String)] = [
        ("it was not measured", alone { _ in }, "leave t.one unchanged: not measured in this run"),
        (
            "its rule is clear", alone { $0.clear = [opportunity.key] },
            "withdraw t.one as resolved: the rule does not fire any more"
        ),
        (
            "its rule is clear, and was not a moment ago",
            alone {
                $0.clear = [opportunity.key]; $0.held = [opportunity.key: "it was true 1h ago"]
            },
            "leave t.one unchanged: it was true 1h ago"
        ),
        (
            "another rule takes its place",
            alone { $0.withdrawn = [opportunity.key: "'oversized' takes its place"] },
            "withdraw t.one as superseded: 'oversized' takes its place"
        ),
        (
            "its rule is switched off", alone { $0.enabled = [] },
            "withdraw t.one as superseded: the rule was removed or disabled"
        ),
        (
            "its workspace is gone", alone { $0.workspaces = [.sample("db")] },
            "withdraw t.one as superseded: the workspace was removed"
        ),
        (
            "its workspace cannot be read",
            alone {
                $0.workspaces = [.sample("db")]
                $0.problems = [
                    Problem(
                        .needsPerson, "broken",
                        location: SourceLocation(file: "workspaces/web/main.tf", line: 1, column: 1))
                ]
            }, "leave t.one unchanged: not measured in this run"
        ),
        (
            "its workspace is gone, and one with a longer name cannot be read",
            alone {
                $0.workspaces = [.sample("db")]
                $0.problems = [
                    Problem(
                        .needsPerson, "broken",
                        location: SourceLocation(file: "workspaces/web2/main.tf", line: 1, column: 1))
                ]
            }, "withdraw t.one as superseded: the workspace was removed"
        ),
        (
            "it is merged, and its rule is clear",
            alone {
                $0.merged = [.sample()]; $0.clear = [opportunity.key]
            },
            "leave t.one merged: merged and not applied yet"
        ),
        (
            "somebody committed to its branch, and its workspace is gone",
            alone(head: "2") { $0.workspaces = [] }, "leave t.one edited: someone else's commit is on the branch"
        ),
        (
            "it was rejected, and was not measured", alone(head: nil) { _ in },
            "leave t.one rejected: the branch was deleted"
        ),
        (
            "it was closed, and was not measured", alone(head: nil, closed: "not now") { _ in },
            "leave t.one rejected: closed: not now"
        ),
        (
            "it was rejected, and its rule is clear", alone(head: nil) { $0.clear = [opportunity.key] },
            "withdraw t.one as resolved: the rule does not fire any more"
        ),
        (
            "it was rejected, and its rule was true a moment ago",
            alone(head: nil) { $0.held = [opportunity.key: "it was true 1h ago"] },
            "leave t.one rejected: the branch was deleted"
        ),
    ]

    static func alone(
        head: Character? = "1", closed: String? = nil, _ change: (inout Situation) -> Void
    ) -> Situation {
        situation {
            $0.opportunities = []
            $0.tracked = [$0.proposal(head: head, closed: closed)]
            change(&$0)
        }
    }

    @Test("a proposal whose opportunity is not there", arguments: unanswered)
    func rest(name: String, situation: Situation, words: String) {
        #expect(situation.words == [words])
    }

    // MARK: A person's request

    static let requests: [(name: String, situation: Situation, words: String)] = [
        ("the base did not move", requested { _ in }, "leave t.one unchanged"),
        ("the base moved", requested(tree: "0") { _ in }, "refresh request"),
        (
            "the base moved in a workspace that the run is not about",
            requested(tree: "0") { $0.includes = { $0 != "web" } }, "leave t.one unchanged"
        ),
        (
            "its workspace is gone", requested { $0.workspaces = [] },
            "leave t.one unchanged: the base has no workspace 'web' that can be read"
        ),
        (
            "its branch was deleted", requested(head: nil) { _ in }, "leave t.one rejected: the branch was deleted"
        ),
        (
            "somebody committed to its branch", requested(tree: "0", head: "2") { _ in },
            "leave t.one edited: someone else's commit is on the branch"
        ),
        (
            "there are no rules at all",
            requested {
                $0.enabled = []; $0.clear = [opportunity.key]
            },
            "leave t.one unchanged"
        ),
    ]

    static func requested(
        tree: Character = "a", head: Character? = "1", _ change: (inout Situation) -> Void
    ) -> Situation {
        situation {
            $0.opportunities = []
            var manifest = $0.proposal().manifest
            manifest.request = try? ChangeRequest("Add a cache")
            manifest.baseTree = .of(tree)
            $0.tracked = [.sample(manifest, head: head)]
            change(&$0)
        }
    }

    @Test("a person's request that is open when a run comes by", arguments: requests)
    func request(name: String, situation: Situation, words: String) {
        #expect(situation.words == [words])
    }

    @Test("steps come in the order of the opportunities, then of the branches that have none")
    func order() {
        let situation = Self.situation {
            $0.opportunities = [.sample("t.two"), .sample("t.one")]
            $0.tracked = ["t.z", "t.y"].map { address in
                let opportunity = Opportunity.sample(address)
                return .sample(.fixture(key: opportunity.key, address: address))
            }
            $0.clear = Set($0.tracked.map(\.manifest.key))
        }
        let rest = situation.tracked.sorted { $0.branch < $1.branch }.map(\.manifest.address)
        #expect(
            situation.words == ["write t.two", "write t.one"]
                + rest.map { "withdraw \($0) as resolved: the rule does not fire any more" })
    }
}

extension ProposalDecisionTests.Situation: CustomTestStringConvertible {
    var testDescription: String { "…" }
}

extension ProposalStep {
    /// For tables.
    fileprivate var words: String {
        switch self {
        case .write(let cause, let tracked):
            "write \(cause.address ?? "request")"
                + (tracked.map { $0.head == nil ? " over closed" : " over open" } ?? "")
        case .refresh(let cause, _): "refresh \(cause.address ?? "request")"
        case .withdraw(let tracked, let state, let reason):
            "withdraw \(tracked.manifest.address) as \(state.rawValue): \(reason)"
        case .leave(let outcome):
            "leave \(outcome.address) \(outcome.state.rawValue)" + (outcome.reason.map { ": \($0)" } ?? "")
        }
    }
}
