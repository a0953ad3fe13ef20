/// The git remote that jobs share: its refs are the truth about proposals, locks and what was applied.
package protocol Remote: Sendable {
    /// Pins the base branch's commit (the remote's default branch for nil), and brings what the commit and the
    /// refs below the prefixes need, so that they can be read without the network.
    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot

    /// Brings objects that are missing, by name, such as a base commit that a shallow clone has not got.
    func fetch(_ objects: [ObjectID]) async throws(Problem)

    /// Changes all of the refs or none; a non-empty answer means that nothing was changed.
    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection]

    /// The same, and asks the forge to open a request to merge; it refuses both or takes both.
    func push(_ updates: [RefUpdate], opening request: MergeRequest) async throws(Problem) -> [RefRejection]
}

extension Remote {
    package func push(_ updates: [RefUpdate], opening request: MergeRequest) async throws(Problem) -> [RefRejection] {
        try await push(updates)
    }
}
