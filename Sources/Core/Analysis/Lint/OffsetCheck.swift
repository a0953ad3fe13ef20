import Domain

/// An offset in the query and one of the rule add up.
enum OffsetCheck: LintCheck {
    static let id = "query/offset"

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.filter { $0.offset > 0 }.flatMap { rule in
            rule.tokens.filter { $0.tokens.hasWord(["offset"]) }.map { name, _ in
                (
                    rule,
                    "\(ComparisonCheck.query(name)) has an offset, and the rule another of \(DurationText.text(rule.offset))",
                    "keep the rule's 'offset', which moves coverage and evidence, too"
                )
            }
        }
    }
}
