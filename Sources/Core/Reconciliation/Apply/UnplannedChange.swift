import Domain

/// Looks whether code that was merged without a plan would change anything; it applies nothing.
struct UnplannedChange: Sendable {
    let world: World
    let journal: Journal
    let base: ObjectID
    let workspace: Workspace
    let appliedTree: ObjectID

    /// A comment that was merged, or a change that someone applied by hand, is no outcome.
    func inspected() async -> ApplyStage.Result {
        if world.cache.value(for: cleanKey) != nil { return ApplyStage.Result() }
        do throws(Problem) {
            let plan = try await world.plan(of: try world.files(of: workspace, in: base))
            guard !plan.isEmpty else {
                world.cache.keep([], for: cleanKey)
                return ApplyStage.Result()
            }
            let reason =
                "changed since tree \(appliedTree.short) was applied, without an approved plan: \(plan.summary)"
            try journal.record(
                "apply", "unplanned_change", workspace: workspace.path, details: ["reason": .string(reason)])
            let outcome = ApplyOutcome(
                key: nil, approval: nil, workspace: workspace.path, result: .unplannedChange, reason: reason)
            return ApplyStage.Result(outcomes: [outcome])
        } catch {
            return ApplyStage.Result(problems: [error])
        }
    }

    /// A tree that planned to nothing once was applied by someone.
    private var cleanKey: Digest {
        let modules = workspace.modules.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.hex] }
        return Digest(of: ["clean", workspace.path, workspace.tree.hex] + modules)
    }
}
