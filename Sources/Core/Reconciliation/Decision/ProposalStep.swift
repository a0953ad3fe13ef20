package import Domain

/// What is to be done about one opportunity, one request or one open proposal.
package enum ProposalStep: Hashable, Sendable {
    /// Write the change for the first time, or anew over what is open or was rejected.
    case write(Cause, over: TrackedProposal?)
    /// Bring an open proposal onto the new base, without the model where it merges.
    case refresh(Cause, TrackedProposal)
    /// Delete the branch: what it answered is no more.
    case withdraw(TrackedProposal, as: ProposalOutcome.State, reason: String)
    /// Nothing to do, and why.
    case leave(ProposalOutcome)
}

/// What the decision needs to know beside the observation.
package struct DecisionContext: Sendable {
    /// Seconds since 1970.
    package let now: Double
    package let limits: Limits
    package let policy: Policy
    package let schedule: Schedule
    package let settle: Double
    package let coolDown: Double
    package let names: RefNames
    /// Nil without a key.
    package let author: (prompt: String, model: String)?
    /// Whether a rule or plugin is there and switched on in a workspace.
    package let isEnabled: @Sendable (_ rule: String, _ workspace: String) -> Bool
    /// Workspaces in which this run applied something.
    package let appliedNow: Set<String>
    /// Whether the run is about a workspace at all.
    package let includes: @Sendable (_ workspace: String) -> Bool
    /// A person waits for the answer to a request.
    package let answersRequests: Bool

    package init(
        now: Double, limits: Limits, policy: Policy = Policy(), schedule: Schedule = Schedule(), settle: Double,
        coolDown: Double, names: RefNames,
        author: (prompt: String, model: String)?, isEnabled: @escaping @Sendable (String, String) -> Bool,
        appliedNow: Set<String> = [], includes: @escaping @Sendable (String) -> Bool = { _ in true },
        answersRequests: Bool = false
    ) {
        self.now = now
        self.limits = limits
        self.policy = policy
        self.schedule = schedule
        self.settle = settle
        self.coolDown = coolDown
        self.names = names
        self.author = author
        self.isEnabled = isEnabled
        self.appliedNow = appliedNow
        self.includes = includes
        self.answersRequests = answersRequests
    }

    /// With a key the model writes; without one the rule's own fix is the author.
    var inputAuthor: InputDigest.Author {
        var input = author.map { InputDigest.Author(prompt: $0.prompt, model: $0.model) } ?? .rule
        input.policy = policy.meaning
        return input
    }
}
