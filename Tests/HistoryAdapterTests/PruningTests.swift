import Domain
import Foundation
import GRDB
import HistoryAdapter
import TestSupport
import Testing

@Suite("A history that is restored and pruned")
struct PruningTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.file("sphinx.db") }

    private func history(_ kind: String) throws -> any History {
        kind == "memory" ? MemoryHistory() : try SQLiteHistory(path: path)
    }

    static func entry(_ number: Int) -> HistoryEntry {
        HistoryEntry(
            run: "run-\((number - 1) / 3 + 1)", time: Date(timeIntervalSince1970: Double(number) + 0.123),
            action: "apply", status: "done", details: .object(["secretive": .string("word-\(number)")]))
    }

    private func pruned(_ history: any History, through sequence: Int, at number: Int = 10) throws {
        let row = try #require(try history.rows(HistoryFilter(sequence: sequence)).first)
        let first = try #require(try history.rows(HistoryFilter(limit: .max)).first).sequence
        let pruning = Pruning(
            last: row, before: Date(timeIntervalSince1970: Double(sequence) + 1), steps: sequence - first + 1)
        try history.prune(
            pruning,
            signedOffBy: HistoryEntry(
                run: "prune-\(number)", time: Date(timeIntervalSince1970: Double(number)), action: Pruning.action,
                status: Pruning.status, details: .object(pruning.details)))
    }

    @Test("tallies its runs, and restores many steps at once", arguments: SQLiteHistoryTests.kinds)
    func tallies(kind: String) throws {
        let history = try history(kind)
        #expect(try history.checkpoint() == nil && history.tallies(after: nil).isEmpty)
        try history.restore((1...7).map(Self.entry))
        let tallies = try history.tallies(after: nil)
        #expect(tallies.map(\.run) == ["run-1", "run-2", "run-3"] && tallies.map(\.steps) == [3, 3, 1])
        #expect(tallies[0].last == Date(timeIntervalSince1970: 3.123) && tallies.map(\.range) == [1...3, 4...6, 7...7])
        #expect(try history.tallies(after: tallies[0].last).map(\.run) == ["run-2", "run-3"])
        let first = try #require(try history.rows(HistoryFilter(sequence: 1)).first)
        #expect(try history.checkpoint() == .beginning(first.hash) && history.firstBreak() == nil)
        #expect(try history.rows(HistoryFilter()).map(\.entry) == (1...7).map(Self.entry))
    }

    @Test("is pruned twice, keeps its origin and its chain, and goes on", arguments: SQLiteHistoryTests.kinds)
    func pruning(kind: String) throws {
        let history = try history(kind)
        try history.restore((1...9).map(Self.entry))
        let rows = try history.rows(HistoryFilter())
        try pruned(history, through: 3)
        #expect(try history.rows(HistoryFilter()).map(\.sequence) == Array(4...10))
        try pruned(history, through: 6, at: 11)
        try history.append(Self.entry(20))
        #expect(try history.rows(HistoryFilter()).map(\.sequence) == Array(7...12) && history.firstBreak() == nil)
        #expect(
            try history.checkpoint()
                == HistoryCheckpoint(
                    sequence: 6, hash: rows[5].hash, origin: rows[0].hash, before: Date(timeIntervalSince1970: 7)))
    }

    @Test("keeps no byte of what was pruned, in no file")
    func forgotten() throws {
        let history = try SQLiteHistory(path: path)
        try history.restore((1...9).map(Self.entry))
        try pruned(history, through: 6)
        let bytes = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().reduce(into: "") {
            $0 += String(decoding: try Data(contentsOf: URL(filePath: folder.file($1))), as: UTF8.self)
        }
        #expect(bytes.contains("word-7") && !bytes.contains("word-6") && !bytes.contains("word-1"))
    }

    @Test("refuses to prune what another process has pruned")
    func raced() throws {
        let history = try SQLiteHistory(path: path)
        try history.restore((1...9).map(Self.entry))
        let row = try #require(try history.rows(HistoryFilter(sequence: 3)).first)
        try pruned(history, through: 6)
        let entry = HistoryEntry(run: "r", time: Date(timeIntervalSince1970: 0), action: "history", status: "pruned")
        #expect(
            throws: Problem(.passing, "the history \(path) was pruned by another process at the same moment")
        ) {
            try history.prune(
                Pruning(last: row, before: Date(timeIntervalSince1970: 5), steps: 3), signedOffBy: entry)
        }
        #expect(try history.firstBreak() == nil && history.rows(HistoryFilter()).count == 4)
    }

    @Test("SQLite refuses to delete what no checkpoint covers, and to touch a checkpoint")
    func triggers() throws {
        let history = try SQLiteHistory(path: path)
        try history.restore((1...9).map(Self.entry))
        try pruned(history, through: 3)
        for sql in [
            "DELETE FROM step WHERE sequence = 4", "DELETE FROM checkpoint", "UPDATE checkpoint SET step = 'x'",
        ] {
            do {
                try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
                Issue.record("\(sql) was done")
            } catch let error as DatabaseError {
                #expect(error.message == "the history is append-only")
            }
        }
    }

    @Test("a file of the earlier schema is verified, goes on, and is pruned")
    func migrated() throws {
        try earlier([Self.entry(1), Self.entry(2), Self.entry(3)])
        let history = try SQLiteHistory(path: path)
        let rows = try history.rows(HistoryFilter())
        #expect(rows.map(\.entry) == (1...3).map(Self.entry) && rows.last?.sequence == 3)
        #expect(try history.firstBreak() == nil && history.checkpoint() == .beginning(rows[0].hash))
        try history.append(Self.entry(4))
        try pruned(history, through: 3)
        #expect(try history.firstBreak() == nil && history.rows(HistoryFilter()).map(\.sequence) == [4, 5])
    }

    /// What the first version of the schema left.
    private func earlier(_ entries: [HistoryEntry]) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 steps") { database in
            try database.execute(
                sql: """
                    CREATE TABLE step (
                        sequence INTEGER PRIMARY KEY NOT NULL, run TEXT NOT NULL, time TEXT NOT NULL, workspace TEXT,
                        action TEXT NOT NULL, status TEXT NOT NULL, subject TEXT, details TEXT NOT NULL,
                        hash TEXT NOT NULL
                    ) STRICT;
                    CREATE TRIGGER step_is_never_deleted BEFORE DELETE ON step
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    """)
            var previous = "sphinx history 1"
            for (index, entry) in entries.enumerated() {
                let texts = EntryTexts(entry)
                previous = texts.hash(at: index + 1, after: previous)
                try database.execute(
                    sql: "INSERT INTO step VALUES (?, ?, ?, NULL, ?, ?, NULL, ?, ?)",
                    arguments: [
                        index + 1, texts.run, texts.time, texts.action, texts.status, texts.details, previous,
                    ])
            }
        }
        try migrator.migrate(DatabaseQueue(path: path))
    }

    @Test(
        "a time is written as it was read, for every millisecond of a second and before 1970",
        arguments: [1_764_000_000, 0, -86_400] as [Double])
    func times(second: Double) throws {
        for milliseconds in 0..<1_000 {
            let digits = String(milliseconds)
            let rest = String(repeating: "0", count: 3 - digits.count) + digits
            let text = EntryTexts.time(Date(timeIntervalSince1970: second + Double(milliseconds) / 1_000))
            #expect(text.hasSuffix(".\(rest)Z"))
            #expect(EntryTexts.date(text).map(EntryTexts.time) == text)
        }
    }
}
