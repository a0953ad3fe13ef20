import Domain
import Foundation
import Reports

extension ProposalStage {
    /// Makes the proposal's one commit on the base: the change, the manifest, the page, the plan and the chart.
    func committed(
        _ proven: Proven, _ opportunity: Opportunity, over tracked: TrackedProposal?, _ digest: Digest
    ) -> Draft {
        do throws(Problem) {
            let manifest = try manifest(for: proven, opportunity, digest)
            let presentation = ProposalPresentation(
                opportunity: opportunity, manifest: manifest, plan: proven.plan,
                difference: try difference(proven), correction: proven.candidate.correction,
                context: reviewContext(opportunity))
            let message = CommitMessage.text(for: presentation)
            let commit = try world.objects.commit(
                CommitDraft(
                    parent: observation.snapshot.base, writes: try writes(proven, manifest, presentation),
                    message: message, time: world.now()))
            return published(commit, message, presentation, over: tracked)
        } catch {
            return Draft(outcome: outcome(opportunity, .failed, error.message), problems: [error])
        }
    }

    private func published(
        _ commit: ObjectID, _ message: String, _ presentation: ProposalPresentation, over tracked: TrackedProposal?
    ) -> Draft {
        let opportunity = presentation.opportunity
        let isOpen = tracked?.head != nil
        var outcome = outcome(opportunity, isOpen ? .refreshed : .created, nil)
        outcome.planDigest = presentation.plan.digest
        outcome.planSummary = presentation.plan.summary
        outcome.commit = commit
        outcome.message = message
        outcome.difference = presentation.difference
        var updates = [
            RefUpdate(settings.names.head(outcome.branch), from: tracked?.head, to: commit),
            RefUpdate(settings.names.tracked(opportunity.key), from: tracked?.pushed, to: commit),
        ]
        if let old = observation.unfixable[opportunity.key] {
            updates.append(RefUpdate(settings.names.unfixable(opportunity.key), from: old.object, to: nil))
        }
        return Draft(outcome: outcome, updates: updates)
    }

    private func manifest(
        for proven: Proven, _ opportunity: Opportunity, _ digest: Digest
    ) throws(Problem) -> Manifest {
        let base = observation.snapshot.base
        let draft = CommitDraft(parent: base, writes: proven.candidate.changed, message: "", time: world.now())
        let planned = try world.objects.tree(at: workspace.folder, in: try world.objects.commit(draft))
        return Manifest(
            key: opportunity.key, workspace: workspace.path, rule: opportunity.rule.id, address: opportunity.address,
            title: opportunity.title, base: base, baseTree: workspace.tree, plannedTree: planned ?? workspace.tree,
            modules: workspace.modules, inputDigest: digest, ruleDigest: InputDigest.of(rule: opportunity.rule),
            promptVersion: context.inputAuthor.prompt, author: proven.candidate.author,
            model: proven.candidate.model, planDigest: proven.plan.digest, changes: proven.plan.approved,
            risk: proven.candidate.correction?.risk.rawValue, terraformVersion: proven.plan.terraformVersion,
            sphinxVersion: settings.version)
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
        let chart = EvidenceChart.file(for: presentation.opportunity)
        return proven.candidate.changed + [
            SourceFile(path: "\(folder)/proposal.json", bytes: try ManifestFile.bytes(manifest)),
            SourceFile(path: "\(folder)/README.md", text: ProposalPage.markdown(for: presentation)),
            SourceFile(path: "\(folder)/plan.txt", text: proven.plan.text),
        ] + (chart.map { [SourceFile(path: "\(folder)/evidence.svg", text: $0)] } ?? [])
    }

    private func reviewContext(_ opportunity: Opportunity) -> ReviewContext {
        ReviewContext(
            branch: settings.names.branch(
                workspace: opportunity.workspace, rule: opportunity.rule.id, key: opportunity.key),
            trackingRef: settings.names.tracked(opportunity.key),
            coolDown: opportunity.rule.coolDown ?? context.coolDown, metricsPage: settings.metricsPage)
    }
}
