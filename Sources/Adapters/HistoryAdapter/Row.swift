import Domain
import Foundation
import GRDB

/// A row of the table of steps, as texts.
struct Row {
    let sequence: Int
    let texts: EntryTexts
    let hash: String

    // MARK: Writing

    static func append(_ entry: HistoryEntry, to database: Database) throws {
        let last = try GRDB.Row.fetchOne(
            database, sql: "SELECT sequence, hash FROM step ORDER BY sequence DESC LIMIT 1")
        let sequence = (last?["sequence"] ?? 0) + 1
        let texts = EntryTexts(entry)
        let hash = texts.hash(at: sequence, after: last?["hash"] ?? HistoryCheckpoint.genesis)
        if last == nil { try Checkpoint.begin(at: hash, in: database) }
        try Row(sequence: sequence, texts: texts, hash: hash).insert(into: database)
    }

    private init(sequence: Int, texts: EntryTexts, hash: String) {
        self.sequence = sequence
        self.texts = texts
        self.hash = hash
    }

    private func insert(into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                sequence, texts.run, texts.time, texts.workspace, texts.action, texts.status, texts.subject,
                texts.details, hash,
            ])
    }

    // MARK: Reading

    private init(_ row: GRDB.Row) {
        sequence = row["sequence"]
        texts = EntryTexts(
            run: row["run"], time: row["time"], workspace: row["workspace"], action: row["action"],
            status: row["status"], subject: row["subject"], details: row["details"])
        hash = row["hash"]
    }

    static func rows(_ filter: HistoryFilter, in database: Database) throws -> [HistoryRow] {
        let conditions = filter.conditions
        let clause = conditions.isEmpty ? "" : "WHERE " + conditions.map(\.sql).joined(separator: " AND ")
        let rows = try GRDB.Row.fetchAll(
            database, sql: "SELECT * FROM step \(clause) ORDER BY sequence DESC LIMIT ?",
            arguments: StatementArguments(conditions.map(\.value)) + [max(0, filter.limit)])
        return rows.reversed().map { Row($0).row }
    }

    static func tallies(after time: Date?, in database: Database) throws -> [RunTally] {
        let rows = try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT run, count(*) AS steps, max(time) AS last, min(sequence) AS first, max(sequence) AS end \
                FROM step GROUP BY run HAVING last > ? ORDER BY last, end
                """, arguments: [time.map(EntryTexts.time) ?? ""])
        return rows.map { row in
            RunTally(
                run: row["run"], steps: row["steps"], last: EntryTexts.date(row["last"]) ?? .distantPast,
                range: row["first"]...row["end"])
        }
    }

    private var row: HistoryRow {
        let parsed = try? JSONDecoder().decode(JSONValue.self, from: Data(texts.details.utf8))
        return HistoryRow(
            sequence: sequence,
            entry: HistoryEntry(
                run: texts.run, time: EntryTexts.date(texts.time) ?? .distantPast, workspace: texts.workspace,
                action: texts.action, status: texts.status, subject: texts.subject,
                details: parsed ?? .string(texts.details)),
            hash: hash)
    }
}

extension HistoryFilter {
    fileprivate var conditions: [(sql: String, value: DatabaseValue)] {
        let texts: [(String, String?)] = [
            ("run = ?", run), ("workspace = ?", workspace), ("action = ?", action), ("status = ?", status),
            ("time >= ?", since.map(EntryTexts.time)), ("time <= ?", until.map(EntryTexts.time)),
            (Self.anywhere, search.map(Self.pattern)),
        ]
        let number = sequence.map { ("sequence = ?", $0.databaseValue) }
        return texts.compactMap { sql, value in value.map { (sql, $0.databaseValue) } } + (number.map { [$0] } ?? [])
    }

    private static let anywhere = """
        run || char(10) || action || char(10) || status || char(10) || coalesce(workspace, '') || char(10) \
        || coalesce(subject, '') || char(10) || details LIKE ? ESCAPE '\\'
        """

    private static func pattern(_ text: String) -> String {
        "%\(text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_"))%"
    }
}
