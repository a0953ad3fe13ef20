import Domain
import Foundation

extension Reconciler {
    /// What cannot be told of drift holds nothing else back.
    func detectDrift(in observation: Observation, _ rules: RuleSet, into report: inout RunReport) async {
        do throws(Problem) {
            let result = try await DriftStage(
                world: world, settings: settings, observation: observation, publisher: publisher, rules: rules
            ).result()
            report.add([ApplyStage.Result(outcomes: result.outcomes, problems: result.problems)])
            report.notices += result.notices
        } catch {
            report.problems.append(error)
        }
    }

    func apply(
        after observation: Observation, _ rules: RuleSet, without resolved: Set<ProposalKey>
    ) async -> [ApplyStage.Result] {
        var results: [ApplyStage.Result] = []
        var stages: [ApplyStage] = []
        var changes: [UnplannedChange] = []
        let reason = schedule(rules).reason(against: .apply, at: world.now().timeIntervalSince1970)
        for step in ApplyStep.steps(after: observation, without: resolved, waiting: reason) {
            switch step {
            case .apply(let workspace, let manifests):
                guard settings.includes(workspace: workspace.path) else { continue }
                stages.append(
                    ApplyStage(
                        world: world, settings: settings, observation: observation, publisher: publisher,
                        workspace: workspace, manifests: manifests))
            case .leave(let manifests, let reason):
                results.append(ApplyStage.Result(outcomes: manifests.map { $0.outcome(.waiting, reason) }))
            case .hold(let manifests, let resolved):
                guard settings.includes(workspace: manifests[0].manifest.workspace) else { continue }
                results.append(held(manifests, resolved))
            case .inspect(let workspace, let tree):
                guard settings.includes(workspace: workspace.path) else { continue }
                changes.append(
                    UnplannedChange(
                        world: world, journal: journal, base: observation.snapshot.base, workspace: workspace,
                        appliedTree: tree))
            }
        }
        results += await changes.concurrently(limit: settings.concurrency) { await $0.inspected() }
        let signed = await vouched(stages, signed: signatures(wantedBy: rules.policy), refusals: &results)
        return results + (await signed.concurrently(limit: settings.concurrency) { await $0.perform() })
    }

    private func held(_ manifests: [MergedManifest], _ resolved: Set<ProposalKey>) -> ApplyStage.Result {
        let outcomes = manifests.map { merged in
            resolved.contains(merged.manifest.key)
                ? merged.outcome(.resolved, ApplyStep.resolvedReason)
                : merged.outcome(.waiting, "another merged proposal of the workspace is resolved")
        }
        do throws(Problem) {
            for outcome in outcomes {
                try journal.record(
                    "apply", outcome.result.rawValue, workspace: outcome.workspace,
                    subject: outcome.key?.text ?? "", details: ["reason": .string(outcome.reason ?? "")])
            }
            return ApplyStage.Result(outcomes: outcomes)
        } catch {
            return ApplyStage.Result(outcomes: outcomes, problems: [error])
        }
    }
}

extension MergedManifest {
    func outcome(_ result: ApplyOutcome.Result, _ reason: String) -> ApplyOutcome {
        ApplyOutcome(
            key: manifest.key, approval: approval, workspace: manifest.workspace, result: result, reason: reason)
    }
}
