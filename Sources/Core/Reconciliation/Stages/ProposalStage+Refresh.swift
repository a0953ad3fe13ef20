import Domain

extension ProposalStage {
    /// Merges the proposal's own change onto the new base in memory; the model is asked only after a conflict.
    func refreshed(
        _ cause: Cause, _ tracked: TrackedProposal, _ files: WorkspaceFiles
    ) async throws(Problem) -> Draft {
        let scope = try scope(of: cause, files)
        guard let changed = try await mergedFiles(tracked, files) else {
            return await rewritten(cause, tracked, scope, because: "it conflicts with the base")
        }
        if changed.isEmpty { return alreadyThere(cause, tracked) }
        var candidate = Candidate(
            changed: changed, author: tracked.manifest.author, correction: nil, model: tracked.manifest.model)
        if case .request(let request, _) = cause { candidate.answers = request.answers }
        switch try await prover(of: scope).prove(candidate) {
        case .proven(let proven):
            let digest = InputDigest.of(workspace: workspace, cause: cause, author: context.inputAuthor)
            return committed(proven, cause, over: tracked, digest)
        case .refused(let refusals):
            return await rewritten(cause, tracked, scope, because: refusals.text)
        }
    }

    /// A request is answered anew only while the person waits: a run that comes by itself would ask again each time.
    private func rewritten(
        _ cause: Cause, _ tracked: TrackedProposal, _ scope: any ChangeScope, because reason: String
    ) async -> Draft {
        if case .request = cause, !context.answersRequests {
            return Draft(
                outcome: ProposalOutcome(tracked, state: .waiting, reason: "\(reason); run 'sphinx propose' again"))
        }
        return await written(cause, over: tracked, scope)
    }

    /// The workspace's files that the merge leaves different from the base; nil after a conflict.
    private func mergedFiles(_ tracked: TrackedProposal, _ files: WorkspaceFiles) async throws(Problem) -> [SourceFile]?
    {
        let old = tracked.manifest.base
        if !world.objects.contains(old) { try await world.remote.fetch([old]) }
        let result = try world.objects.merge(
            ancestor: old, ours: observation.snapshot.base, theirs: tracked.pushed)
        guard case .clean(let tree) = result else { return nil }
        let merged = try world.objects.files(below: workspace.folder, inTree: tree)
        let before = Dictionary(files.files.map { ($0.path, $0.bytes) }) { first, _ in first }
        return merged.filter { before[$0.path] != $0.bytes }
    }
}
