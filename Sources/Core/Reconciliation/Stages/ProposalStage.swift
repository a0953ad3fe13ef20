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
    var redactor: Redactor { world.secrets.redactor(for: workspace.path) }

    func drafts() async -> [Draft] {
        do throws(Problem) {
            let files = try world.files(of: workspace, in: observation.snapshot.base)
            if let reason = try await uncleanBase(files) {
                return steps.compactMap(\.cause).map { Draft(outcome: outcome($0, .waiting, reason)) }
            }
            var drafts: [Draft] = []
            for step in steps { drafts.append(await draft(step, files)) }
            return drafts
        } catch {
            return steps.compactMap(\.cause).enumerated().map { index, cause in
                Draft(outcome: outcome(cause, .failed, error.message), problems: index == 0 ? [error] : [])
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
        case .write(let cause, let tracked):
            await attempt(cause) { () async throws(Problem) in
                await written(cause, over: tracked, try scope(of: cause, files))
            }
        case .refresh(let cause, let tracked):
            await attempt(cause) { () async throws(Problem) in try await refreshed(cause, tracked, files) }
        case .withdraw(let tracked, let state, let reason):
            Draft(outcome: ProposalOutcome(tracked, state: state, reason: reason))
        case .leave(let outcome): Draft(outcome: outcome)
        }
    }

    private func attempt(_ cause: Cause, _ work: () async throws(Problem) -> Draft) async -> Draft {
        do throws(Problem) { return try await work() } catch { return failed(cause, error) }
    }

    func scope(of cause: Cause, _ files: WorkspaceFiles) throws(Problem) -> any ChangeScope {
        switch cause {
        case .opportunity(let opportunity):
            OpportunityScope(base: files, opportunity: opportunity, policy: context.policy)
        case .request(let request, _):
            try RequestScope(request, on: files, world: world, commit: observation.snapshot.base)
        }
    }

    private func question(of cause: Cause, _ files: WorkspaceFiles) -> any Question {
        switch cause {
        case .opportunity(let opportunity): OpportunityQuestion(opportunity, on: files)
        case .request(let request, _): RequestQuestion(request: request, workspace: workspace)
        }
    }

    // MARK: Writing

    func written(_ cause: Cause, over tracked: TrackedProposal?, _ scope: any ChangeScope) async -> Draft {
        let digest = InputDigest.of(workspace: workspace, cause: cause, author: context.inputAuthor)
        let result = await Author(
            world: world, journal: journal, prover: prover(of: scope),
            question: question(of: cause, scope.base), inputDigest: digest
        ).write()
        var draft: Draft
        switch result.outcome {
        case .success(let proven): draft = committed(proven, cause, over: tracked, digest)
        case .failure(let obstacle): draft = stopped(by: obstacle, cause, tracked, digest)
        }
        draft.usage = result.usage
        draft.notices = result.notices
        return draft
    }

    private func stopped(
        by obstacle: Obstacle, _ cause: Cause, _ tracked: TrackedProposal?, _ digest: Digest
    ) -> Draft {
        switch obstacle {
        case .waiting(let reason): return Draft(outcome: outcome(cause, .waiting, reason))
        case .failed(let problem): return failed(cause, problem)
        case .alreadyThere: return alreadyThere(cause, tracked)
        case .unfixable(let reason): return remembered(reason, cause, digest)
        case .noChange(let analysis): return Draft(outcome: outcome(cause, .noChange, analysis))
        case .needsInformation(let questions, let analysis):
            var draft = Draft(outcome: outcome(cause, .needInformation, analysis))
            draft.questions = questions
            return draft
        }
    }

    private func failed(_ cause: Cause, _ problem: Problem) -> Draft {
        Draft(outcome: outcome(cause, .failed, problem.message), problems: [problem])
    }

    /// The ledger keeps what could not be mended, so that no run asks the same again; a person may.
    private func remembered(_ reason: String, _ cause: Cause, _ digest: Digest) -> Draft {
        var draft = Draft(outcome: outcome(cause, .unfixable, reason))
        if case .request = cause { return draft }
        let record = Record(
            kind: "unfixable", run: settings.run, holder: settings.holder, workspace: workspace.path,
            inputDigest: digest, reason: String(redactor.redact(reason).prefix(2_000)))
        do throws(Problem) {
            let commit = try world.objects.commit(try record.draft(at: world.now()))
            draft.updates = [
                RefUpdate(
                    settings.names.unfixable(cause.key), from: observation.unfixable[cause.key]?.object, to: commit)
            ]
        } catch {
            draft.problems.append(error)
        }
        return draft
    }

    /// What a person asked for stays open until that person closes it.
    func alreadyThere(_ cause: Cause, _ tracked: TrackedProposal?) -> Draft {
        let reason = "the base has the change already"
        if case .request = cause, let tracked {
            return Draft(outcome: ProposalOutcome(tracked, state: .unchanged, reason: reason))
        }
        var draft = Draft(outcome: outcome(cause, .resolved, reason))
        if let tracked { draft.updates = settings.names.withdrawal(of: tracked) }
        return draft
    }

    func prover(of scope: any ChangeScope) -> Prover {
        Prover(
            infrastructure: world.infrastructure, scope: scope,
            gate: PolicyGate(
                policy: context.policy, checker: world.planChecker, objects: world.objects,
                base: observation.snapshot.base))
    }

    func outcome(_ cause: Cause, _ state: ProposalOutcome.State, _ reason: String?) -> ProposalOutcome {
        let branch = settings.names.branch(workspace: cause.workspace, rule: cause.rule, key: cause.key)
        return ProposalOutcome(cause, branch: branch, state: state, reason: reason)
    }
}

extension ProposalStep {
    /// Of the steps that need Terraform.
    var cause: Cause? {
        switch self {
        case .write(let cause, _), .refresh(let cause, _): cause
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
