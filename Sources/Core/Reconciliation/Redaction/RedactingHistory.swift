import Domain
import Foundation

/// Records without secrets; names, keys and branches are what rows are found by, and stay.
///
/// What is restored was redacted where it was recorded first, and has to stay what it was.
struct RedactingHistory: History {
    let history: any History
    let secrets: KnownSecrets

    func append(_ entry: HistoryEntry) throws(Problem) { try history.append(redacted(entry)) }

    func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem) {
        try history.prune(pruning, signedOffBy: entry)
    }

    private func redacted(_ entry: HistoryEntry) -> HistoryEntry {
        let redactor = entry.workspace.map { secrets.redactor(for: $0) } ?? secrets.redactor
        return HistoryEntry(
            run: entry.run, time: entry.time, workspace: entry.workspace, action: entry.action,
            status: entry.status, subject: entry.subject, details: redactor.redact(entry.details))
    }

    func restore(_ entries: [HistoryEntry]) throws(Problem) { try history.restore(entries) }
    func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] { try history.rows(filter) }
    func tallies(after time: Date?) throws(Problem) -> [RunTally] { try history.tallies(after: time) }
    func firstBreak() throws(Problem) -> Problem? { try history.firstBreak() }
    func checkpoint() throws(Problem) -> HistoryCheckpoint? { try history.checkpoint() }
}
