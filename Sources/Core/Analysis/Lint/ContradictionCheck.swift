import Domain

/// Comparisons of one measure that can never hold together.
enum ContradictionCheck: LintCheck {
    static let id = "condition/impossible"

    private struct Subject: Hashable {
        let query: String
        let measure: Rule.Measure
    }

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.compactMap { rule in
            guard let condition = rule.condition, let pair = contradiction(condition) else { return nil }
            return (rule, "'\(pair.0)' and '\(pair.1)' never hold together", "correct a threshold, or write 'any'")
        }
    }

    private static func contradiction(_ condition: Rule.Condition) -> (Rule.Leaf, Rule.Leaf)? {
        switch condition {
        case .compares, .anomaly: return nil
        case .not(let part): return contradiction(part)
        case .any(let parts): return parts.lazy.compactMap(contradiction).first
        case .all(let parts):
            let leaves = parts.compactMap(\.single)
            for (index, left) in leaves.enumerated() {
                for right in leaves[(index + 1)...]
                where left.query == right.query && left.measure == right.measure && exclude(left, right) {
                    return (left, right)
                }
            }
            return parts.lazy.compactMap(contradiction).first
        }
    }

    /// One wants less than what the other wants more than.
    private static func exclude(_ left: Rule.Leaf, _ right: Rule.Leaf) -> Bool {
        guard let one = left.number, let other = right.number else { return false }
        let below: Set<Rule.Comparison> = [.lessThan, .lessThanOrEqual]
        let above: Set<Rule.Comparison> = [.greaterThan, .greaterThanOrEqual]
        if below.contains(left.comparison), above.contains(right.comparison) { return one <= other }
        if above.contains(left.comparison), below.contains(right.comparison) { return other <= one }
        return left.comparison == .equals && right.comparison == .equals && one != other
    }
}
