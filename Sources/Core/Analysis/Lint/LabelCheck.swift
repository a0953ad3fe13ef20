import Domain

/// A label that the query's aggregation drops is an empty text in every opportunity.
enum LabelCheck: LintCheck {
    static let id = "template/label"

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.flatMap { rule -> [(rule: Rule, message: String, hint: String)] in
            guard rule.queries.count == 1, let kept = rule.tokens.first.flatMap({ labels($0.tokens) }) else {
                return []
            }
            let templates = [rule.title, rule.description] + rule.labels.values
            let named = templates.flatMap(\.placeholders).filter { $0.hasPrefix("labels.") }
                .map { String($0.dropFirst("labels.".count)) }
            return Set(named).subtracting(kept).sorted().map { label in
                (rule, "its texts name the label '\(label)', which 'by' does not keep", "add it to 'by (…)'")
            }
        }
    }

    /// What an aggregation around the whole query keeps; nil where there is none.
    private static func labels(_ tokens: PromQLTokens) -> Set<String>? {
        let all = tokens.all
        guard all.count > 3, let by = all.firstIndex(where: { $0.token == .word("by") && $0.depth == 0 }),
            by == 1 || all[by - 1].token == .sign(")")
        else { return nil }
        var labels: Set<String> = []
        for placed in all[(by + 1)...] {
            if placed.token == .sign(")") { break }
            if case .word(let label) = placed.token { labels.insert(label) }
        }
        // Something else after the aggregation may bring labels back.
        let signs = all.filter { $0.depth == 0 }.map(\.token)
        let isAlone = !signs.contains { token in
            if case .sign(let sign) = token {
                "+-*/%^<>".contains(sign) || sign == "=="
            } else {
                token == .word("and") || token == .word("or") || token == .word("group_left")
            }
        }
        return isAlone ? labels : nil
    }
}
