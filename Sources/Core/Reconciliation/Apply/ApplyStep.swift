package import Domain

/// What is to be done about the merged, unapplied proposals of one workspace.
package enum ApplyStep: Hashable, Sendable {
    /// Plan again, and apply if the plan is what was approved.
    case apply(Workspace, [MergedManifest])
    /// Nothing is applied, and why.
    case leave([MergedManifest], reason: String)
}

extension ApplyStep {
    /// One step for each workspace with something merged and not applied, sorted by path; pure.
    package static func steps(after observation: Observation) -> [ApplyStep] {
        Dictionary(grouping: observation.pending) { $0.manifest.workspace }
            .sorted { $0.key < $1.key }
            .map { path, manifests in step(path, manifests, observation) }
    }

    private static func step(
        _ path: String, _ manifests: [MergedManifest], _ observation: Observation
    ) -> ApplyStep {
        guard let workspace = observation.workspace(path) else {
            return .leave(manifests, reason: "the base has no workspace '\(path)' that can be read")
        }
        guard workspace.settings.apply == .merged else {
            return .leave(manifests, reason: "workspace.yml says 'apply: never'")
        }
        return .apply(workspace, manifests)
    }
}
