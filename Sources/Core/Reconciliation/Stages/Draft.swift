import Domain

/// One proposal step that was worked out: what to push for it, and what to say of it.
struct Draft: Sendable {
    var outcome: ProposalOutcome
    var updates: [RefUpdate] = []
    var usage = Usage()
    var notices: [String] = []
    var problems: [Problem] = []
    /// A decision alone says the rest.
    var wasTried = false
}
