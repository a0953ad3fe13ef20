import Domain
import Foundation

/// Works out the proposals of one workspace: writes, proves and commits; nothing is pushed here.
struct ProposalStage {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let context: DecisionContext
    let workspace: Workspace
    let steps: [ProposalStep]

    var journal: Journal { Journal(world: world, settings: settings) }

    func drafts() async -> [Draft] {
        do throws(Problem) {
            let files = try workspace.files(from: world.objects, in: observation.snapshot.base)
            if let reason = try await uncleanBase(files) {
                return steps.compactMap(\.opportunity).map { Draft(outcome: outcome($0, .waiting, reason)) }
            }
            var drafts: [Draft] = []
            for step in steps { drafts.append(await draft(step, files)) }
            return drafts
        } catch {
            return steps.compactMap(\.opportunity).enumerated().map { index, opportunity in
                Draft(
                    outcome: outcome(opportunity, .failed, error.message), problems: index == 0 ? [error] : [])
            }
        }
    }

    /// Why nothing can be proposed on this base: its own plan is not empty.
    private func uncleanBase(_ files: WorkspaceFiles) async throws(Problem) -> String? {
        if workspace.settings.targeted { return nil }
        let plan = try await world.plan(of: files)
        return plan.isEmpty ? nil : "base not applied (\(plan.summary))"
    }

    private func draft(_ step: ProposalStep, _ files: WorkspaceFiles) async -> Draft {
        switch step {
        case .write(let opportunity, let tracked): await written(opportunity, over: tracked, files)
        case .refresh(let opportunity, let tracked): await refreshed(opportunity, tracked, files)
        case .withdraw, .leave: Draft(outcome: outcome(of: step))
        }
    }

    // MARK: Writing

    private func written(
        _ opportunity: Opportunity, over tracked: TrackedProposal?, _ files: WorkspaceFiles
    ) async -> Draft {
        let digest = InputDigest.of(workspace: workspace, rule: opportunity.rule, author: context.inputAuthor)
        let prover = prover(of: opportunity, files)
        let result = await Author(
            world: world, journal: journal, prover: prover, opportunity: opportunity, inputDigest: digest
        ).write()
        var draft: Draft
        switch result.outcome {
        case .success(let proven): draft = committed(proven, opportunity, over: tracked, digest)
        case .failure(let obstacle): draft = stopped(by: obstacle, opportunity, tracked, digest)
        }
        draft.usage = result.usage
        draft.notices = result.notices
        return draft
    }

    private func stopped(
        by obstacle: Obstacle, _ opportunity: Opportunity, _ tracked: TrackedProposal?, _ digest: Digest
    ) -> Draft {
        switch obstacle {
        case .waiting(let reason): Draft(outcome: outcome(opportunity, .waiting, reason))
        case .failed(let problem):
            Draft(outcome: outcome(opportunity, .failed, problem.message), problems: [problem])
        case .alreadyThere: withdrawn(tracked, opportunity)
        case .unfixable(let reason): remembered(reason, opportunity, digest)
        }
    }

    /// The ledger keeps what could not be mended, so that no run asks the same again.
    private func remembered(_ reason: String, _ opportunity: Opportunity, _ digest: Digest) -> Draft {
        var draft = Draft(outcome: outcome(opportunity, .unfixable, reason))
        let record = Record(
            kind: "unfixable", run: settings.run, holder: settings.holder, workspace: workspace.path,
            inputDigest: digest, reason: String(reason.prefix(2_000)))
        do throws(Problem) {
            let commit = try world.objects.commit(try record.draft(at: world.now()))
            draft.updates = [
                RefUpdate(
                    settings.names.unfixable(opportunity.key),
                    from: observation.unfixable[opportunity.key]?.object, to: commit)
            ]
        } catch {
            draft.problems.append(error)
        }
        return draft
    }

    private func withdrawn(_ tracked: TrackedProposal?, _ opportunity: Opportunity) -> Draft {
        var draft = Draft(outcome: outcome(opportunity, .resolved, "the base has the change already"))
        if let tracked { draft.updates = settings.names.withdrawal(of: tracked) }
        return draft
    }

    private func prover(of opportunity: Opportunity, _ files: WorkspaceFiles) -> Prover {
        Prover(
            infrastructure: world.infrastructure, base: files, opportunity: opportunity,
            gate: PolicyGate(
                policy: context.policy, checker: world.planChecker, objects: world.objects,
                base: observation.snapshot.base))
    }

    // MARK: Refreshing

    /// Merges the proposal's own change onto the new base in memory; the model is asked only after a conflict.
    private func refreshed(
        _ opportunity: Opportunity, _ tracked: TrackedProposal, _ files: WorkspaceFiles
    ) async -> Draft {
        let digest = InputDigest.of(workspace: workspace, rule: opportunity.rule, author: context.inputAuthor)
        do throws(Problem) {
            guard let changed = try await mergedFiles(tracked, files) else {
                return await written(opportunity, over: tracked, files)
            }
            if changed.isEmpty { return withdrawn(tracked, opportunity) }
            let prover = prover(of: opportunity, files)
            let candidate = Candidate(
                changed: changed, author: tracked.manifest.author, correction: nil, model: tracked.manifest.model)
            guard case .proven(let proven) = try await prover.prove(candidate) else {
                return await written(opportunity, over: tracked, files)
            }
            return committed(proven, opportunity, over: tracked, digest)
        } catch {
            return Draft(outcome: outcome(opportunity, .failed, error.message), problems: [error])
        }
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

    func outcome(
        _ opportunity: Opportunity, _ state: ProposalOutcome.State, _ reason: String?
    ) -> ProposalOutcome {
        let branch = settings.names.branch(
            workspace: opportunity.workspace, rule: opportunity.rule.id, key: opportunity.key)
        return ProposalOutcome(opportunity, branch: branch, state: state, reason: reason)
    }

    private func outcome(of step: ProposalStep) -> ProposalOutcome {
        switch step {
        case .leave(let outcome): outcome
        case .withdraw(let tracked, let state, let reason): ProposalOutcome(tracked, state: state, reason: reason)
        case .write(let opportunity, _), .refresh(let opportunity, _): outcome(opportunity, .waiting, nil)
        }
    }
}

extension ProposalStep {
    /// Of the steps that need Terraform.
    var opportunity: Opportunity? {
        switch self {
        case .write(let opportunity, _), .refresh(let opportunity, _): opportunity
        case .withdraw, .leave: nil
        }
    }
}

extension RefNames {
    /// Deletes a branch that still is where Sphinx left it, and what tracks it.
    func withdrawal(of proposal: TrackedProposal) -> [RefUpdate] {
        var updates = [RefUpdate(tracked(proposal.manifest.key), from: proposal.pushed, to: nil)]
        if let closing = proposal.closing {
            updates.append(RefUpdate(closed(proposal.manifest.key), from: closing.object, to: nil))
        }
        if proposal.isOpen { updates.append(RefUpdate(head(proposal.branch), from: proposal.pushed, to: nil)) }
        return updates
    }
}
