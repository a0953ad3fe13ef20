/// What a proposal answers.
package enum Cause: Hashable, Sendable {
    /// What a rule or a plugin detected.
    case opportunity(Opportunity)
    /// What a person asked for in a workspace.
    case request(ChangeRequest, workspace: String)

    package var workspace: String {
        switch self {
        case .opportunity(let opportunity): opportunity.workspace
        case .request(_, let workspace): workspace
        }
    }

    /// The rule's id, or what stands in its place.
    package var rule: String {
        switch self {
        case .opportunity(let opportunity): opportunity.rule.id
        case .request: ChangeRequest.rule
        }
    }

    package var key: ProposalKey {
        switch self {
        case .opportunity(let opportunity): opportunity.key
        case .request(let request, let workspace): request.key(in: workspace)
        }
    }

    package var title: String {
        switch self {
        case .opportunity(let opportunity): opportunity.title
        case .request(let request, _): String(request.words.prefix(200))
        }
    }

    /// What was measured; nil where nothing was.
    package var evidence: Evidence? { opportunity?.evidence }

    /// Nil for a person's request.
    package var opportunity: Opportunity? {
        switch self {
        case .opportunity(let opportunity): opportunity
        case .request: nil
        }
    }

    /// The block that has to change; nil where that is open until there is a plan.
    package var address: String? {
        switch self {
        case .opportunity(let opportunity): opportunity.address
        case .request: nil
        }
    }
}
