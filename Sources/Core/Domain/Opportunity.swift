/// What a rule detected on one resource of one workspace.
package struct Opportunity: Hashable, Sendable {
    package let workspace: String
    package let rule: Rule
    /// The block's address, without instance keys.
    package let address: String
    package let title: String
    package let description: String
    /// When the condition became true, in seconds since 1970.
    package let since: Double
    /// What was compared, of the worst series; nil for a rule on state.
    package let value: Double?
    /// The rule's own labels, filled in.
    package let labels: Labels
    package let evidence: Evidence

    package init(
        workspace: String, rule: Rule, address: String, title: String, description: String, since: Double,
        value: Double?, labels: Labels = [:], evidence: Evidence
    ) {
        self.workspace = workspace
        self.rule = rule
        self.address = address
        self.title = title
        self.description = description
        self.since = since
        self.value = value
        self.labels = labels
        self.evidence = evidence
    }

    package var key: ProposalKey { ProposalKey(workspace: workspace, rule: rule.id, address: address) }
}

/// What an opportunity rests on.
package struct Evidence: Hashable, Sendable {
    /// The PromQL; empty for a rule on state.
    package let query: String
    /// What held, in words.
    package let condition: String
    /// Seconds since 1970, both ends included, and the distance of the samples.
    package let start: Double
    package let end: Double
    package let step: Double
    /// Nil where the condition is more than one comparison with a number.
    package let threshold: Double?
    /// The instances that the series lead to.
    package let instances: [String]
    /// The worst first.
    package let series: [Series]
    /// How the series led to the address.
    package let located: String
    /// The attributes that a rule on state looked at: path → value; sensitive ones are not among them.
    package let attributes: [String: JSONValue]

    package init(
        query: String, condition: String, start: Double, end: Double, step: Double, threshold: Double?,
        instances: [String], series: [Series], located: String, attributes: [String: JSONValue] = [:]
    ) {
        self.query = query
        self.condition = condition
        self.start = start
        self.end = end
        self.step = step
        self.threshold = threshold
        self.instances = instances
        self.series = series
        self.located = located
        self.attributes = attributes
    }
}

/// How a rule ended in one workspace.
package struct RuleStatus: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case firing, clear, stale, unmapped, ambiguous, partial, suppressed, error
        case noData = "no_data"
        case insufficientData = "insufficient_data"
    }

    /// Nil where the series lead to no workspace.
    package let workspace: String?
    package let rule: String
    package let status: Status
    /// How many blocks ended so, or series that lead to none.
    package let count: Int
    package let reason: String?

    package init(workspace: String?, rule: String, status: Status, count: Int, reason: String? = nil) {
        self.workspace = workspace
        self.rule = rule
        self.status = status
        self.count = count
        self.reason = reason
    }
}

/// What the rules found, at one time.
package struct AnalysisResult: Sendable {
    /// Seconds since 1970.
    package let at: Double
    package let statuses: [RuleStatus]
    package let opportunities: [Opportunity]
    package let problems: [Problem]
    /// Rule and block address that were measured and found not to fire: only these may be closed as resolved.
    package let clear: Set<ProposalKey>
    /// What another rule's opportunity or a suppression takes the place of, with the reason.
    package let withdrawn: [ProposalKey: String]
    /// What does not fire now and did so too lately for its proposal to be closed, with the reason.
    package let held: [ProposalKey: String]
    /// In the order in which they were asked.
    package let queries: [AskedQuery]
    /// What the opportunities of the plugins that there are go by; nil where that is not known, and closes nothing.
    package let plugins: Set<String>?

    package init(
        at: Double, statuses: [RuleStatus], opportunities: [Opportunity], problems: [Problem],
        clear: Set<ProposalKey> = [], withdrawn: [ProposalKey: String] = [:],
        held: [ProposalKey: String] = [:], queries: [AskedQuery] = [],
        plugins: Set<String>? = nil
    ) {
        self.at = at
        self.statuses = statuses
        self.opportunities = opportunities
        self.problems = problems
        self.clear = clear
        self.withdrawn = withdrawn
        self.held = held
        self.queries = queries
        self.plugins = plugins
    }
}
