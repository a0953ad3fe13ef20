import Domain
import Foundation
package import Reports

extension Overview {
    /// For people: every opportunity and every proposal with its standing and the reason.
    package func dashboard(history: RecordedHistory, version: String) -> Dashboard {
        let decided = steps.map { entry(of: $0, history) }
        let known = Set(decided.map(\.key))
        return Dashboard(
            at: analysis.at, baseBranch: observation.snapshot.baseBranch, base: observation.snapshot.base,
            version: version,
            entries: decided + observation.merged.compactMap { entry(of: $0, known) } + approvals,
            statuses: analysis.statuses, workspaces: workspaces, history: history, problems: analysis.problems)
    }

    // MARK: What a run would do

    private func entry(of step: ProposalStep, _ history: RecordedHistory) -> Dashboard.Entry {
        switch step {
        case .write(let cause, let tracked?) where tracked.head != nil:
            entry(cause, .next, "its question changed: the next run writes it anew", tracked.branch)
        case .write(let cause, _): written(cause, history)
        case .refresh(let cause, let tracked):
            entry(cause, .open, "the next run brings it onto the new base", tracked.branch)
        case .withdraw(let tracked, _, let reason): entry(of: tracked, .withdrawn, reason)
        case .leave(let outcome): entry(of: outcome)
        }
    }

    /// What stopped a run that tried most likely stops the next one, too, and only a run can find it out.
    private func written(_ cause: Cause, _ history: RecordedHistory) -> Dashboard.Entry {
        guard let row = history.lastWords[cause.key], row.entry.details["tried"]?.bool == true,
            let standing = Dashboard.Standing(rawValue: row.entry.status),
            [.waiting, .unfixable, .failed].contains(standing)
        else { return entry(cause, .next, "", "") }
        return entry(cause, standing, "\(row.entry.remark) (run \(row.entry.run))", "")
    }

    private func entry(of outcome: ProposalOutcome) -> Dashboard.Entry {
        let tracked = observation.tracked[outcome.key]
        let isPending = observation.pending.first { $0.manifest.key == outcome.key }
        let standing: Dashboard.Standing =
            isPending?.hasFailed == true ? .failed : Dashboard.Standing(outcome.state)
        return Dashboard.Entry(
            standing: standing, key: outcome.key, workspace: outcome.workspace, rule: outcome.rule,
            address: outcome.address, title: outcome.title, branch: tracked?.branch ?? "",
            reason: outcome.reason ?? "", opportunity: analysis.opportunities.first { $0.key == outcome.key },
            time: tracked?.pushedAt.timeIntervalSince1970)
    }

    private func entry(
        _ cause: Cause, _ standing: Dashboard.Standing, _ reason: String, _ branch: String
    ) -> Dashboard.Entry {
        let tracked = observation.tracked[cause.key]
        return Dashboard.Entry(
            standing: standing, key: cause.key, workspace: cause.workspace, rule: cause.rule,
            address: cause.address ?? tracked?.manifest.address ?? "", title: cause.title, branch: branch,
            reason: reason, opportunity: cause.opportunity, time: tracked?.pushedAt.timeIntervalSince1970)
    }

    // MARK: What git says beside it

    private func entry(
        of tracked: TrackedProposal, _ standing: Dashboard.Standing, _ reason: String
    ) -> Dashboard.Entry {
        let manifest = tracked.manifest
        return Dashboard.Entry(
            standing: standing, key: manifest.key, workspace: manifest.workspace, rule: manifest.rule,
            address: manifest.address, title: manifest.title, branch: tracked.branch, reason: reason,
            time: tracked.pushedAt.timeIntervalSince1970)
    }

    /// What is merged stands in the base; where the decision has spoken of it, only what was applied is added.
    private func entry(of merged: MergedManifest, _ known: Set<ProposalKey>) -> Dashboard.Entry? {
        if !merged.isApplied, known.contains(merged.manifest.key) { return nil }
        let manifest = merged.manifest
        let standing: Dashboard.Standing = merged.isApplied ? .applied : merged.hasFailed ? .failed : .merged
        return Dashboard.Entry(
            standing: standing, key: manifest.key, workspace: manifest.workspace, rule: manifest.rule,
            address: manifest.address, title: manifest.title, branch: "",
            reason: merged.hasFailed && !merged.isApplied ? "its apply failed" : "",
            time: merged.appliedAt?.timeIntervalSince1970)
    }

    private var approvals: [Dashboard.Entry] {
        observation.approvals.values.map { tracked in
            let standing: Dashboard.Standing = tracked.isOpen ? .open : tracked.isEdited ? .edited : .rejected
            return entry(of: tracked, standing, "asks for approval of a plan that is not the approved one")
        }
    }

    private var workspaces: [Dashboard.WorkspaceLine] {
        observation.workspaces.map { workspace in
            let lock = observation.locks[workspace.path]?.lock
            return Dashboard.WorkspaceLine(
                path: workspace.path, resources: workspace.declared.count, backend: workspace.backend.word,
                apply: workspace.settings.apply.rawValue,
                lock: lock.map { "\($0.holder) until \(UTC.text($0.expires.timeIntervalSince1970))" })
        }
    }
}

extension Dashboard.Standing {
    fileprivate init(_ state: ProposalOutcome.State) {
        self =
            switch state {
            case .unchanged, .created, .refreshed: .open
            case .waiting: .waiting
            case .unfixable: .unfixable
            case .edited: .edited
            case .rejected: .rejected
            case .resolved, .superseded: .withdrawn
            case .merged: .merged
            // What a person is told who asked; no run decides so.
            case .reported, .noChange, .needInformation: .reported
            case .failed: .failed
            }
    }
}

extension Workspace.Backend {
    /// In one word.
    package var word: String {
        switch self {
        case .none: "none"
        case .local: "local"
        case .remote(let type, _): type
        }
    }
}
