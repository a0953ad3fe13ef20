import Domain
import Foundation
import GRDB
import HistoryAdapter
import TestSupport
import Testing

/// What somebody does to the file behind everyone's back, who may switch the triggers off but does not forge hashes.
@Suite("A change behind the history's back")
struct TamperingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.file("sphinx.db") }

    private static let columns = ["run", "time", "workspace", "action", "status", "subject", "details", "hash"]
    private static let rows = 5

    private func fill() throws {
        let history = try SQLiteHistory(path: path)
        for number in 1...Self.rows {
            try history.append(
                HistoryEntry(
                    run: "run-1", time: Date(timeIntervalSince1970: Double(number)), workspace: "web",
                    action: "apply", status: "done", subject: "ä-\(number)",
                    details: .object(["number": .integer(Int64(number)), "word": .string("ß\u{FFFD}")])))
        }
    }

    private func tamper(_ statements: [(sql: String, arguments: StatementArguments)]) throws {
        try DatabaseQueue(path: path).write { database in
            for trigger in ["step_is_never_changed", "step_is_never_deleted", "checkpoint_is_never_changed"] {
                try database.execute(sql: "DROP TRIGGER IF EXISTS \(trigger)")
            }
            for (sql, arguments) in statements { try database.execute(sql: sql, arguments: arguments) }
        }
    }

    private func firstBreak() throws -> String? { try SQLiteHistory(path: path).firstBreak()?.message }

    @Test("every byte of every column of every row counts", arguments: columns)
    func bytes(column: String) throws {
        try fill()
        for row in 1...Self.rows {
            let select = "SELECT CAST(\(column) AS BLOB) FROM step WHERE sequence = ?"
            let original = try #require(
                try DatabaseQueue(path: path).read { try Data.fetchOne($0, sql: select, arguments: [row]) })
            let update = "UPDATE step SET \(column) = CAST(? AS TEXT) WHERE sequence = ?"
            for changed in Self.changes(of: original) {
                try tamper([(update, [changed, row])])
                let message = try firstBreak()
                #expect(message == "\(path): row \(row) of the history is not what was written", "\(Array(changed))")
            }
            try tamper([(update, [original, row])])
            #expect(try firstBreak() == nil)
        }
    }

    /// One bit of each byte, one byte more and less, a zero behind the end, and nothing at all.
    private static func changes(of original: Data) -> [Data] {
        original.indices.map { index in
            var changed = original
            changed[index] ^= UInt8(1 << (index % 8))
            return changed
        } + [original + Data([0]), original + Data([0xFF]), original.dropLast(), Data()]
    }

    static let structural: [(String, [String], String)] = [
        ("a deleted row", ["DELETE FROM step WHERE sequence = 3"], "row 3 of the history is missing"),
        ("a deleted first row", ["DELETE FROM step WHERE sequence = 1"], "row 1 of the history is missing"),
        ("all rows deleted", ["DELETE FROM step"], "row 1 of the history is missing"),
        (
            "a reordered pair",
            [
                "UPDATE step SET sequence = 99 WHERE sequence = 2", "UPDATE step SET sequence = 2 WHERE sequence = 3",
                "UPDATE step SET sequence = 3 WHERE sequence = 99",
            ], "row 2 of the history is not what was written"
        ),
        (
            "a number out of the row", ["UPDATE step SET sequence = 7 WHERE sequence = 5"],
            "row 5 of the history is missing"
        ),
        (
            "a row that is there twice",
            [
                "INSERT INTO step SELECT 6, run, time, workspace, action, status, subject, details, hash FROM step WHERE sequence = 5"
            ],
            "row 6 of the history is not what was written"
        ),
        (
            "an empty text in place of none", ["UPDATE step SET workspace = NULL WHERE sequence = 4"],
            "row 4 of the history is not what was written"
        ),
        (
            "no checkpoint any more", ["DROP TRIGGER checkpoint_is_never_deleted", "DELETE FROM checkpoint"],
            "the first checkpoint of the history is missing"
        ),
        (
            "another history's origin", ["UPDATE checkpoint SET origin = 'x'"],
            "checkpoint 1 of the history is not what was written"
        ),
        (
            "a pruning that nobody signed off",
            [
                "INSERT INTO checkpoint SELECT 2, hash, (SELECT origin FROM checkpoint), '', 'x' FROM step WHERE sequence = 2",
                "DELETE FROM step WHERE sequence <= 2",
            ], "checkpoint 2 of the history is not what was written"
        ),
    ]

    @Test("rows that are gone, moved, doubled or cut are found", arguments: structural)
    func structure(name: String, statements: [String], message: String) throws {
        try fill()
        try tamper(statements.map { ($0, []) })
        #expect(try firstBreak() == "\(path): \(message)", "\(name)")
    }

    @Test("every column of a checkpoint counts", arguments: ["sequence", "step", "origin", "before", "hash"])
    func checkpoints(column: String) throws {
        try fill()
        let history = try SQLiteHistory(path: path)
        let row = try #require(try history.rows(HistoryFilter(sequence: 2)).first)
        let pruning = Pruning(last: row, before: Date(timeIntervalSince1970: 3), steps: 2)
        let entry = HistoryEntry(
            run: "p", time: Date(timeIntervalSince1970: 9), action: Pruning.action, status: Pruning.status,
            details: .object(pruning.details))
        try history.prune(pruning, signedOffBy: entry)
        #expect(try firstBreak() == nil)
        let value = column == "sequence" ? "sequence + 1" : "\(column) || 'x'"
        for (number, sequence) in [(1, 0), (2, 2)] {
            try FileManager.default.copyItem(atPath: path, toPath: "\(path).copy")
            try tamper([("UPDATE checkpoint SET \(column) = \(value) WHERE sequence = ?", [sequence])])
            #expect(try firstBreak() == "\(path): checkpoint \(number) of the history is not what was written")
            for file in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + file) }
            try FileManager.default.moveItem(atPath: "\(path).copy", toPath: path)
        }
    }

    @Test("a pruning with a right checkpoint and without a step that says so is found")
    func unsigned() throws {
        try fill()
        let history = try SQLiteHistory(path: path)
        let row = try #require(try history.rows(HistoryFilter(sequence: 2)).first)
        let entry = HistoryEntry(run: "p", time: Date(timeIntervalSince1970: 9), action: "apply", status: "done")
        try history.prune(
            Pruning(last: row, before: Date(timeIntervalSince1970: 3), steps: 2), signedOffBy: entry)
        #expect(try firstBreak() == "\(path): no row of the history says that the 2 before were pruned")
    }
}
