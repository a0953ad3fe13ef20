/// A rules file with what it includes, read and found valid.
package struct RuleSet: Hashable, Sendable {
    /// What a rule is where overrides change it.
    package struct Variant: Hashable, Sendable {
        package let rule: Rule
        package let workspaces: Set<String>

        package init(rule: Rule, workspaces: Set<String>) {
            self.rule = rule
            self.workspaces = workspaces
        }
    }

    /// As they hold where no override says otherwise, in the order of the files.
    package let rules: [Rule]
    /// Rule id → what it is in some workspaces; no workspace is in two of a rule's variants.
    package let variants: [String: [Variant]]
    package let suppressions: [Suppression]
    package let limits: Limits
    package let policy: Policy
    package let schedule: Schedule
    package let grouping: Grouping?
    /// What loads but deserves a look.
    package let warnings: [Problem]

    package init(
        rules: [Rule] = [], variants: [String: [Variant]] = [:], suppressions: [Suppression] = [],
        limits: Limits = Limits(), policy: Policy = Policy(), schedule: Schedule = Schedule(),
        grouping: Grouping? = nil, warnings: [Problem] = []
    ) {
        self.rules = rules
        self.variants = variants
        self.suppressions = suppressions
        self.limits = limits
        self.policy = policy
        self.schedule = schedule
        self.grouping = grouping
        self.warnings = warnings
    }

    /// The rule as it holds in one workspace; nil where there is no such rule.
    package func rule(_ id: String, in workspace: String) -> Rule? {
        variants[id]?.first { $0.workspaces.contains(workspace) }?.rule ?? rules.first { $0.id == id }
    }
}

/// What a person says not to propose, and why.
package struct Suppression: Hashable, Sendable {
    /// Globs over rule ids, workspace paths and block addresses.
    package let rule: Glob
    package let workspace: Glob
    package let address: Glob
    /// The last moment at which it holds, in seconds since 1970; nil holds for ever.
    package let until: Double?
    package let reason: String
    package let location: SourceLocation

    package init(
        rule: Glob, workspace: Glob = Glob("**"), address: Glob = Glob("**"), until: Double?, reason: String,
        location: SourceLocation
    ) {
        self.rule = rule
        self.workspace = workspace
        self.address = address
        self.until = until
        self.reason = reason
        self.location = location
    }
}
