package import Domain
import Foundation

/// Where one workspace stands: what git says of it, and what the history remembers.
package struct WorkspaceStanding: Sendable {
    package let workspace: Workspace
    package let lock: Lock?
    /// Sorted by key.
    package let proposals: [ProposalEntry]
    /// The last steps, oldest first; empty where there is no history.
    package let steps: [HistoryRow]

    package func count(_ state: String) -> Int { proposals.count { $0.state == state } }

    package var lastRun: String {
        steps.last.map { UTC.text($0.entry.time.timeIntervalSince1970) } ?? ""
    }

    /// What the newest step that looked at the infrastructure found; empty where none did.
    package var drift: String {
        steps.reversed().lazy.compactMap { $0.entry.drift(targeted: workspace.settings.targeted) }.first ?? ""
    }
}

extension HistoryEntry {
    /// Nil where the step says nothing of the kind.
    fileprivate func drift(targeted: Bool) -> String? {
        let reason = details["reason"]?.string ?? ""
        switch (action, status) {
        case ("drift", _): return reason.isEmpty ? status : reason
        case ("apply", "unplanned_change"): return reason
        case ("apply", "applied"), ("apply", "already_applied"): return "none"
        // A proposal is written only where the base itself plans to nothing.
        case ("propose", "created"), ("propose", "refreshed"): return targeted ? nil : "none"
        case ("propose", "waiting") where reason.hasPrefix("base not applied"): return reason
        default: return nil
        }
    }
}

extension Observation {
    private static let mostSteps = 200

    /// Sorted by path; `rows` gives the last steps of one workspace.
    package func standings(
        _ rows: (HistoryFilter) throws(Problem) -> [HistoryRow]
    ) throws(Problem) -> [WorkspaceStanding] {
        let entries = Dictionary(grouping: proposals) { $0.manifest.workspace }
        var standings: [WorkspaceStanding] = []
        for workspace in workspaces {
            standings.append(
                WorkspaceStanding(
                    workspace: workspace, lock: locks[workspace.path]?.lock,
                    proposals: (entries[workspace.path] ?? []).sorted { $0.manifest.key < $1.manifest.key },
                    steps: try rows(HistoryFilter(workspace: workspace.path, limit: Self.mostSteps))))
        }
        return standings
    }
}
