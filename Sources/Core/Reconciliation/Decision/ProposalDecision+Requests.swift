package import Domain
import Foundation

/// Requests are people's: no analysis closes what one of them asked for.
extension ProposalDecision {
    /// What becomes of a request that a person makes now.
    package func step(for request: ChangeRequest, in workspace: Workspace) -> ProposalStep {
        let cause = Cause.request(request, workspace: workspace.path)
        if let outcome = pending(cause) { return .leave(outcome) }
        let digest = InputDigest.of(workspace: workspace, cause: cause, author: context.inputAuthor)
        guard let tracked = observation.tracked[cause.key] else { return fresh(cause) }
        if tracked.isEdited { return leave(tracked, .edited, "someone else's commit is on the branch") }
        let isSame = tracked.manifest.inputDigest == digest
        guard tracked.isOpen else { return rejected(cause, tracked, isSame: isSame) }
        if isSame { return leave(tracked, .unchanged, nil) }
        let isSameQuestion =
            tracked.manifest.ruleDigest == InputDigest.of(cause)
            && tracked.manifest.promptVersion == context.inputAuthor.prompt(for: cause)
        return isSameQuestion ? .refresh(tracked.answering(cause), tracked) : .write(cause, over: tracked)
    }

    /// What an analysis does about a request's open proposal: nothing, or bring it onto the new base.
    func step(for request: ChangeRequest, _ tracked: TrackedProposal) -> ProposalStep {
        guard tracked.isOpen else { return leave(tracked, .rejected, "the branch was deleted") }
        let manifest = tracked.manifest
        guard let workspace = observation.workspace(manifest.workspace) else {
            return leave(tracked, .unchanged, "the base has no workspace '\(manifest.workspace)' that can be read")
        }
        let isCurrent = workspace.tree == manifest.baseTree && workspace.modules == manifest.modules
        guard !isCurrent, context.includes(workspace.path) else { return leave(tracked, .unchanged, nil) }
        return .refresh(.request(request, workspace: workspace.path), tracked)
    }

    private func pending(_ cause: Cause) -> ProposalOutcome? {
        let pending = observation.pending.filter { $0.manifest.workspace == cause.workspace }
        if let own = pending.first(where: { $0.manifest.key == cause.key }) {
            return outcome(cause, .merged, own.hasFailed ? "its apply failed" : "merged and not applied yet")
        }
        guard !pending.isEmpty else { return nil }
        return outcome(
            cause, .waiting, "base not applied (merged: \(pending.map(\.manifest.key.text).joined(separator: ", ")))")
    }

    private func fresh(_ cause: Cause) -> ProposalStep {
        if observation.snapshot.refs[context.names.head(branch(of: cause))] != nil {
            return .leave(outcome(cause, .edited, "the branch is not one that Sphinx pushed"))
        }
        guard openCount < limits.openProposals else {
            return .leave(outcome(cause, .waiting, "limit: open_proposals \(limits.openProposals)"))
        }
        return .write(cause, over: nil)
    }

    private func rejected(_ cause: Cause, _ tracked: TrackedProposal, isSame: Bool) -> ProposalStep {
        let until = tracked.pushedAt.timeIntervalSince1970 + context.coolDown
        if isSame { return leave(tracked, .rejected, "the branch was deleted; ask in other words to ask anew") }
        if context.now < until {
            return leave(
                tracked, .rejected,
                "the branch was deleted; not proposed again before \(UTC.text(until)); ask in other words to ask anew")
        }
        return .write(cause, over: tracked)
    }

    private func branch(of cause: Cause) -> String {
        context.names.branch(workspace: cause.workspace, rule: cause.rule, key: cause.key)
    }

    private func outcome(_ cause: Cause, _ state: ProposalOutcome.State, _ reason: String?) -> ProposalOutcome {
        ProposalOutcome(cause, branch: branch(of: cause), state: state, reason: reason)
    }

    private func leave(
        _ tracked: TrackedProposal, _ state: ProposalOutcome.State, _ reason: String?
    ) -> ProposalStep {
        .leave(ProposalOutcome(tracked, state: state, reason: reason))
    }
}

extension TrackedProposal {
    /// What a person answered before stays with the request.
    fileprivate func answering(_ cause: Cause) -> Cause {
        guard case .request(var request, let workspace) = cause else { return cause }
        request.answers = manifest.request?.answers ?? []
        return .request(request, workspace: workspace)
    }
}
