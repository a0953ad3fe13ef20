package import Domain
package import Foundation

/// Takes old steps out of the history, and out of what is shared of it, and leaves a checkpoint from which the chain goes on.
package struct HistoryRetention: Sendable {
    package struct Result: Hashable, Sendable {
        package let steps: Int
        /// The last row that is gone; nil where none was old enough.
        package let through: Int?

        package init(of pruning: Pruning?) {
            steps = pruning?.steps ?? 0
            through = pruning?.last.sequence
        }
    }

    let world: World
    let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    /// Only a beginning of the chain can go: the steps before the first one that is young, in whole runs.
    package static func pruning(_ history: any History, before time: Date) throws(Problem) -> Pruning? {
        let rows = try history.rows(HistoryFilter(limit: .max))
        let ends = Dictionary(rows.map { ($0.entry.run, $0.sequence) }) { max($0, $1) }
        var (last, open): (HistoryRow?, Int) = (nil, 0)
        for row in rows {
            guard row.entry.time < time else { break }
            open = max(open, ends[row.entry.run] ?? 0)
            if row.sequence == open { last = row }
        }
        guard let last, let first = rows.first else { return nil }
        return Pruning(last: last, before: time, steps: last.sequence - first.sequence + 1)
    }

    /// The history first; what is shared follows with one push.
    package func prune(before time: Date, alsoShared: Bool) async throws(Problem) -> Result {
        guard time <= world.now() else {
            throw Problem(
                .needsPerson, "\(EntryTexts.time(time)) is in the future", hint: "only what is past can be pruned")
        }
        if let broken = try world.history.firstBreak() { throw broken }
        let pruning = try Self.pruning(world.history, before: time)
        if let pruning {
            let details = pruning.details.merging(["holder": .string(settings.holder)]) { $1 }
            try world.history.prune(
                pruning,
                signedOffBy: HistoryEntry(
                    run: settings.run, time: world.now(), action: Pruning.action, status: Pruning.status,
                    details: .object(details)))
        }
        if alsoShared { try await HistoryPublisher(world: world, settings: settings).publish(pruning: time) }
        return Result(of: pruning)
    }
}
