package import Domain
import Foundation

/// Decides what becomes of every opportunity and of every open proposal; pure.
package struct ProposalDecision {
    let observation: Observation
    private let analysis: AnalysisResult
    let context: DecisionContext

    package init(observation: Observation, analysis: AnalysisResult, context: DecisionContext) {
        self.observation = observation
        self.analysis = analysis
        self.context = context
    }

    /// One step for each opportunity and each tracked proposal, sorted by workspace, rule and address.
    package func steps() -> [ProposalStep] {
        let answered = analysis.opportunities.map { opportunity in
            (opportunity, scheduled(step(for: opportunity), opportunity))
        }
        let limited = withinLimits(answered)
        let keys = Set(analysis.opportunities.map(\.key))
        let rest = observation.tracked.values.filter { !keys.contains($0.manifest.key) }
            .sorted { $0.branch < $1.branch }
        return limited + rest.compactMap(step(forUnanswered:))
    }

    // MARK: Opportunities

    private func step(for opportunity: Opportunity) -> ProposalStep {
        let key = opportunity.key
        if let step = held(opportunity) { return step }
        guard let workspace = observation.workspace(opportunity.workspace) else {
            return leave(opportunity, .waiting, "the workspace could not be read")
        }
        let digest = InputDigest.of(
            workspace: workspace, cause: .opportunity(opportunity), author: context.inputAuthor)
        if let tracked = observation.tracked[key] { return step(for: opportunity, tracked, digest) }
        let branch = branch(of: opportunity)
        if observation.snapshot.refs[context.names.head(branch)] != nil {
            return leave(opportunity, .edited, "the branch is not one that Sphinx pushed")
        }
        return fresh(opportunity, digest)
    }

    /// Outside of the schedule nothing is written; what is open is still brought onto a new base or withdrawn.
    private func scheduled(_ step: ProposalStep, _ opportunity: Opportunity) -> ProposalStep {
        guard case .write(_, let tracked) = step,
            let reason = context.schedule.reason(against: .propose, at: context.now)
        else { return step }
        return leave(opportunity, .waiting, reason, tracked)
    }

    /// A workspace whose base is not applied, or was applied a moment ago, gets nothing new.
    private func held(_ opportunity: Opportunity) -> ProposalStep? {
        let pending = observation.pending.filter { $0.manifest.workspace == opportunity.workspace }
        if let own = pending.first(where: { $0.manifest.key == opportunity.key }) {
            return leave(opportunity, .merged, own.hasFailed ? "its apply failed" : "merged and not applied yet")
        }
        if !context.appliedNow.contains(opportunity.workspace), !pending.isEmpty {
            let keys = pending.map(\.manifest.key.text).joined(separator: ", ")
            return leave(opportunity, .waiting, "base not applied (merged: \(keys))")
        }
        if observation.tracked[opportunity.key] != nil { return nil }
        let own = observation.merged.filter { $0.manifest.key == opportunity.key }
            .compactMap { $0.appliedAt?.timeIntervalSince1970 }.max()
        if let own, let coolDown = opportunity.rule.coolDown, context.now < own + coolDown {
            return leave(opportunity, .waiting, "cooldown until \(UTC.text(own + coolDown))")
        }
        return settling(opportunity)
    }

    private func settling(_ opportunity: Opportunity) -> ProposalStep? {
        if context.appliedNow.contains(opportunity.workspace) {
            return leave(opportunity, .waiting, "settling: this run applied a change here")
        }
        let last = observation.merged.filter { $0.manifest.workspace == opportunity.workspace }
            .compactMap { $0.appliedAt?.timeIntervalSince1970 }.max()
        guard let last, context.now < last + context.settle else { return nil }
        return leave(opportunity, .waiting, "settling until \(UTC.text(last + context.settle))")
    }

    private func step(
        for opportunity: Opportunity, _ tracked: TrackedProposal, _ digest: Digest
    ) -> ProposalStep {
        if tracked.isEdited {
            return leave(opportunity, .edited, "someone else's commit is on the branch", tracked)
        }
        let isSame = tracked.manifest.inputDigest == digest
        guard tracked.isOpen else {
            let until = tracked.pushedAt.timeIntervalSince1970 + (opportunity.rule.coolDown ?? context.coolDown)
            if isSame { return leave(opportunity, .rejected, tracked.rejection, tracked) }
            if context.now < until {
                return leave(
                    opportunity, .rejected, "\(tracked.rejection); not proposed again before \(UTC.text(until))",
                    tracked)
            }
            return fresh(opportunity, digest, over: tracked)
        }
        if isSame { return leave(opportunity, .unchanged, nil, tracked) }
        if let reason = unfixable(opportunity, digest) { return leave(opportunity, .unfixable, reason, tracked) }
        return sameQuestion(opportunity, tracked)
            ? .refresh(.opportunity(opportunity), tracked) : .write(.opportunity(opportunity), over: tracked)
    }

    /// Whether only the base changed under the proposal.
    private func sameQuestion(_ opportunity: Opportunity, _ tracked: TrackedProposal) -> Bool {
        tracked.manifest.ruleDigest == InputDigest.of(rule: opportunity.rule)
            && tracked.manifest.promptVersion == context.inputAuthor.prompt
    }

    /// Why asking the same again would be in vain.
    private func unfixable(_ opportunity: Opportunity, _ digest: Digest) -> String? {
        observation.unfixable[opportunity.key].flatMap { $0.inputDigest == digest ? $0.reason : nil }
    }

    private func fresh(
        _ opportunity: Opportunity, _ digest: Digest, over tracked: TrackedProposal? = nil
    ) -> ProposalStep {
        if let reason = unfixable(opportunity, digest) { return leave(opportunity, .unfixable, reason) }
        guard context.policy.covers(opportunity.address) else {
            return leave(opportunity, .reported, "the policy's addresses leave out \(opportunity.address)")
        }
        if opportunity.rule.fix?.isDestructive == true, !context.policy.destroys(opportunity.rule.id) {
            return leave(
                opportunity, .reported,
                "the fix removes something: a person has to make it, or the policy's 'destroy' has to name the rule")
        }
        if context.author == nil, opportunity.rule.fix?.settings.isEmpty ?? true {
            return leave(opportunity, .reported, "the rule has no fix.value, and there is no Gemini key")
        }
        return .write(.opportunity(opportunity), over: tracked)
    }

    // MARK: Proposals whose opportunity is not there

    private func step(forUnanswered tracked: TrackedProposal) -> ProposalStep? {
        let manifest = tracked.manifest
        if observation.pending.contains(where: { $0.manifest.key == manifest.key }) {
            return .leave(outcome(tracked, .merged, "merged and not applied yet"))
        }
        if tracked.isEdited { return .leave(outcome(tracked, .edited, "someone else's commit is on the branch")) }
        if let request = manifest.request { return step(for: request, tracked) }
        if observation.workspace(manifest.workspace) == nil, !isUnreadable(manifest.workspace) {
            return .withdraw(tracked, as: .superseded, reason: "the workspace was removed")
        }
        if !context.isEnabled(manifest.rule, manifest.workspace) {
            return .withdraw(tracked, as: .superseded, reason: "the rule was removed or disabled")
        }
        if let reason = analysis.withdrawn[manifest.key] {
            return .withdraw(tracked, as: .superseded, reason: reason)
        }
        if let reason = analysis.held[manifest.key], tracked.isOpen {
            return .leave(outcome(tracked, .unchanged, reason))
        }
        if analysis.clear.contains(manifest.key) {
            return .withdraw(tracked, as: .resolved, reason: "the rule does not fire any more")
        }
        return tracked.isOpen
            ? .leave(outcome(tracked, .unchanged, "not measured in this run"))
            : .leave(outcome(tracked, .rejected, tracked.rejection))
    }

    private func isUnreadable(_ workspace: String) -> Bool {
        observation.problems.contains { $0.location?.file.hasPrefix("workspaces/\(workspace)/") ?? false }
    }

    // MARK: What the limits look at

    var limits: Limits { context.limits }
    var trackedProposals: [TrackedProposal] { Array(observation.tracked.values) }
    var mergedManifests: [MergedManifest] { observation.merged }

    func wait(_ opportunity: Opportunity, _ reason: String) -> ProposalStep {
        leave(opportunity, .waiting, reason)
    }

    // MARK: Outcomes

    private func branch(of opportunity: Opportunity) -> String {
        context.names.branch(
            workspace: opportunity.workspace, rule: opportunity.rule.id, key: opportunity.key)
    }

    private func leave(
        _ opportunity: Opportunity, _ state: ProposalOutcome.State, _ reason: String?,
        _ tracked: TrackedProposal? = nil
    ) -> ProposalStep {
        var outcome = ProposalOutcome(opportunity, branch: branch(of: opportunity), state: state, reason: reason)
        outcome.planDigest = tracked?.manifest.planDigest
        outcome.commit = tracked?.head
        return .leave(outcome)
    }

    private func outcome(
        _ tracked: TrackedProposal, _ state: ProposalOutcome.State, _ reason: String?
    ) -> ProposalOutcome {
        ProposalOutcome(tracked, state: state, reason: reason)
    }
}

extension ProposalOutcome {
    package init(_ opportunity: Opportunity, branch: String, state: State, reason: String?) {
        self.init(.opportunity(opportunity), branch: branch, state: state, reason: reason)
    }

    package init(_ cause: Cause, branch: String, state: State, reason: String?) {
        self.init(
            key: cause.key, branch: branch, workspace: cause.workspace, rule: cause.rule,
            address: cause.address ?? "", title: cause.title, state: state, reason: reason)
    }

    package init(_ tracked: TrackedProposal, state: State, reason: String?) {
        let manifest = tracked.manifest
        self.init(
            key: manifest.key, branch: tracked.branch, workspace: manifest.workspace, rule: manifest.rule,
            address: manifest.address, title: manifest.title, state: state, reason: reason,
            planDigest: manifest.planDigest, commit: tracked.head)
    }
}
