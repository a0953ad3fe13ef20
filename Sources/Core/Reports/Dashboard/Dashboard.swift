package import Domain

/// Where everything stands at one time: what was found, what became of it, and why nothing did.
package struct Dashboard: Sendable {
    /// Seconds since 1970.
    package let at: Double
    package let baseBranch: String
    package let base: ObjectID
    package let version: String
    /// Every opportunity and every proposal, sorted by standing, workspace, rule and address.
    package let entries: [Entry]
    package let statuses: [RuleStatus]
    package let workspaces: [WorkspaceLine]
    package let history: RecordedHistory
    package let problems: [Problem]

    package init(
        at: Double, baseBranch: String, base: ObjectID, version: String, entries: [Entry], statuses: [RuleStatus],
        workspaces: [WorkspaceLine], history: RecordedHistory, problems: [Problem]
    ) {
        self.at = at
        self.baseBranch = baseBranch
        self.base = base
        self.version = version
        self.entries = entries.sorted(by: Entry.comesBefore)
        self.statuses = statuses
        self.workspaces = workspaces
        self.history = history
        self.problems = problems
    }

    package func entries(_ standing: Standing) -> [Entry] { entries.filter { $0.standing == standing } }
}

extension Dashboard {
    /// One opportunity or one proposal, with what becomes of it and the reason.
    package struct Entry: Sendable {
        package let standing: Standing
        package let key: ProposalKey
        package let workspace: String
        package let rule: String
        package let address: String
        package let title: String
        /// Empty for what was never on a branch, or is no more.
        package let branch: String
        package let reason: String
        /// Nil where no rule fires for it now.
        package let opportunity: Opportunity?
        /// When it was pushed or applied, in seconds since 1970.
        package let time: Double?

        package init(
            standing: Standing, key: ProposalKey, workspace: String, rule: String, address: String, title: String,
            branch: String, reason: String, opportunity: Opportunity? = nil, time: Double? = nil
        ) {
            self.standing = standing
            self.key = key
            self.workspace = workspace
            self.rule = rule
            self.address = address
            self.title = title
            self.branch = branch
            self.reason = reason
            self.opportunity = opportunity
            self.time = time
        }

        /// What was applied last stands first; everything else by its place.
        static func comesBefore(_ left: Entry, _ right: Entry) -> Bool {
            let order = Standing.allCases
            let places = [left, right].map { order.firstIndex(of: $0.standing) ?? 0 }
            if places[0] != places[1] { return places[0] < places[1] }
            if left.standing == .applied, left.time != right.time { return left.time ?? 0 > right.time ?? 0 }
            return (left.workspace, left.rule, left.address, left.key.text)
                < (right.workspace, right.rule, right.address, right.key.text)
        }
    }

    /// A workspace in a list.
    package struct WorkspaceLine: Sendable {
        package let path: String
        package let resources: Int
        package let backend: String
        package let apply: String
        /// Who holds its lock and until when; nil where nobody does.
        package let lock: String?

        package init(path: String, resources: Int, backend: String, apply: String, lock: String?) {
            self.path = path
            self.resources = resources
            self.backend = backend
            self.apply = apply
            self.lock = lock
        }
    }
}
