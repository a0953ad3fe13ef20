import Domain

/// A pattern without special characters is an equality, and Prometheus anchors patterns itself.
enum RegexpCheck: LintCheck {
    static let id = "query/regexp"

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.flatMap { rule in
            rule.tokens.flatMap { name, tokens in
                patterns(tokens).compactMap { sign, pattern in
                    if !pattern.contains(where: { ".*+?|()[]{}^$\\".contains($0) }) {
                        let equal = sign == "=~" ? "=" : "!="
                        return (
                            rule, "\(ComparisonCheck.query(name)) matches '\(pattern)', which is no pattern",
                            "write \(equal)\"\(pattern)\""
                        )
                    }
                    guard pattern.hasPrefix("^") || pattern.hasSuffix("$") && !pattern.hasSuffix("\\$") else {
                        return nil
                    }
                    return (
                        rule, "\(ComparisonCheck.query(name)) anchors '\(pattern)'",
                        "leave out ^ and $: Prometheus matches whole values"
                    )
                }
            }
        }
    }

    private static func patterns(_ tokens: PromQLTokens) -> [(sign: String, pattern: String)] {
        tokens.all.enumerated().compactMap { index, placed in
            guard placed.isMatcher, case .sign(let sign) = placed.token, sign == "=~" || sign == "!~",
                case .string(let pattern)? = tokens.all.dropFirst(index + 1).first?.token
            else { return nil }
            return (sign, pattern)
        }
    }
}
