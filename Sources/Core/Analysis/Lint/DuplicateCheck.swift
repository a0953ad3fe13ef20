import Domain

/// Two rules that ask and compare the same open two proposals for one thing.
enum DuplicateCheck: LintCheck {
    static let id = "rule/duplicate"

    private struct Subject: Hashable {
        let queries: [String: String]
        let condition: Rule.Condition?
        let resource: Rule.ResourceSelector
        let window: Double?
    }

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        var first: [Subject: Rule] = [:]
        return set.rules.filter(\.enabled).compactMap { rule in
            let subject = Subject(
                queries: rule.queries, condition: rule.condition, resource: rule.resource, window: rule.window)
            guard let earlier = first[subject] else {
                first[subject] = rule
                return nil
            }
            return (rule, "it looks at the same as '\(earlier.id)'", "keep one of them")
        }
    }
}
