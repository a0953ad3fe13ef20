import Domain

/// What the evaluation of rules has brought so far.
struct Findings {
    var statuses: [RuleStatus] = []
    var opportunities: [Opportunity] = []
    var problems: [Problem] = []
    /// Only what was measured and found not to fire.
    var clear: Set<ProposalKey> = []
    var withdrawn: [ProposalKey: String] = [:]
    /// What shows a reviewer the series of an opportunity, where they are not known yet.
    var evidence: [ProposalKey: MetricQuery] = [:]
    /// The labels of those series, without the metric's name, the worst first.
    var labels: [ProposalKey: [Labels]] = [:]

    static func += (all: inout Findings, more: Findings) {
        all.statuses += more.statuses
        all.opportunities += more.opportunities
        all.problems += more.problems
        all.clear.formUnion(more.clear)
        all.withdrawn.merge(more.withdrawn) { first, _ in first }
        all.evidence.merge(more.evidence) { first, _ in first }
        all.labels.merge(more.labels) { first, _ in first }
    }
}
