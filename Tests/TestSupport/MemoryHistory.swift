package import Domain
package import Foundation
import Synchronization

/// A history in memory, chained as the real one is.
package final class MemoryHistory: History {
    private struct State {
        var rows: [HistoryRow] = []
        var checkpoint: HistoryCheckpoint?

        mutating func append(_ entry: HistoryEntry) {
            let sequence = (rows.last?.sequence ?? checkpoint?.sequence ?? 0) + 1
            let previous = rows.last?.hash ?? checkpoint?.hash ?? HistoryCheckpoint.genesis
            let hash = EntryTexts(entry).hash(at: sequence, after: previous)
            if checkpoint == nil { checkpoint = .beginning(hash) }
            rows.append(HistoryRow(sequence: sequence, entry: entry, hash: hash))
        }
    }

    private let state = Mutex(State())

    package init() {}

    package var all: [HistoryEntry] { state.withLock { $0.rows.map(\.entry) } }

    package func append(_ entry: HistoryEntry) throws(Problem) {
        state.withLock { $0.append(entry) }
    }

    package func restore(_ entries: [HistoryEntry]) throws(Problem) {
        state.withLock { state in for entry in entries { state.append(entry) } }
    }

    package func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] {
        Array(state.withLock { $0.rows }.filter(filter.matches).suffix(filter.limit))
    }

    package func tallies(after time: Date?) throws(Problem) -> [RunTally] {
        Dictionary(grouping: state.withLock { $0.rows }, by: \.entry.run)
            .compactMap { run, rows in
                guard let first = rows.first, let end = rows.last else { return nil }
                let last = rows.map(\.entry.time).max() ?? .distantPast
                return RunTally(run: run, steps: rows.count, last: last, range: first.sequence...end.sequence)
            }
            .filter { tally in time.map { tally.last > $0 } ?? true }
            .sorted { ($0.last, $0.range.upperBound) < ($1.last, $1.range.upperBound) }
    }

    package func firstBreak() throws(Problem) -> Problem? {
        var previous = try checkpoint()?.hash ?? HistoryCheckpoint.genesis
        for row in state.withLock({ $0.rows }) {
            guard row.hash == EntryTexts(row.entry).hash(at: row.sequence, after: previous) else {
                return Problem(.needsPerson, "memory: row \(row.sequence) of the history is not what was written")
            }
            previous = row.hash
        }
        return nil
    }

    package func checkpoint() throws(Problem) -> HistoryCheckpoint? { state.withLock { $0.checkpoint } }

    package func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem) {
        state.withLock { state in
            state.append(entry)
            state.checkpoint = HistoryCheckpoint(
                sequence: pruning.last.sequence, hash: pruning.last.hash, origin: state.checkpoint?.origin ?? "",
                before: pruning.before)
            state.rows.removeAll { $0.sequence <= pruning.last.sequence }
        }
    }

    /// Somebody takes the last rows away, or puts others in their place.
    package func replace(from sequence: Int, with entries: [HistoryEntry] = []) {
        state.withLock { state in
            state.rows.removeAll { $0.sequence >= sequence }
            for entry in entries { state.append(entry) }
        }
    }
}

extension HistoryFilter {
    fileprivate func matches(_ row: HistoryRow) -> Bool {
        let entry = row.entry
        let isEqual =
            (sequence == nil || sequence == row.sequence) && (run == nil || run == entry.run)
            && (workspace == nil || workspace == entry.workspace) && (action == nil || action == entry.action)
            && (status == nil || status == entry.status)
        return isEqual && (since.map { entry.time >= $0 } ?? true) && (until.map { entry.time <= $0 } ?? true)
            && (search.map { finds($0, in: entry) } ?? true)
    }

    private func finds(_ text: String, in entry: HistoryEntry) -> Bool {
        let texts = [entry.run, entry.action, entry.status, entry.workspace, entry.subject, entry.details.canonical]
        let fold = { (text: String) in String(String.UnicodeScalarView(text.unicodeScalars.map(Self.folded))) }
        return texts.contains { $0.map { fold($0).contains(fold(text)) } ?? false }
    }

    /// As SQLite's LIKE does it.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }
}
