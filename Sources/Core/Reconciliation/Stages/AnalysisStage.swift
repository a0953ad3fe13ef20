import Analysis
import Domain
import Foundation

/// Asks Prometheus, reads the states that matter, and analyses; it changes nothing.
struct AnalysisStage {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let rules: RuleSet
    /// Nil runs all plugins.
    var onlyPlugin: String?

    func analyse() async -> AnalysisResult {
        let now = world.now().timeIntervalSince1970
        var queries = QueryStage(metrics: world.metrics)
        let analyzer = Analyzer(rules: rules, now: now)
        let (plugins, described, mistakes) = await plugins()
        let wanted = PluginStage.wanted(described, at: now)
        await queries.ask { analyzer.wanted($0, plugins: wanted) }
        let needs =
            analyzer.stateNeeds(queries.answers, answered: queries.answered, workspaces: labels)
            + needs(of: described, answered: queries.answered)
        let states = await states(for: needs)
        let index = index(states)
        let outcomes =
            await plugins?.outcomes(described, queries.answers, resources: states.instances, at: now) ?? []
        let analysis = analyzer.analyse(
            queries.answers, index: index, unreadable: states.problems, plugins: outcomes)
        await queries.ask { analysis.wanted($0) }
        let result = analysis.result(queries.answers)
        let held = await Hysteresis(rules: rules, now: now, tracked: Array(observation.tracked.values))
            .held(result, index: index, unreadable: states.problems, &queries)
        return result.holding(
            held, asked: queries.asked, and: mistakes, plugins: plugins.map { _ in Set(described.map(\.plugin.rule)) })
    }

    /// The plugins of the pinned commit, each with what it says of itself.
    func plugins() async -> (PluginStage?, [PluginStage.Described], [Problem]) {
        guard let finder = world.plugins else { return (nil, [], []) }
        let files: [SourceFile]
        do throws(Problem) {
            files = try world.objects.files(below: settings.pluginsFolder, in: observation.snapshot.base)
        } catch {
            return (nil, [], [error])
        }
        var found = PluginDiscovery(rules: world.rules).plugins(in: files, at: settings.pluginsFolder)
        if let onlyPlugin {
            found.plugins.removeAll { $0.name != onlyPlugin }
            found.broken.removeAll { $0.plugin.name != onlyPlugin }
        }
        let stage = PluginStage(finder: finder, files: files, concurrency: settings.concurrency)
        let broken = found.broken.map {
            PluginStage.Described(plugin: $0.plugin, description: .failure($0.problems[0]))
        }
        let described = await stage.described(found.plugins) + broken
        return (stage, described, found.broken.flatMap { $0.problems.dropFirst() })
    }

    private var labels: WorkspaceLabels {
        WorkspaceLabels(
            Dictionary(observation.workspaces.map { ($0.path, $0.settings.labels) }) { first, _ in first })
    }

    private func index(_ states: States) -> ResourceIndex {
        ResourceIndex(
            workspaces: observation.workspaces.map { workspace in
                ResourceIndex.Entry(
                    workspace: workspace.path, labels: workspace.settings.labels,
                    instances: states.instances[workspace.path] ?? [], declared: workspace.declared)
            })
    }

    /// What the plugins need to see of states.
    private func needs(of described: [PluginStage.Described], answered: Set<String>) -> [StateNeed] {
        described.compactMap { each in
            guard case .success(let description) = each.description else { return nil }
            // A plugin that saw a series may name its resource by its labels or its id.
            let own = Set(description.resourceTypes)
            return StateNeed(types: answered.contains(each.plugin.rule) ? own.union(Analyzer.labelledTypes) : own)
        }
    }

    private struct States {
        var instances: [String: [ResourceInstance]] = [:]
        var problems: [String: Problem] = [:]
    }

    /// Reads the states that something needs, a few at a time.
    private func states(for needs: [StateNeed]) async -> States {
        let wanted = observation.workspaces.filter { workspace in
            settings.includes(workspace: workspace.path) && needs.contains { $0.includes(workspace) }
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
            let files = try world.files(of: workspace, in: observation.snapshot.base)
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
