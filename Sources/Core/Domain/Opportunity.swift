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
    /// The latest value of the worst series.
    package let value: Double
    package let evidence: Evidence

    package init(
        workspace: String, rule: Rule, address: String, title: String, description: String, since: Double,
        value: Double, evidence: Evidence
    ) {
        self.workspace = workspace
        self.rule = rule
        self.address = address
        self.title = title
        self.description = description
        self.since = since
        self.value = value
        self.evidence = evidence
    }

    package var key: ProposalKey { ProposalKey(workspace: workspace, rule: rule.id, address: address) }
}

/// The measurements that an opportunity rests on.
package struct Evidence: Hashable, Sendable {
    package let query: String
    /// Seconds since 1970, both ends included, and the distance of the samples.
    package let start: Double
    package let end: Double
    package let step: Double
    package let threshold: Double
    /// The instances that the series lead to.
    package let instances: [String]
    /// The worst first.
    package let series: [Series]
    /// How the series led to the address.
    package let located: String

    package init(
        query: String, start: Double, end: Double, step: Double, threshold: Double, instances: [String],
        series: [Series], located: String
    ) {
        self.query = query
        self.start = start
        self.end = end
        self.step = step
        self.threshold = threshold
        self.instances = instances
        self.series = series
        self.located = located
    }
}

/// How a rule ended in one workspace.
package struct RuleStatus: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case firing, clear, stale, unmapped, ambiguous, partial, error
        case noData = "no_data"
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

    package init(
        at: Double, statuses: [RuleStatus], opportunities: [Opportunity], problems: [Problem],
        clear: Set<ProposalKey> = []
    ) {
        self.at = at
        self.statuses = statuses
        self.opportunities = opportunities
        self.problems = problems
        self.clear = clear
    }
}
