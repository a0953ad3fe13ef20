import Domain
import Foundation
import GRDB

/// Where the chain began, and where every pruning let it begin anew; chained like the steps.
struct Checkpoint {
    private static let genesis = "sphinx checkpoint 1"

    /// The last step that is gone; 0 at the beginning.
    let sequence: Int
    let step: String
    let origin: String
    let before: String
    let hash: String

    private init(sequence: Int, step: String, origin: String, before: String, hash: String) {
        self.sequence = sequence
        self.step = step
        self.origin = origin
        self.before = before
        self.hash = hash
    }

    // MARK: Writing

    static func begin(at origin: String, in database: Database) throws {
        try insert(.beginning(origin), into: database)
    }

    static func insert(_ checkpoint: HistoryCheckpoint, into database: Database) throws {
        let before = checkpoint.before.map(EntryTexts.time) ?? ""
        let last = try String.fetchOne(database, sql: "SELECT hash FROM checkpoint ORDER BY sequence DESC LIMIT 1")
        let hash = hash(
            checkpoint.sequence, checkpoint.hash, checkpoint.origin, before, after: last ?? genesis)
        try database.execute(
            sql: "INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?)",
            arguments: [checkpoint.sequence, checkpoint.hash, checkpoint.origin, before, hash])
    }

    private static func hash(
        _ sequence: Int, _ step: String, _ origin: String, _ before: String, after previous: String
    ) -> String {
        Digest(of: [previous, String(sequence), step, origin, before]).hex
    }

    // MARK: Reading

    static func latest(in database: Database) throws -> HistoryCheckpoint? {
        let row = try GRDB.Row.fetchOne(database, sql: "SELECT * FROM checkpoint ORDER BY sequence DESC LIMIT 1")
        return row.map { row in
            HistoryCheckpoint(
                sequence: row["sequence"], hash: row["step"], origin: row["origin"],
                before: EntryTexts.date(row["before"]))
        }
    }

    /// The latest one that holds, or the number of the first one that does not.
    static func verified(in database: Database) throws -> Result<Checkpoint?, Broken> {
        var latest: Checkpoint?
        let rows = try GRDB.Row.fetchAll(
            database, sql: "SELECT sequence, \(Bytes.columns("step", "origin", "before", "hash")) FROM checkpoint")
        for (index, row) in rows.enumerated() {
            guard let step = Bytes.text(row, "step"), let origin = Bytes.text(row, "origin"),
                let before = Bytes.text(row, "before"), let hash = Bytes.text(row, "hash"),
                hash
                    == Self.hash(row["sequence"], step, origin, before, after: latest?.hash ?? genesis),
                latest.map({ $0.origin == origin }) ?? (row["sequence"] == 0)
            else { return .failure(Broken(number: index + 1)) }
            latest = Checkpoint(sequence: row["sequence"], step: step, origin: origin, before: before, hash: hash)
        }
        return .success(latest)
    }

    struct Broken: Error {
        let number: Int
    }

    var value: HistoryCheckpoint {
        HistoryCheckpoint(sequence: sequence, hash: step, origin: origin, before: EntryTexts.date(before))
    }
}

/// Texts as their bytes, so that nothing that a database may hold is read as something else.
enum Bytes {
    static func columns(_ names: String...) -> String {
        names.map { "CAST(\($0) AS BLOB) AS \($0)" }.joined(separator: ", ")
    }

    /// Nil for what is no UTF-8.
    static func text(_ row: GRDB.Row, _ column: String) -> String? {
        let bytes: Data? = row[column]
        return bytes.flatMap { String(validating: $0, as: UTF8.self) }
    }
}
