import Domain
import Foundation
import Reports

extension ApplyStage {
    /// The name of the one branch that asks for approval in this workspace: that of the first merged proposal.
    private var key: ProposalKey { manifests[0].manifest.key }

    /// Publishes fresh manifests and plans for what is in the base already; merging them approves them.
    func approvalRequested(
        _ plan: Plan, _ reason: String, _ lock: ObjectID, _ bench: any Workbench
    ) async throws(Problem) -> Result {
        let release = Publisher.Group(name: "lock", updates: [RefUpdate(keeper.name, from: lock, to: nil)])
        let existing = observation.approvals[key]
        if let existing, let standing = standing(existing, plan) {
            _ = try await publisher.finish([release])
            return try asked(reason, standing)
        }
        let commit = try approvalCommit(plan, reason)
        let branch = settings.names.approvalBranch(workspace: workspace.path, key: key)
        let group = Publisher.Group(
            name: branch,
            updates: [
                RefUpdate(settings.names.head(branch), from: existing?.head, to: commit.id),
                RefUpdate(settings.names.trackedApproval(key), from: existing?.pushed, to: commit.id),
            ],
            request: settings.request(
                for: branch, at: commit.id, isNew: existing?.head == nil, in: observation.snapshot))
        let refused = try await publisher.finish([group, release])
        var outcome = approvalOutcome(existing == nil ? .created : .refreshed, reason)
        outcome.planDigest = plan.digest
        outcome.planSummary = plan.summary
        outcome.commit = commit.id
        outcome.message = commit.message
        if let refusal = refused[branch] {
            outcome.state = .failed
            outcome.reason = refusal.reason
        }
        var result = try asked(reason, outcome)
        result.problems = refused["lock"].map { [Self.keptLock($0.reason)] } ?? []
        return result
    }

    private static func keptLock(_ reason: String) -> Problem {
        Problem(.passing, "the lock was not given back: \(reason)", hint: "it is broken when it has expired")
    }

    /// The outcome for a branch that already asks for this very plan, or that is not Sphinx's to change.
    private func standing(_ existing: TrackedProposal, _ plan: Plan) -> ProposalOutcome? {
        if existing.isEdited { return approvalOutcome(.edited, "someone else's commit is on the branch") }
        guard existing.manifest.planDigest == plan.digest else { return nil }
        return existing.isOpen
            ? approvalOutcome(.unchanged, nil) : approvalOutcome(.rejected, "the branch was deleted")
    }

    private func approvalOutcome(_ state: ProposalOutcome.State, _ reason: String?) -> ProposalOutcome {
        let first = manifests[0].manifest
        return ProposalOutcome(
            key: key, branch: settings.names.approvalBranch(workspace: workspace.path, key: key),
            workspace: workspace.path, rule: first.rule, address: first.address, title: first.title, state: state,
            reason: reason)
    }

    private func asked(_ reason: String, _ outcome: ProposalOutcome) throws(Problem) -> Result {
        try record(.needsApproval, reason)
        try journal.record(
            "approval", outcome.state.rawValue, workspace: workspace.path, subject: outcome.branch,
            details: ["reason": .string(reason), "planDigest": .string(outcome.planDigest?.description ?? "")])
        return Result(outcomes: outcomes(.needsApproval, reason), approval: outcome)
    }

    private func approvalCommit(_ plan: Plan, _ reason: String) throws(Problem) -> (id: ObjectID, message: String) {
        var writes: [SourceFile] = []
        let shown = redactor.redact(plan)
        let page = ApprovalPage(
            workspace: workspace.path, merged: manifests.map(\.manifest), plan: shown,
            reason: redactor.redact(reason), failure: failure)
        for merged in manifests {
            let folder = ManifestFile.folder(workspace: workspace.path, key: merged.manifest.key)
            let fresh = try ManifestFile.bytes(refreshed(merged.manifest, plan))
            writes.append(SourceFile(path: "\(folder)/proposal.json", bytes: fresh))
            writes.append(SourceFile(path: "\(folder)/README.md", text: page.markdown))
            writes.append(SourceFile(path: "\(folder)/plan.txt", text: shown.text))
        }
        let message = page.commitMessage(
            key: key, base: observation.snapshot.base, planDigest: plan.digest)
        let id = try world.objects.commit(
            CommitDraft(parent: observation.snapshot.base, writes: writes, message: message, time: world.now()))
        return (id, message)
    }

    /// The newest one, where several proposals were applied together.
    private var failure: ApprovalPage.Failure? {
        manifests.compactMap(\.failure).max { $0.time < $1.time }.map {
            ApprovalPage.Failure(
                time: $0.time.timeIntervalSince1970, reason: redactor.redact($0.reason), done: $0.done)
        }
    }

    /// Every fresh manifest approves the whole plan, so that their union is the plan.
    private func refreshed(_ manifest: Manifest, _ plan: Plan) -> Manifest {
        var fresh = manifest
        fresh.author = .approval
        fresh.base = observation.snapshot.base
        fresh.baseTree = workspace.tree
        fresh.plannedTree = workspace.tree
        fresh.modules = workspace.modules
        fresh.planDigest = plan.digest
        fresh.changes = plan.approved
        fresh.terraformVersion = plan.terraformVersion
        fresh.sphinxVersion = settings.version
        return fresh
    }
}
