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
        let rows = try world.history.rows(HistoryFilter(limit: .max))
        let start = try world.history.checkpoint()
        if let start { try compare(shared, rows, from: start) }
        for (run, missing) in try Missing.steps(of: shared, in: rows, after: start) {
            if missing.isPartial {
                throw Problem(
                    .needsPerson,
                    "\(Self.count(missing.rows.count, "step")) of the run \(run) \(missing.rows.count == 1 ? "is" : "are") "
                        + "in \(name), and missing or changed in the history")
            }
            result.missing += missing.rows.count
            result.missingRuns += 1
        }
        return result
    }

    private func unshared(_ shared: SharedHistory) throws(Problem) -> Int {
        let known = shared.shared
        return try world.history.tallies(after: EntryTexts.date(shared.start.last))
            .map { max(0, $0.steps - (known[$0.run] ?? 0)) }.reduce(0, +)
    }

    /// Row by row, what this very history has shared.
    private func compare(
        _ shared: SharedHistory, _ rows: [HistoryRow], from start: HistoryCheckpoint
    ) throws(Problem) {
        let hashes = Dictionary(rows.map { ($0.sequence, $0.hash) }) { first, _ in first }
        for part in shared.parts where part.header.origin == start.origin {
            for row in try part.rows() where row.sequence > start.sequence {
                guard let hash = hashes[row.sequence] else {
                    throw Problem(
                        .needsPerson, "row \(row.sequence) of the history is missing, and \(name) has it",
                        hint: "the end of the file was cut off, or it is an older copy")
                }
                guard hash == row.hash else {
                    throw Problem(.needsPerson, "row \(row.sequence) of the history is not what \(name) has")
                }
            }
        }
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// The steps of one run that are shared and not here.
struct Missing {
    let rows: [HistoryRow]
    /// Other steps of the run are here.
    let isPartial: Bool

    /// By run, in the order of the files; what a pruning took here is not missing.
    static func steps(
        of shared: SharedHistory, in rows: [HistoryRow], after start: HistoryCheckpoint?
    ) throws(Problem) -> [(run: String, missing: Missing)] {
        let here = Dictionary(grouping: rows, by: \.entry.run)
        var (order, theirs): ([String], [String: [HistoryRow]]) = ([], [:])
        for part in shared.parts {
            if theirs[part.header.run] == nil { order.append(part.header.run) }
            theirs[part.header.run, default: []] += try part.rows()
        }
        return order.compactMap { run in
            let (own, other) = (here[run] ?? [], theirs[run] ?? [])
            let isPruned = start?.before.map { before in other.allSatisfy { $0.entry.time < before } } ?? false
            let rows = isPruned ? [] : difference(other, own)
            return rows.isEmpty ? nil : (run, Missing(rows: rows, isPartial: !own.isEmpty))
        }
    }

    /// Equal steps count as often as they stand there.
    private static func difference(_ wanted: [HistoryRow], _ own: [HistoryRow]) -> [HistoryRow] {
        var left = Dictionary(own.map { (EntryTexts($0.bounded.entry), 1) }, uniquingKeysWith: +)
        return wanted.filter { row in
            let texts = EntryTexts(row.entry)
            guard let count = left[texts], count > 0 else { return true }
            left[texts] = count - 1
            return false
        }
    }
}
