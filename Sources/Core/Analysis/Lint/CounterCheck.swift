import Domain

/// `rate` of a gauge is no rate of anything.
enum CounterCheck: LintCheck {
    static let id = "query/counter"

    private static let functions: Set<String> = ["rate", "irate", "increase"]
    /// The endings that OpenMetrics gives counters.
    private static let endings = ["_total", "_count", "_sum", "_bucket", "_created"]

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.flatMap { rule in
            rule.tokens.flatMap { name, tokens in
                gauges(tokens).map { gauge in
                    (
                        rule,
                        "\(ComparisonCheck.query(name)) takes a rate of '\(gauge)', which is not named as a counter",
                        "if it is a gauge, take 'delta' or 'deriv'"
                    )
                }
            }
        }
    }

    private static func gauges(_ tokens: PromQLTokens) -> [String] {
        tokens.all.enumerated().compactMap { index, placed in
            let next = tokens.all.dropFirst(index + 1).prefix(2).map(\.token)
            guard case .word(let function) = placed.token, functions.contains(function), next.count == 2,
                next[0] == .sign("("), case .word(let metric) = next[1],
                !endings.contains(where: { metric.hasSuffix($0) }), !metric.contains(":")
            else { return nil }
            return metric
        }
    }
}
