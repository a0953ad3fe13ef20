import Domain

/// A comparison in the query hides the difference between 'clear' and 'no data'.
enum ComparisonCheck: LintCheck {
    static let id = "query/comparison"

    private static let signs: Set<String> = ["<", ">", "<=", ">=", "==", "!="]

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.flatMap { rule in
            rule.tokens.compactMap { name, tokens in
                let isFiltered = tokens.all.enumerated().contains { index, placed in
                    guard placed.depth == 0, case .sign(let sign) = placed.token, signs.contains(sign) else {
                        return false
                    }
                    let next = tokens.all.dropFirst(index + 1).first?.token
                    return next != .word("bool")
                }
                guard isFiltered else { return nil }
                return (
                    rule, "\(Self.query(name)) compares, so that no series can mean 'clear' and 'no data' alike",
                    "leave the comparison to 'condition'"
                )
            }
        }
    }

    static func query(_ name: String) -> String { name == Rule.onlyQuery ? "the query" : "the query '\(name)'" }
}
