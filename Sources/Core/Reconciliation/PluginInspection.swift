import Analysis
package import Domain
import Foundation

/// The plugins of the base branch, for looking at them one by one.
package struct PluginInspection: Sendable {
    /// A plugin and what it said of itself.
    package struct Described: Sendable {
        package let plugin: Plugin
        package let description: Result<PluginDescription, Problem>
        package let queries: [PluginQuery]
    }

    private let world: World
    private let settings: RunSettings
    private let observation: Observation

    package init(world: World, settings: RunSettings) async throws(Problem) {
        self.world = world
        self.settings = settings
        observation = try await Inspection(world: world, settings: settings).observed()
    }

    package func described() async -> [Described] {
        let stage = AnalysisStage(world: world, settings: settings, observation: observation, rules: RuleSet())
        let (_, described, _) = await stage.plugins()
        return described.map { Described(plugin: $0.plugin, description: $0.description, queries: $0.queries) }
            .sorted { $0.plugin.name < $1.plugin.name }
    }

    /// A run's analysis with one plugin and no rule.
    package func found(by name: String) async throws(Problem) -> AnalysisResult {
        let known = await described().map(\.plugin.name)
        guard known.contains(name) else {
            let near = Spelling.nearest(to: name, among: known)
            throw Problem(
                .needsPerson, "there is no plugin '\(name)'",
                hint: near.map { "did you mean '\($0)'?" } ?? "known: \(known.joined(separator: ", "))")
        }
        let stage = AnalysisStage(
            world: world, settings: settings, observation: observation, rules: RuleSet(), onlyPlugin: name)
        return world.secrets.redact(await stage.analyse())
    }
}
