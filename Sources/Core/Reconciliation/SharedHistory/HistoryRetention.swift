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
        let tallies = try history.tallies(after: nil).sorted { $0.range.lowerBound < $1.range.lowerBound }
        guard let first = tallies.first?.range.lowerBound else { return nil }
        var (last, open) = (first - 1, first - 1)
        for tally in tallies {
            if tally.range.lowerBound > open { last = open }
            guard tally.last < time else { break }
            open = max(open, tally.range.upperBound)
            if tally == tallies.last { last = open }
        }
        guard let row = try history.rows(HistoryFilter(sequence: last)).first else { return nil }
        return Pruning(last: row, before: time, steps: last - first + 1)
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
        if alsoShared { try await pruneShared(before: time) }
        return Result(of: pruning)
    }

    private func pruneShared(before time: Date) async throws(Problem) {
        do throws(Problem) {
            try await HistoryPublisher(world: world, settings: settings).publish(pruning: time)
        } catch {
            throw Problem(
                error.kind, "the history is pruned here, and \(settings.names.history) is not: \(error.message)",
                hint: "run it again")
        }
    }
}
