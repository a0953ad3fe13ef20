package import Domain

/// The first half of a run, for looking only: observe, load, query, analyse.
package struct Inspection: Sendable {
    private let world: World
    private let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    package func observed() async throws(Problem) -> Observation {
        try await Observer(world: world, settings: settings).observe()
    }

    /// The rules of the base branch, as they hold for the workspaces that there are.
    package func rules() async throws(Problems) -> RuleSet {
        let observation: Observation
        do throws(Problem) { observation = try await observed() } catch { throw Problems([error]) }
        return try Reconciler(world: world, settings: settings).rules(in: observation)
    }

    package func run() async throws(Problems) -> AnalysisResult {
        let reconciler = Reconciler(world: world, settings: settings)
        let observation: Observation
        do throws(Problem) { observation = try await observed() } catch { throw Problems([error]) }
        let rules = try reconciler.rules(in: observation)
        let result = await AnalysisStage(
            world: world, settings: settings, observation: observation, rules: rules
        ).analyse()
        let scoped = result.within { settings.includes(workspace: $0) }
        return AnalysisResult(
            at: scoped.at, statuses: scoped.statuses, opportunities: scoped.opportunities,
            problems: observation.problems + rules.warnings + scoped.problems, clear: scoped.clear,
            withdrawn: scoped.withdrawn, held: scoped.held, queries: scoped.queries, plugins: scoped.plugins)
    }
}
