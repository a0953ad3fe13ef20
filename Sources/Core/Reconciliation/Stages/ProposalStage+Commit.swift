import Domain
import Foundation
import Reports

extension ProposalStage {
    /// Makes the proposal's one commit on the base: the change, the manifest, the page, the plan, and a chart of evidence.
    func committed(_ proven: Proven, _ cause: Cause, over tracked: TrackedProposal?, _ digest: Digest) -> Draft {
        do throws(Problem) {
            let shown = redactor.redact(cause.answered(proven.candidate.answers))
            let manifest = try manifest(for: proven, shown, over: tracked, digest)
            let presentation = ProposalPresentation(
                cause: shown, manifest: manifest, plan: redactor.redact(proven.plan),
                difference: redactor.redact(try difference(proven)),
                correction: proven.candidate.correction.map(redactor.redact), context: reviewContext(cause))
            let message = CommitMessage.text(for: presentation)
            let commit = try world.objects.commit(
                CommitDraft(
                    parent: observation.snapshot.base, writes: try writes(proven, manifest, presentation),
                    message: message, time: world.now()))
            return published(commit, message, presentation, over: tracked)
        } catch {
            return Draft(outcome: outcome(cause, .failed, error.message), problems: [error])
        }
    }

    private func published(
        _ commit: ObjectID, _ message: String, _ presentation: ProposalPresentation, over tracked: TrackedProposal?
    ) -> Draft {
        let cause = presentation.cause
        let isOpen = tracked?.head != nil
        var outcome = outcome(cause, isOpen ? .refreshed : .created, nil)
        outcome.address = presentation.manifest.address
        outcome.planDigest = presentation.plan.digest
        outcome.planSummary = presentation.plan.summary
        outcome.model = presentation.manifest.model
        outcome.commit = commit
        outcome.message = message
        outcome.difference = presentation.difference
        var updates = [
            RefUpdate(settings.names.head(outcome.branch), from: tracked?.head, to: commit),
            RefUpdate(settings.names.tracked(cause.key), from: tracked?.pushed, to: commit),
        ]
        if let closing = tracked?.closing {
            updates.append(RefUpdate(settings.names.closed(cause.key), from: closing.object, to: nil))
        }
        if let old = observation.unfixable[cause.key] {
            updates.append(RefUpdate(settings.names.unfixable(cause.key), from: old.object, to: nil))
        }
        let request = settings.request(
            for: outcome.branch, at: commit, isNew: !isOpen, in: observation.snapshot)
        return Draft(outcome: outcome, updates: updates, request: request)
    }

    private func manifest(
        for proven: Proven, _ cause: Cause, over tracked: TrackedProposal?, _ digest: Digest
    ) throws(Problem) -> Manifest {
        let base = observation.snapshot.base
        let draft = CommitDraft(parent: base, writes: proven.candidate.changed, message: "", time: world.now())
        let planned = try world.objects.tree(at: workspace.folder, in: try world.objects.commit(draft))
        return Manifest(
            key: cause.key, workspace: workspace.path, rule: cause.rule,
            address: cause.address ?? proven.plan.subject, title: cause.title, base: base, baseTree: workspace.tree,
            plannedTree: planned ?? workspace.tree,
            modules: workspace.modules, inputDigest: digest, ruleDigest: InputDigest.of(cause),
            promptVersion: prompt(for: cause, over: tracked), author: proven.candidate.author,
            model: proven.candidate.model, planDigest: proven.plan.digest, changes: proven.plan.approved,
            risk: proven.candidate.correction?.risk.rawValue, evidence: cause.evidence?.frozen,
            terraformVersion: proven.plan.terraformVersion, sphinxVersion: settings.version,
            request: cause.answered(proven.candidate.answers).request)
    }

    /// A request that a run without a key brings onto a new base is still the answer to its prompt.
    private func prompt(for cause: Cause, over tracked: TrackedProposal?) -> String {
        if case .request = cause, context.author == nil, let tracked { return tracked.manifest.promptVersion }
        return context.inputAuthor.prompt(for: cause)
    }

    private func difference(_ proven: Proven) throws(Problem) -> String {
        var text = ""
        for file in proven.candidate.changed {
            let before = try world.objects.file(at: file.path, in: observation.snapshot.base)
            text += UnifiedDifference.text(before: before?.text ?? "", after: file.text, path: file.path)
        }
        return text
    }

    private func writes(
        _ proven: Proven, _ manifest: Manifest, _ presentation: ProposalPresentation
    ) throws(Problem) -> [SourceFile] {
        let folder = ManifestFile.folder(workspace: workspace.path, key: manifest.key)
        var writes =
            proven.candidate.changed + [
                SourceFile(path: "\(folder)/proposal.json", bytes: try ManifestFile.bytes(manifest)),
                SourceFile(path: "\(folder)/README.md", text: ProposalPage.markdown(for: presentation)),
                SourceFile(path: "\(folder)/plan.txt", text: presentation.plan.text),
            ]
        if case .opportunity(let opportunity) = presentation.cause, let chart = EvidenceChart.file(for: opportunity) {
            writes.append(SourceFile(path: "\(folder)/evidence.svg", text: chart))
        }
        return writes
    }

    private func reviewContext(_ cause: Cause) -> ReviewContext {
        var coolDown = context.coolDown
        if case .opportunity(let opportunity) = cause { coolDown = opportunity.rule.coolDown ?? coolDown }
        return ReviewContext(
            branch: settings.names.branch(workspace: cause.workspace, rule: cause.rule, key: cause.key),
            trackingRef: settings.names.tracked(cause.key), coolDown: coolDown, metricsPage: settings.metricsPage,
            isWithinPolicy: cause.isOpportunity && context.policy != Policy())
    }
}

extension Cause {
    /// With what a person said to the model's questions.
    fileprivate func answered(_ answers: [ChangeRequest.Answer]) -> Cause {
        guard case .request(var request, let workspace) = self else { return self }
        request.answers = answers
        return .request(request, workspace: workspace)
    }

    fileprivate var isOpportunity: Bool {
        if case .opportunity = self { true } else { false }
    }

    fileprivate var request: ChangeRequest? {
        if case .request(let request, _) = self { request } else { nil }
    }
}

extension Plan {
    private static let mostNames = 3

    /// The blocks that change, as one text.
    var subject: String {
        let names = blocks.prefix(Self.mostNames).joined(separator: ", ")
        let rest = blocks.count - Self.mostNames
        return rest > 0 ? "\(names) and \(rest) more" : names.isEmpty ? "no resource" : names
    }
}
