import Domain

/// `rate` needs at least two samples; four scrapes of the usual minute leave room for a missed one.
enum RangeCheck: LintCheck {
    static let id = "query/range"

    private static let functions: Set<String> = ["rate", "irate", "increase", "delta", "idelta", "deriv"]
    private static let shortest = 120.0

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.flatMap { rule in
            rule.tokens.flatMap { name, tokens in
                ranges(tokens).filter { $0.seconds < shortest }.map { range in
                    (
                        rule,
                        "\(ComparisonCheck.query(name)) takes '\(range.function)' over \(DurationText.text(range.seconds))",
                        "with a scrape each minute take 4m or more, or the value is often absent"
                    )
                }
            }
        }
    }

    /// The ranges of selectors that a function stands before.
    private static func ranges(_ tokens: PromQLTokens) -> [(function: String, seconds: Double)] {
        var function: String?
        var found: [(function: String, seconds: Double)] = []
        for (index, placed) in tokens.all.enumerated() {
            if case .word(let word) = placed.token, functions.contains(word) { function = word }
            guard placed.token == .sign("["), let name = function,
                case .word(let text)? = tokens.all.dropFirst(index + 1).first?.token,
                let seconds = DurationText.parse(text)
            else { continue }
            found.append((name, seconds))
            function = nil
        }
        return found
    }
}
