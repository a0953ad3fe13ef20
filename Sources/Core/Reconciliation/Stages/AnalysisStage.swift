import Analysis
import Domain
import Foundation

/// Asks Prometheus, reads the states that matter, and analyses; it changes nothing.
struct AnalysisStage {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let rules: RuleSet

    func analyse() async -> AnalysisResult {
        let now = world.now().timeIntervalSince1970
        var queries = QueryStage(metrics: world.metrics)
        let analyzer = Analyzer(rules: rules, now: now)
        await queries.ask(analyzer.wanted)
        let states = await states(for: resourceTypes(answered: queries.answered))
        let index = index(states)
        let analysis = analyzer.analyse(queries.answers, index: index, unreadable: states.problems)
        await queries.ask(analysis.wanted)
        let result = analysis.result(queries.answers)
        let held = await Hysteresis(rules: rules, now: now, tracked: Array(observation.tracked.values))
            .held(result, index: index, unreadable: states.problems, &queries)
        return result.holding(held, asked: queries.asked)
    }

    private func index(_ states: States) -> ResourceIndex {
        ResourceIndex(
            workspaces: observation.workspaces.map { workspace in
                ResourceIndex.Entry(
                    workspace: workspace.path, labels: workspace.settings.labels,
                    instances: states.instances[workspace.path] ?? [], declared: workspace.declared)
            })
    }

    /// The types whose resources the rules on state and the answered series may lead to; nil means any.
    private func resourceTypes(answered: Set<String>) -> Set<String>? {
        let forms = rules.rules + rules.variants.values.flatMap { $0.map(\.rule) }
        let measured = forms.filter { rule in
            rule.enabled
                && (rule.source == .state || rule.coverage.noData != .skip || answered.contains(rule.id))
        }
        return measured.isEmpty ? [] : Analyzer.resourceTypes(for: measured)
    }

    private struct States {
        var instances: [String: [ResourceInstance]] = [:]
        var problems: [String: Problem] = [:]
    }

    /// Reads the states of the workspaces that declare one of the types, a few at a time.
    private func states(for types: Set<String>?) async -> States {
        let wanted = observation.workspaces.filter { workspace in
            settings.includes(workspace: workspace.path)
                && (types.map { types in workspace.declared.contains { types.contains($0.type) } } ?? true)
        }
        var states = States()
        let results = await wanted.concurrently(limit: settings.concurrency) { await state(of: $0) }
        for (workspace, result) in zip(wanted, results) {
            switch result {
            case .success(let instances): states.instances[workspace.path] = instances
            case .failure(let problem): states.problems[workspace.path] = problem
            }
        }
        return states
    }

    private func state(of workspace: Workspace) async -> Result<[ResourceInstance], Problem> {
        do throws(Problem) {
            let files = try workspace.files(from: world.objects, in: observation.snapshot.base)
            return .success(try await state(of: files))
        } catch {
            return .failure(error)
        }
    }

    private func state(of files: WorkspaceFiles) async throws(Problem) -> [ResourceInstance] {
        do throws(TerraformFailure) {
            return try await world.infrastructure.state(of: files)
        } catch {
            throw error.problem
        }
    }
}
