import Domain
import Foundation
import GRDB

/// A row of the table, as texts: what is hashed is what is stored.
struct Row {
    /// What the first row is chained to.
    private static let genesis = "sphinx history 1"

    let sequence: Int
    let run: String
    let time: String
    let workspace: String?
    let action: String
    let status: String
    let subject: String?
    let details: String
    let hash: String

    // MARK: Writing

    static func append(_ entry: HistoryEntry, to database: Database) throws {
        let last = try GRDB.Row.fetchOne(
            database, sql: "SELECT sequence, hash FROM step ORDER BY sequence DESC LIMIT 1")
        let row = Row(entry, sequence: (last?["sequence"] ?? 0) + 1, after: last?["hash"] ?? genesis)
        try database.execute(
            sql: "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                row.sequence, row.run, row.time, row.workspace, row.action, row.status, row.subject, row.details,
                row.hash,
            ])
    }

    private init(_ entry: HistoryEntry, sequence: Int, after previous: String) {
        self.sequence = sequence
        run = entry.run
        time = Self.text(entry.time)
        workspace = entry.workspace
        action = entry.action
        status = entry.status
        subject = entry.subject
        details = entry.details.canonical
        hash = Self.hash(
            sequence, run, time, workspace, action, status, subject, details, after: previous)
    }

    /// Nil differs from an empty text.
    private static func hash(
        _ sequence: Int, _ run: String, _ time: String, _ workspace: String?, _ action: String, _ status: String,
        _ subject: String?, _ details: String, after previous: String
    ) -> String {
        Digest(of: [
            previous, String(sequence), run, time, workspace.map { "=\($0)" } ?? "", action, status,
            subject.map { "=\($0)" } ?? "", details,
        ]).hex
    }

    static func text(_ time: Date) -> String {
        time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    // MARK: Reading

    private init(_ row: GRDB.Row) {
        sequence = row["sequence"]
        run = row["run"]
        time = row["time"]
        workspace = row["workspace"]
        action = row["action"]
        status = row["status"]
        subject = row["subject"]
        details = row["details"]
        hash = row["hash"]
    }

    static func rows(_ filter: HistoryFilter, in database: Database) throws -> [HistoryRow] {
        let conditions: [(String, String?)] = [
            ("run = ?", filter.run), ("workspace = ?", filter.workspace), ("action = ?", filter.action),
            ("status = ?", filter.status), ("time >= ?", filter.since.map(text)), ("time <= ?", filter.until.map(text)),
        ]
        let set = conditions.compactMap { condition, value in value.map { (condition, $0) } }
        let clause = set.isEmpty ? "" : "WHERE " + set.map(\.0).joined(separator: " AND ")
        let rows = try GRDB.Row.fetchAll(
            database, sql: "SELECT * FROM step \(clause) ORDER BY sequence DESC LIMIT ?",
            arguments: StatementArguments(set.map(\.1)) + [max(0, filter.limit)])
        return rows.reversed().map { Row($0).row }
    }

    private var row: HistoryRow {
        let parsed = try? JSONDecoder().decode(JSONValue.self, from: Data(details.utf8))
        let date = try? Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return HistoryRow(
            sequence: sequence,
            entry: HistoryEntry(
                run: run, time: date ?? .distantPast, workspace: workspace, action: action, status: status,
                subject: subject, details: parsed ?? .string(details)),
            hash: hash)
    }

    // MARK: Verifying

    static func firstBreak(in database: Database, path: String) throws -> Problem? {
        var previous = genesis
        var expected = 1
        let cursor = try GRDB.Row.fetchCursor(database, sql: "SELECT * FROM step ORDER BY sequence")
        while let next = try cursor.next() {
            let row = Row(next)
            guard row.sequence == expected else {
                return Problem(.needsPerson, "\(path): row \(expected) of the history is missing")
            }
            let hash = hash(
                row.sequence, row.run, row.time, row.workspace, row.action, row.status, row.subject, row.details,
                after: previous)
            guard hash == row.hash else {
                return Problem(.needsPerson, "\(path): row \(expected) of the history is not what was written")
            }
            previous = row.hash
            expected += 1
        }
        return nil
    }
}
