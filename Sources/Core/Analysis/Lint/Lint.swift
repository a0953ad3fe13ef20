package import Domain

/// What loads and yet is probably not what was meant.
package struct LintFinding: Hashable, Sendable {
    /// Such as `query/comparison`.
    package let check: String
    package let rule: String
    package let problem: Problem
}

/// One look at a set of rules.
protocol LintCheck {
    static var id: String { get }
    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)]
}

/// Looks at rules without asking anyone; each check is a file beside this one.
///
/// The list follows pint's, as far as it speaks of what Sphinx's rules have.
package enum Lint {
    private static var checks: [any LintCheck.Type] {
        [
            DuplicateCheck.self, ComparisonCheck.self, RangeCheck.self, CounterCheck.self, RegexpCheck.self,
            OffsetCheck.self, LabelCheck.self, ContradictionCheck.self, ResourceCheck.self, FixCheck.self,
        ]
    }

    /// In the order of the rules' places; `now` decides what has expired.
    package static func findings(in set: RuleSet, at now: Double) -> [LintFinding] {
        let found = checks.flatMap { check in
            check.findings(in: set, at: now).map { rule, message, hint in
                LintFinding(
                    check: check.id, rule: rule.id,
                    problem: Problem(
                        .needsPerson, "the rule '\(rule.id)': \(message)", hint: hint, location: rule.location))
            }
        }
        return (found + expired(set, now)).sorted {
            ($0.problem.location?.file ?? "", $0.problem.location?.line ?? 0, $0.check)
                < ($1.problem.location?.file ?? "", $1.problem.location?.line ?? 0, $1.check)
        }
    }

    private static func expired(_ set: RuleSet, _ now: Double) -> [LintFinding] {
        set.suppressions.filter { ($0.until ?? .infinity) < now }.map { suppression in
            LintFinding(
                check: "suppression/expired", rule: suppression.rule.pattern,
                problem: Problem(
                    .needsPerson, "the suppression of '\(suppression.rule.pattern)' has expired",
                    hint: "remove it, or give it a later 'until'", location: suppression.location))
        }
    }
}

extension Rule {
    /// The tokens of every query, by its name.
    var tokens: [(name: String, tokens: PromQLTokens)] {
        queries.sorted { $0.key < $1.key }.map { ($0.key, PromQLTokens($0.value)) }
    }
}
