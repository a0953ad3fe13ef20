import Domain

/// One proposal step that was worked out: what to push for it, and what to say of it.
struct Draft: Sendable {
    var outcome: ProposalOutcome
    var updates: [RefUpdate] = []
    /// What the push of its branch asks the forge for.
    var request: MergeRequest?
    var usage = Usage()
    var notices: [String] = []
    var problems: [Problem] = []
    /// What the model has to know before it can answer a request.
    var questions: [String] = []
    /// A decision alone says the rest.
    var wasTried = false
}
