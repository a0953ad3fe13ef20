package import Domain

/// A proposal and its state, for listing.
package struct ProposalEntry: Hashable, Sendable {
    package let state: String
    package let branch: String
    package let manifest: Manifest
    /// Where its files can be read.
    package let commit: ObjectID
}

extension Observation {
    /// Everything that git says of proposals, sorted by workspace and key.
    package var proposals: [ProposalEntry] {
        let pending = Set(pending.map(\.approval))
        let open = (Array(tracked.values) + approvals.values).filter { !pending.contains($0.approval) }.map { tracked in
            ProposalEntry(
                state: tracked.isOpen ? "open" : tracked.isEdited ? "edited" : "rejected", branch: tracked.branch,
                manifest: tracked.manifest, commit: tracked.pushed)
        }
        let merged = merged.map { merged in
            ProposalEntry(
                state: merged.isApplied ? "applied" : merged.hasFailed ? "failed" : "merged", branch: "",
                manifest: merged.manifest, commit: snapshot.base)
        }
        return (open + merged).sorted {
            ($0.manifest.workspace, $0.manifest.key, $0.state) < ($1.manifest.workspace, $1.manifest.key, $1.state)
        }
    }
}
