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
        let plan = QueryPlanner.plan(rules: rules.rules.filter(\.enabled), now: now)
        let answers = await answers(to: plan)
        let states = await states(for: resourceTypes(answered: answers, plan))
        let index = ResourceIndex(
            workspaces: observation.workspaces.map { workspace in
                ResourceIndex.Entry(
                    workspace: workspace.path, labels: workspace.settings.labels,
                    instances: states.instances[workspace.path] ?? [], declared: workspace.declared)
            })
        return Analyzer(rules: rules.rules, now: now, answers: answers, index: index, unreadable: states.problems)
            .analyse()
    }

    private func answers(to plan: [PlannedQuery]) async -> [MetricQuery: Result<MetricAnswer, Problem>] {
        let queries = plan.map(\.query)
        let answers = await queries.concurrently(limit: queries.count) { await answer(to: $0) }
        return Dictionary(zip(queries, answers)) { first, _ in first }
    }

    private func answer(to query: MetricQuery) async -> Result<MetricAnswer, Problem> {
        do throws(Problem) {
            return .success(try await world.metrics.answer(query))
        } catch {
            return .failure(error)
        }
    }

    /// The types whose resources the answered series may lead to; nil means any.
    private func resourceTypes(
        answered: [MetricQuery: Result<MetricAnswer, Problem>], _ plan: [PlannedQuery]
    ) -> Set<String>? {
        let ids = Set(
            plan.filter { planned in
                guard case .success(let answer)? = answered[planned.query] else { return false }
                return !answer.series.isEmpty
            }.flatMap(\.rules))
        let measured = rules.rules.filter { $0.enabled && ids.contains($0.id) }
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
