import Domain
import Foundation

extension ProposalDecision {
    /// Holds back what the limits leave no room for; workspaces take turns.
    func withinLimits(_ answered: [(Opportunity, ProposalStep)]) -> [ProposalStep] {
        var turns = Turns(
            limits: limits, open: trackedProposals.count { $0.head != nil },
            queues: Dictionary(grouping: answered.filter { isNew($0.1) }.map(\.0), by: \.workspace).map {
                Turns.Queue(workspace: $0.key, opportunities: $0.value, served: served($0.key))
            })
        let reasons = turns.reasons()
        return answered.map { opportunity, step in
            guard isNew(step), let reason = reasons[opportunity.key] else { return step }
            return wait(opportunity, reason)
        }
    }

    /// Rewriting what is open takes no new place.
    private func isNew(_ step: ProposalStep) -> Bool {
        guard case .write(_, let tracked) = step else { return false }
        return tracked?.head == nil
    }

    /// When a workspace had its last proposal, and how many it had.
    private func served(_ workspace: String) -> Turns.Served {
        let pushed = trackedProposals.filter { $0.manifest.workspace == workspace }.map(\.pushedAt)
        let applied = mergedManifests.filter { $0.manifest.workspace == workspace }.compactMap(\.appliedAt)
        let times = (pushed + applied).map(\.timeIntervalSince1970)
        return Turns.Served(last: times.max() ?? 0, count: times.count)
    }

    var openCount: Int { trackedProposals.count { $0.head != nil } }
}

/// Gives out what the limits allow, one proposal at a time: the workspace that waited longest is next, and of those that
/// waited as long the one that had fewest.
private struct Turns {
    struct Served {
        /// Seconds since 1970.
        let last: Double
        var count: Int
    }

    struct Queue {
        let workspace: String
        /// The gravest first.
        var opportunities: [Opportunity]
        var served: Served
        var made = 0

        init(workspace: String, opportunities: [Opportunity], served: Served) {
            self.workspace = workspace
            self.opportunities = opportunities.sorted {
                $0.rule.severity != $1.rule.severity ? $0.rule.severity > $1.rule.severity : $0.key < $1.key
            }
            self.served = served
        }

        func isBefore(_ other: Queue) -> Bool {
            (served.last, served.count, workspace) < (other.served.last, other.served.count, other.workspace)
        }
    }

    let limits: Limits
    var open: Int
    var queues: [Queue]
    private var made = 0

    init(limits: Limits, open: Int, queues: [Queue]) {
        self.limits = limits
        self.open = open
        self.queues = queues
    }

    /// Why an opportunity has to wait; those that have their turn are not among them.
    mutating func reasons() -> [ProposalKey: String] {
        var reasons: [ProposalKey: String] = [:]
        while exhausted == nil, let next = queues.indices.min(by: { queues[$0].isBefore(queues[$1]) }) {
            guard queues[next].made < limits.newPerWorkspace else {
                let reason = "limit: new_per_workspace \(limits.newPerWorkspace)"
                for opportunity in queues.remove(at: next).opportunities { reasons[opportunity.key] = reason }
                continue
            }
            take(next)
        }
        for opportunity in queues.flatMap(\.opportunities) { reasons[opportunity.key] = exhausted }
        return reasons
    }

    /// The limit of the whole run that is reached.
    private var exhausted: String? {
        if open >= limits.openProposals { return "limit: open_proposals \(limits.openProposals)" }
        return made >= limits.newPerRun ? "limit: new_per_run \(limits.newPerRun)" : nil
    }

    private mutating func take(_ index: Int) {
        open += 1
        made += 1
        queues[index].made += 1
        queues[index].served.count += 1
        queues[index].opportunities.removeFirst()
        if queues[index].opportunities.isEmpty { queues.remove(at: index) }
    }
}
