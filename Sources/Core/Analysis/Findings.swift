import Domain

/// What the evaluation of rules has brought so far.
struct Findings {
    var statuses: [RuleStatus] = []
    var opportunities: [Opportunity] = []
    var problems: [Problem] = []
    /// Only what was measured and found not to fire.
    var clear: Set<ProposalKey> = []

    static func += (all: inout Findings, more: Findings) {
        all.statuses += more.statuses
        all.opportunities += more.opportunities
        all.problems += more.problems
        all.clear.formUnion(more.clear)
    }
}
