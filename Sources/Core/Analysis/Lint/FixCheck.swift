import Domain

/// A rule without a fix of its own is only reported where there is no model to ask.
enum FixCheck: LintCheck {
    static let id = "fix/missing"

    static func findings(in set: RuleSet, at now: Double) -> [(rule: Rule, message: String, hint: String)] {
        set.rules.filter { $0.enabled && $0.fix == nil }.map {
            ($0, "it has no fix", "say at least which attribute has to change, and how, in 'fix'")
        }
    }
}
