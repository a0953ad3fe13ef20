import Domain
import Foundation

/// Pushes the steps that the shared history lacks; a job that was faster is built upon, so that both jobs' steps stay.
struct HistoryPublisher: Sendable {
    /// As many jobs as may end at once.
    private static let mostAttempts = 16
    /// How often a ref that nobody moved may be refused.
    private static let mostRefusals = 3

    let world: World
    let settings: RunSettings

    private var ref: HistoryRef { HistoryRef(world: world, settings: settings) }

    /// The sentence of a failure: it is noted, fails nothing, and the next run pushes what is missing.
    func attempt() async -> String? {
        do throws(Problem) {
            try await publish()
            return nil
        } catch {
            let reason = world.secrets.redactor.redact(error).description
            try? Journal(world: world, settings: settings).record(
                "history", "not_pushed", subject: ref.name, details: ["reason": .string(reason)])
            return "the history was not pushed to \(ref.name), and the next run that pushes tries again: \(reason)"
        }
    }

    /// How many steps were pushed; what is older than a time is taken out with the same push.
    @discardableResult
    func publish(pruning before: Date? = nil) async throws(Problem) -> Int {
        if settings.isDryRun { return 0 }
        var (seen, refusals): (ObjectID?, Int) = (nil, 0)
        for _ in 0..<Self.mostAttempts {
            let (tip, old) = try await ref.read()
            let new = try grown(old, pruning: before)
            guard new.end != old.end || new.start != old.start else { return 0 }
            guard let reason = try await ref.write(new, over: tip) else { return new.end.steps - old.end.steps }
            refusals = tip == seen ? refusals + 1 : 1
            seen = tip
            if refusals == Self.mostRefusals { throw Problem(.passing, "\(ref.name) was refused: \(reason)") }
        }
        throw Problem(.passing, "other jobs changed \(ref.name) \(Self.mostAttempts) times in a row")
    }

    private func grown(_ old: SharedHistory, pruning before: Date?) throws(Problem) -> SharedHistory {
        var new = old
        if let before { new.prune(before: before) }
        guard let origin = try world.history.checkpoint()?.origin else { return new }
        let known = new.shared
        for tally in try world.history.tallies(after: EntryTexts.date(new.start.last)).suffix(SharedHistory.mostParts) {
            let shared = known[tally.run] ?? 0
            guard tally.steps > shared else { continue }
            let rows = try world.history.rows(HistoryFilter(run: tally.run, limit: .max))
            new.append(Array(rows.dropFirst(shared)), from: shared, origin: origin)
        }
        new.bound(at: world.now())
        return new
    }
}
