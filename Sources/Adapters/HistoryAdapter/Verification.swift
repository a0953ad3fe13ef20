import Domain
import Foundation
import GRDB

/// Walks the chain from its checkpoint to its end.
struct Verification {
    let path: String

    func firstBreak(in database: Database) throws -> Problem? {
        let checkpoint: Checkpoint?
        switch try Checkpoint.verified(in: database) {
        case .success(let latest): checkpoint = latest
        case .failure(let broken): return problem("checkpoint \(broken.number) of the history is not what was written")
        }
        guard let checkpoint else {
            let isEmpty = try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM step)") ?? false
            return isEmpty ? nil : problem("the first checkpoint of the history is missing")
        }
        return try firstBreak(in: database, from: checkpoint)
    }

    private func firstBreak(in database: Database, from checkpoint: Checkpoint) throws -> Problem? {
        var (previous, expected) = (checkpoint.step, checkpoint.sequence + 1)
        var isSigned = checkpoint.sequence == 0
        let cursor = try GRDB.Row.fetchCursor(
            database,
            sql: """
                SELECT sequence, \(Bytes.columns(
                    "run", "time", "workspace", "action", "status", "subject", "details", "hash")) \
                FROM step ORDER BY sequence
                """)
        while let row = try cursor.next() {
            guard row["sequence"] == expected else { return problem("row \(expected) of the history is missing") }
            guard let texts = Self.texts(row), let hash = Bytes.text(row, "hash"),
                hash == texts.hash(at: expected, after: previous), expected > 1 || hash == checkpoint.origin
            else { return problem("row \(expected) of the history is not what was written") }
            isSigned = isSigned || Self.signs(texts, checkpoint.value)
            previous = hash
            expected += 1
        }
        if expected == checkpoint.sequence + 1 { return problem("row \(expected) of the history is missing") }
        return isSigned ? nil : problem("no row of the history says that the \(checkpoint.sequence) before were pruned")
    }

    private static func texts(_ row: GRDB.Row) -> EntryTexts? {
        let (workspace, subject) = (Bytes.text(row, "workspace"), Bytes.text(row, "subject"))
        guard let run = Bytes.text(row, "run"), let time = Bytes.text(row, "time"),
            let action = Bytes.text(row, "action"), let status = Bytes.text(row, "status"),
            let details = Bytes.text(row, "details"),
            row.hasNull(atIndex: 3) == (workspace == nil), row.hasNull(atIndex: 6) == (subject == nil)
        else { return nil }
        return EntryTexts(
            run: run, time: time, workspace: workspace, action: action, status: status, subject: subject,
            details: details)
    }

    private static func signs(_ texts: EntryTexts, _ checkpoint: HistoryCheckpoint) -> Bool {
        guard texts.action == Pruning.action,
            let details = try? JSONDecoder().decode(JSONValue.self, from: Data(texts.details.utf8))
        else { return false }
        return checkpoint.isSigned(
            by: HistoryEntry(
                run: texts.run, time: .distantPast, action: texts.action, status: texts.status, details: details))
    }

    private func problem(_ sentence: String) -> Problem { Problem(.needsPerson, "\(path): \(sentence)") }
}
