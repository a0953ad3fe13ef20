package import Domain
import Foundation

/// What is to be done about one workspace before anything is proposed in it.
package enum ApplyStep: Hashable, Sendable {
    /// Plan again, and apply if the plan is what was approved.
    case apply(Workspace, [MergedManifest])
    /// Nothing is applied, and why.
    case leave([MergedManifest], reason: String)
    /// What some of these answered is gone: the workspace's plan is all of them, so that none is applied.
    case hold([MergedManifest], resolved: Set<ProposalKey>)
    /// The code is no longer what was applied last: plan, apply nothing, and tell.
    case inspect(Workspace, applied: ObjectID)
}

extension ApplyStep {
    /// What a person can do about it.
    static let resolvedReason =
        "the rule does not fire any more; revert the merge, or insist with the trailer 'Sphinx-Force: apply' in the "
        + "merge's message or 'Sphinx-Force: <key>' in a later commit"

    /// At most one step for each workspace, sorted by path; pure.
    ///
    /// With a reason to wait nothing is applied in any of them.
    package static func steps(
        after observation: Observation, without resolved: Set<ProposalKey> = [], waiting reason: String? = nil
    ) -> [ApplyStep] {
        Dictionary(grouping: observation.merged) { $0.manifest.workspace }
            .sorted { $0.key < $1.key }
            .compactMap { path, manifests in
                let pending = manifests.filter { !$0.isApplied }
                if pending.isEmpty { return inspection(path, manifests, observation) }
                if let reason { return .leave(pending, reason: reason) }
                return step(path, pending, observation, resolved)
            }
    }

    private static func step(
        _ path: String, _ manifests: [MergedManifest], _ observation: Observation, _ resolved: Set<ProposalKey>
    ) -> ApplyStep {
        guard let workspace = observation.workspace(path) else {
            return .leave(manifests, reason: "the base has no workspace '\(path)' that can be read")
        }
        guard workspace.settings.apply == .merged else {
            return .leave(manifests, reason: "workspace.yml says 'apply: never'")
        }
        let gone = resolved.intersection(manifests.map(\.manifest.key))
        return gone.isEmpty ? .apply(workspace, manifests) : .hold(manifests, resolved: gone)
    }

    /// Only where Sphinx has applied before, so that workspaces which people apply themselves are left alone.
    private static func inspection(
        _ path: String, _ manifests: [MergedManifest], _ observation: Observation
    ) -> ApplyStep? {
        let latest = manifests.filter { $0.appliedTree != nil }.max {
            ($0.appliedAt ?? .distantPast, $0.approval) < ($1.appliedAt ?? .distantPast, $1.approval)
        }
        guard let tree = latest?.appliedTree, let workspace = observation.workspace(path),
            workspace.settings.apply == .merged, workspace.tree != tree
        else { return nil }
        return .inspect(workspace, applied: tree)
    }
}
