package import Domain

/// Brings the steps that are shared and not here.
package struct HistoryPull: Sendable {
    package struct Result: Hashable, Sendable {
        package let ref: String
        package let steps: Int
        package let runs: Int
    }

    let world: World
    let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    /// Nothing is brought into a history that is broken, nor from one.
    package func pull() async throws(Problem) -> Result {
        let name = settings.names.history
        if let broken = try world.history.firstBreak() { throw refusal(broken) }
        let (tip, shared) = try await HistoryRef(world: world, settings: settings).read()
        guard let tip else {
            throw Problem(
                .needsPerson, "the remote has no \(name)", hint: "the first run that pushes anything makes it")
        }
        if let broken = shared.firstBreak(in: name) { throw broken }
        let start = try world.history.checkpoint()
        var missing: [Missing] = []
        for run in try shared.runs() {
            if let found = try Missing(of: run, in: world.history, after: start) { missing.append(found) }
        }
        let rows = missing.flatMap(\.rows).map(\.row)
        let result = Result(ref: name, steps: rows.count, runs: missing.count)
        if !rows.isEmpty { try world.history.restore([step(result, tip)] + rows.map(\.entry)) }
        return result
    }

    /// Comes first, so that a restored history begins as no other one does and is told from the one that was lost.
    private func step(_ result: Result, _ tip: ObjectID) -> HistoryEntry {
        HistoryEntry(
            run: settings.run, time: world.now(), action: "history", status: "pulled", subject: result.ref,
            details: .object([
                "steps": .integer(Int64(result.steps)), "runs": .integer(Int64(result.runs)),
                "commit": .string(tip.hex), "holder": .string(settings.holder),
            ]))
    }

    private func refusal(_ broken: Problem) -> Problem {
        Problem(broken.kind, broken.message, hint: "pull into a new file: SQLITE_DB_PATH names it")
    }
}
