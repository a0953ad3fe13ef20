import Domain

/// The commits of the base branch, along their first parents, that have to be signed for one workspace's approvals.
///
/// From the pinned commit back to the one that brought the oldest approval: each that changed the workspace, its modules
/// or its proposals. What others merge elsewhere in between needs no signature.
struct SignedLine {
    /// As many commits as are looked at, and as many as are fetched one by one into a shallow clone.
    private static let longest = 10_000
    private static let mostFetched = 100

    let world: World
    let verifier: any SignatureVerifier
    let base: ObjectID
    let workspace: Workspace
    let manifests: [MergedManifest]

    func finding() async throws(Problem) -> Provenance.Finding {
        var (signers, pending, next): (Set<String>, [MergedManifest], ObjectID) = ([], manifests, base)
        for step in 0..<Self.longest {
            let commit = try world.objects.summary(of: next)
            let parent = try await parent(of: commit, at: step)
            let concerns = try changes(since: parent, in: commit)
            let named = vouchedKeys(commit)
            if concerns || pending.contains(where: { named.contains($0.manifest.key.text) }) {
                switch try await verdict(on: commit) {
                case .valid(let signer):
                    signers.insert(signer)
                    pending.removeAll { named.contains($0.manifest.key.text) }
                case .refused(let fault) where concerns:
                    return .refused("commit \(commit.id.short) \(fault); \(remedy)")
                case .refused: break
                }
            }
            var older: [MergedManifest] = []
            for merged in pending where try stood(merged, in: parent) { older.append(merged) }
            guard let parent, !older.isEmpty else { return .vouched(signers: signers.sorted()) }
            (pending, next) = (older, parent)
        }
        return .refused("it was merged more than \(Self.longest) commits ago; \(remedy)")
    }

    /// An allowed signer takes a state of the base upon themselves, by name.
    private var remedy: String {
        let keys = manifests.map(\.manifest.key.text).joined(separator: " ")
        return "an allowed signer can vouch for what stands there: "
            + "git commit -S --allow-empty -m Vouch --trailer 'Sphinx-Vouch: \(keys)'"
    }

    private func vouchedKeys(_ commit: CommitSummary) -> Set<String> {
        Set((Trailers.value("Sphinx-Vouch", in: commit.message) ?? "").split(separator: " ").map(String.init))
    }

    private func verdict(on commit: CommitSummary) async throws(Problem) -> SignatureVerdict {
        guard let message = try world.objects.signature(of: commit.id) else { return .refused("is not signed") }
        return try await verifier.verdict(on: message, for: .commit)
    }

    // MARK: The line

    /// Nil at the line's beginning, and where a shallow clone cannot be made deeper: there everything counts as changed.
    private func parent(of commit: CommitSummary, at step: Int) async throws(Problem) -> ObjectID? {
        guard let parent = commit.parents.first else { return nil }
        if !world.objects.contains(parent), step < Self.mostFetched { try await world.remote.fetch([parent]) }
        return world.objects.contains(parent) ? parent : nil
    }

    private func changes(since parent: ObjectID?, in commit: CommitSummary) throws(Problem) -> Bool {
        guard let parent else { return true }
        for folder in [workspace.folder, "proposals/\(workspace.path)"] + workspace.modules.keys.sorted()
        where try world.objects.tree(at: folder, in: commit.id) != world.objects.tree(at: folder, in: parent) {
            return true
        }
        return false
    }

    /// Whether a commit holds this very approval.
    private func stood(_ merged: MergedManifest, in commit: ObjectID?) throws(Problem) -> Bool {
        guard let commit else { return false }
        let path = ManifestFile.path(workspace: merged.manifest.workspace, key: merged.manifest.key)
        return try world.objects.file(at: path, in: commit).map { Approval(ofManifest: $0.bytes) } == merged.approval
    }
}
