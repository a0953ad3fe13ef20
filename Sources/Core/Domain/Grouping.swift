/// By what open proposals are also put together on one branch: `group` in rules.yml.
package enum Grouping: String, Hashable, Sendable, CaseIterable {
    case rule, workspace
}

/// What became of one branch of several proposals.
package struct GroupOutcome: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case created, refreshed, unchanged, withdrawn, edited, rejected, waiting, failed
    }

    package var branch: String
    package var state: State
    /// Sorted; empty where the branch is not Sphinx's any more, or goes.
    package var members: [ProposalKey]
    package var reason: String?

    package init(branch: String, state: State, members: [ProposalKey] = [], reason: String? = nil) {
        self.branch = branch
        self.state = state
        self.members = members
        self.reason = reason
    }
}
