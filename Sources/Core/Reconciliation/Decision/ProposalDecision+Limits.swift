import Domain
import Foundation

extension ProposalDecision {
    /// Holds back what the limits leave no room for; the least recently served workspaces come first.
    func withinLimits(_ answered: [(Opportunity, ProposalStep)]) -> [ProposalStep] {
        var room = Room(limits: limits, open: openCount)
        var allowed: Set<ProposalKey> = []
        var reasons: [ProposalKey: String] = [:]
        let waiting = answered.filter { isNew($0.1) }.map(\.0).sorted(by: isServedBefore)
        for opportunity in waiting {
            if let reason = room.refusal(for: opportunity.workspace) {
                reasons[opportunity.key] = reason
            } else {
                room.take(for: opportunity.workspace)
                allowed.insert(opportunity.key)
            }
        }
        return answered.map { opportunity, step in
            guard isNew(step), !allowed.contains(opportunity.key) else { return step }
            return wait(opportunity, reasons[opportunity.key] ?? "")
        }
    }

    /// Rewriting what is open takes no new place.
    private func isNew(_ step: ProposalStep) -> Bool {
        guard case .write(_, let tracked) = step else { return false }
        return tracked?.head == nil
    }

    /// Which of two opportunities is served first: longest without a proposal, then severity, then the key.
    private func isServedBefore(_ left: Opportunity, _ right: Opportunity) -> Bool {
        let (served, other) = (lastServed(left.workspace), lastServed(right.workspace))
        if served != other { return served < other }
        if left.rule.severity != right.rule.severity { return left.rule.severity > right.rule.severity }
        return left.key < right.key
    }

    private func lastServed(_ workspace: String) -> Double {
        let pushed = trackedProposals.filter { $0.manifest.workspace == workspace }.map(\.pushedAt)
        let applied = mergedManifests.filter { $0.manifest.workspace == workspace }.compactMap(\.appliedAt)
        return (pushed + applied).map(\.timeIntervalSince1970).max() ?? 0
    }

    var openCount: Int { trackedProposals.count { $0.head != nil } }
}

/// How many proposals may still be made in this run.
private struct Room {
    let limits: Limits
    var open: Int
    var made = 0
    var inWorkspace: [String: Int] = [:]

    init(limits: Limits, open: Int) {
        self.limits = limits
        self.open = open
    }

    func refusal(for workspace: String) -> String? {
        if open >= limits.openProposals { return "limit: open_proposals \(limits.openProposals)" }
        if made >= limits.newPerRun { return "limit: new_per_run \(limits.newPerRun)" }
        if inWorkspace[workspace, default: 0] >= limits.newPerWorkspace {
            return "limit: new_per_workspace \(limits.newPerWorkspace)"
        }
        return nil
    }

    mutating func take(for workspace: String) {
        open += 1
        made += 1
        inWorkspace[workspace, default: 0] += 1
    }
}
