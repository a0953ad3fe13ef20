import Domain

/// An aggregation that keeps no label leads to no resource.
enum ResourceCheck: LintCheck {
    static let id = "resource/unmapped"

    private static let aggregations: Set<String> = [
        "sum", "avg", "min", "max", "count", "stddev", "stdvar", "quantile", "topk", "bottomk", "group",
    ]

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.flatMap { rule in
            rule.tokens.compactMap { name, tokens in
                guard case .word(let first)? = tokens.all.first?.token, aggregations.contains(first),
                    !tokens.hasWord(["by", "without"])
                else { return nil }
                return (
                    rule, "\(ComparisonCheck.query(name)) aggregates all labels away, so that it leads to no resource",
                    "keep what names the resource, such as in '\(first) by (instance_id) (…)'"
                )
            }
        }
    }
}
