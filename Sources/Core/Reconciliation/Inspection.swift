package import Domain

/// The first half of a run, for looking only: observe, load, query, analyse.
package struct Inspection: Sendable {
    let world: World
    let settings: RunSettings

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

    package func run() async throws(Problems) -> AnalysisResult { try await overview().analysis }
}
