/// What one run did, for people and programs.
package struct RunReport: Sendable {
    package var run: String
    package var base: ObjectID?
    package var baseBranch: String
    package var isDryRun: Bool
    package var statuses: [RuleStatus] = []
    package var opportunities: [Opportunity] = []
    package var proposals: [ProposalOutcome] = []
    package var groups: [GroupOutcome] = []
    package var applies: [ApplyOutcome] = []
    package var usage = Usage()
    package var pushes = 0
    package var problems: [Problem] = []
    package var notices: [String] = []
    /// What the model has to know before it can answer a request.
    package var questions: [String] = []
    /// What the guard sees on a person's branch.
    package var findings: [Finding] = []

    package init(run: String, baseBranch: String, isDryRun: Bool) {
        self.run = run
        self.baseBranch = baseBranch
        self.isDryRun = isDryRun
    }
}

/// What became of one proposal in one run.
package struct ProposalOutcome: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case created, unchanged, refreshed, waiting, unfixable, edited, rejected, resolved, superseded, merged, reported
        case failed
        /// Of a request: the model asks something first, or sees nothing to change.
        case needInformation = "need_information"
        case noChange = "no_change"
    }

    package var key: ProposalKey
    package var branch: String
    package var workspace: String
    package var rule: String
    package var address: String
    package var title: String
    package var state: State
    package var reason: String?
    package var planDigest: Digest?
    package var planSummary: String?
    /// What wrote the change in this run, where a model did.
    package var model: String?
    package var commit: ObjectID?
    /// The commit's message and the change as a unified difference, where a branch was written in this run.
    package var message: String?
    package var difference: String?

    package init(
        key: ProposalKey, branch: String, workspace: String, rule: String, address: String, title: String,
        state: State, reason: String? = nil, planDigest: Digest? = nil, planSummary: String? = nil,
        commit: ObjectID? = nil, message: String? = nil, difference: String? = nil
    ) {
        self.key = key
        self.branch = branch
        self.workspace = workspace
        self.rule = rule
        self.address = address
        self.title = title
        self.state = state
        self.reason = reason
        self.planDigest = planDigest
        self.planSummary = planSummary
        self.commit = commit
        self.message = message
        self.difference = difference
    }
}

/// What became of one merged proposal, or of a change that came without one, in one run.
package struct ApplyOutcome: Hashable, Sendable {
    package enum Result: String, Hashable, Sendable, CaseIterable {
        case applied, failed, locked, waiting
        /// What was merged is not called for any more.
        case resolved
        case alreadyApplied = "already_applied"
        case needsApproval = "needs_approval"
        /// Not signed by those who have to sign.
        case unverified
        /// The code was changed since it was applied, and no plan of that change was merged.
        case unplannedChange = "unplanned_change"
        /// The infrastructure differs from the base, and nothing was merged.
        case drift
    }

    /// Nil, as the approval, for an unplanned change and for drift.
    package var key: ProposalKey?
    package var approval: Approval?
    package var workspace: String
    package var result: Result
    package var reason: String?

    package init(
        key: ProposalKey?, approval: Approval?, workspace: String, result: Result, reason: String? = nil
    ) {
        self.key = key
        self.approval = approval
        self.workspace = workspace
        self.result = result
        self.reason = reason
    }
}

/// What a person has to look at twice before merging a branch of their own.
package struct Finding: Hashable, Sendable {
    package var workspace: String
    package var sentence: String
    /// It would run code, read files or reach the network while a plan is made.
    package var runsAtPlan: Bool

    package init(workspace: String, sentence: String, runsAtPlan: Bool) {
        self.workspace = workspace
        self.sentence = sentence
        self.runsAtPlan = runsAtPlan
    }
}
