import Domain
import Foundation

/// What is to be told of one workspace's drift.
enum DriftStep: Hashable {
    /// Plan its base.
    case look(Workspace)
    /// It was found before, and nothing is known to have changed since.
    case tell(Workspace, reason: String, time: Date)
}

/// Chooses the workspaces whose turn it is; pure.
struct DriftDecision {
    let observation: Observation
    let ledger: DriftLedger
    let now: Date
    /// Seconds between two looks at one workspace.
    let interval: Double
    let mostLooks: Int
    let includes: (String) -> Bool

    /// Sorted by path; `left` is how many would have been looked at without the limit.
    func steps() -> (steps: [DriftStep], left: Int) {
        let idle = observation.workspaces.filter { includes($0.path) && !busy.contains($0.path) }
        let due = idle.filter(isDue).sorted { (last($0), $0.path) < (last($1), $1.path) }
        let chosen = Set(due.prefix(mostLooks).map(\.path))
        let steps = idle.compactMap { chosen.contains($0.path) ? .look($0) : known($0) }
        return (steps, due.count - chosen.count)
    }

    /// Where something merged is to be applied or told, or a job is at work, the plan says nothing of drift.
    private var busy: Set<String> {
        let locked = observation.locks.filter { $0.value.lock.expires > now }.keys
        return Set(ApplyStep.steps(after: observation).map(\.workspace)).union(locked)
    }

    private func last(_ workspace: Workspace) -> Date { ledger.entries[workspace.path]?.time ?? .distantPast }

    private func isDue(_ workspace: Workspace) -> Bool { now.timeIntervalSince(last(workspace)) >= interval }

    /// An apply and a change of the code end what was known.
    private func known(_ workspace: Workspace) -> DriftStep? {
        guard let entry = ledger.entries[workspace.path], case .drift(let reason) = entry.finding,
            entry.trees == workspace.planned, appliedAt(workspace) < entry.time
        else { return nil }
        return .tell(workspace, reason: reason, time: entry.time)
    }

    private func appliedAt(_ workspace: Workspace) -> Date {
        observation.merged.filter { $0.manifest.workspace == workspace.path }.compactMap(\.appliedAt).max()
            ?? .distantPast
    }
}

extension Workspace {
    /// Changes with the code that a plan is made of.
    var planned: Digest { Digest(of: ["planned", path] + InputDigest.trees(self)) }
}

extension ApplyStep {
    fileprivate var workspace: String {
        switch self {
        case .apply(let workspace, _), .inspect(let workspace, _): workspace.path
        case .leave(let manifests, _), .hold(let manifests, _): manifests[0].manifest.workspace
        }
    }
}
