package import Domain
import Foundation

/// Proves the history, and what of it is shared: each by its own chain, and one against the other.
package struct HistoryAudit: Sendable {
    package struct Result: Hashable, Sendable {
        /// Steps that are as they were written, and how many before them were pruned.
        package let steps: Int
        package let pruned: Int
        /// Where the history is shared; nil where that was not looked at.
        package var ref: String?
        /// The steps that it holds; nil where it does not exist.
        package var shared: Int?
        /// Steps that are only here.
        package var unshared = 0
        /// Steps and runs that are only there.
        package var missing = 0
        package var missingRuns = 0
    }

    let world: World
    let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    private var name: String { settings.names.history }

    /// What is here alone, without the remote.
    package static func local(_ history: any History) throws(Problem) -> Result {
        if let broken = try history.firstBreak() { throw broken }
        let pruned = try history.checkpoint()?.sequence ?? 0
        let last = try history.rows(HistoryFilter(limit: 1)).last?.sequence ?? 0
        return Result(steps: last - pruned, pruned: pruned)
    }

    /// Throws the first break; steps that other jobs recorded and that were not pulled are none.
    package func verify() async throws(Problem) -> Result {
        var result = try Self.local(world.history)
        let (tip, shared) = try await HistoryRef(world: world, settings: settings).read()
        result.ref = name
        guard tip != nil else { return result }
        if let broken = shared.firstBreak(in: name) { throw broken }
        result.shared = shared.steps
        result.unshared = try unshared(shared)
        let start = try world.history.checkpoint()
        for run in try shared.runs() {
            if let start, try isHere(run, start) { continue }
            guard let missing = try Missing(of: run, in: world.history, after: start) else { continue }
            if let start, let row = missing.own(start) { throw try lost(row) }
            if missing.isPartial { throw partial(missing) }
            result.missing += missing.rows.count
            result.missingRuns += 1
        }
        return result
    }

    /// Whether this very history has shared the run, and has it row by row.
    private func isHere(_ run: SharedRun, _ start: HistoryCheckpoint) throws(Problem) -> Bool {
        guard run.rows.allSatisfy({ $0.origin == start.origin }) else { return false }
        let rows = try world.history.rows(HistoryFilter(run: run.name, limit: .max))
        let hashes = Dictionary(rows.map { ($0.sequence, $0.hash) }) { first, _ in first }
        return run.rows.allSatisfy { hashes[$0.row.sequence] == $0.row.hash }
    }

    /// A row that was here when it was shared.
    private func lost(_ row: HistoryRow) throws(Problem) -> Problem {
        let pull = "'sphinx history pull' brings what is missing"
        return try world.history.rows(HistoryFilter(sequence: row.sequence)).isEmpty
            ? Problem(
                .needsPerson, "row \(row.sequence) of the history is missing, and \(name) has it",
                hint: "the end of the file was cut off, or it is an older copy; \(pull)")
            : Problem(
                .needsPerson, "row \(row.sequence) of the history is not what \(name) has",
                hint: "the end of the file was written anew, or two copies of it went on apart; \(pull)")
    }

    private func partial(_ missing: Missing) -> Problem {
        let (count, run) = (missing.rows.count, missing.rows[0].row.entry.run)
        let words = count == 1 ? "1 step of the run \(run) is" : "\(count) steps of the run \(run) are"
        return Problem(.needsPerson, "\(words) in \(name), and missing or changed in the history")
    }

    private func unshared(_ shared: SharedHistory) throws(Problem) -> Int {
        let known = shared.shared
        return try world.history.tallies(after: EntryTexts.date(shared.start.last))
            .map { max(0, $0.steps - (known[$0.run] ?? 0)) }.reduce(0, +)
    }
}
