import Domain
import Foundation
import GRDB
import HistoryAdapter
import TestSupport
import Testing

@Suite("The history")
struct SQLiteHistoryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.file("sphinx.db") }

    private static func entry(_ number: Int, workspace: String? = "web", action: String = "apply") -> HistoryEntry {
        HistoryEntry(
            run: "run-\(number % 2)", time: Date(timeIntervalSince1970: 1_000 + Double(number)), workspace: workspace,
            action: action, status: "done", subject: number % 3 == 0 ? nil : "key-\(number)",
            details: .object(["number": .integer(Int64(number)), "text": .string("ä\"")]))
    }

    static let kinds = ["memory", "sqlite"]

    private func history(_ kind: String) throws -> any History {
        kind == "memory" ? MemoryHistory() : try SQLiteHistory(path: path)
    }

    @Test("gives back what was written, oldest first, through every filter", arguments: kinds)
    func contract(kind: String) throws {
        let history = try history(kind)
        for number in 1...10 {
            try history.append(
                Self.entry(number, workspace: number > 5 ? "db" : nil, action: number == 7 ? "lock" : "apply"))
        }
        let all = try history.rows(HistoryFilter())
        #expect(
            all.map(\.sequence) == Array(1...10)
                && all.map(\.entry)
                    == (1...10).map {
                        Self.entry($0, workspace: $0 > 5 ? "db" : nil, action: $0 == 7 ? "lock" : "apply")
                    }
        )
        let cases: [(HistoryFilter, [Int])] = [
            (HistoryFilter(run: "run-1"), [1, 3, 5, 7, 9]), (HistoryFilter(workspace: "db"), [6, 7, 8, 9, 10]),
            (HistoryFilter(action: "lock"), [7]), (HistoryFilter(status: "failed"), []),
            (HistoryFilter(limit: 3), [8, 9, 10]), (HistoryFilter(sequence: 4), [4]),
            (HistoryFilter(search: "KEY-1"), [1, 10]), (HistoryFilter(search: "run-0"), [2, 4, 6, 8, 10]),
            (HistoryFilter(search: "\"number\":7"), [7]), (HistoryFilter(search: "%"), []),
            (HistoryFilter(search: "key_1"), []), (HistoryFilter(search: "ä"), Array(1...10)),
            (HistoryFilter(workspace: "db", search: "lock"), [7]),
            (
                HistoryFilter(since: Date(timeIntervalSince1970: 1_004), until: Date(timeIntervalSince1970: 1_006)),
                [4, 5, 6]
            ),
        ]
        for (filter, expected) in cases { #expect(try history.rows(filter).map(\.sequence) == expected) }
        #expect(try history.firstBreak() == nil)
    }

    @Test("survives being closed and opened, and is written with full care")
    func reopened() throws {
        try SQLiteHistory(path: path).append(Self.entry(1))
        let history = try SQLiteHistory(path: path)
        try history.append(Self.entry(2))
        #expect(try history.rows(HistoryFilter()).count == 2 && history.firstBreak() == nil)
        #expect(try history.synchronous() == 2)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test(
        "SQLite itself refuses to change or delete a step",
        arguments: ["UPDATE step SET status = 'x'", "DELETE FROM step"])
    func appendOnly(sql: String) throws {
        try SQLiteHistory(path: path).append(Self.entry(1))
        let queue = try DatabaseQueue(path: path)
        do {
            try queue.write { try $0.execute(sql: sql) }
            Issue.record("the step was changed")
        } catch let error as DatabaseError {
            #expect(error.message == "the history is append-only")
        }
    }

    static let forgeries = [
        "UPDATE step SET run = 'x' WHERE sequence = 2",
        "UPDATE step SET time = '1970-01-01T00:16:42.001Z' WHERE sequence = 2",
        "UPDATE step SET workspace = NULL WHERE sequence = 2", "UPDATE step SET action = 'applx' WHERE sequence = 2",
        "UPDATE step SET status = '' WHERE sequence = 2", "UPDATE step SET subject = '' WHERE sequence = 2",
        "UPDATE step SET details = '{}' WHERE sequence = 2", "UPDATE step SET hash = 'x' WHERE sequence = 2",
        "DELETE FROM step WHERE sequence = 2",
        "UPDATE step SET sequence = 9 WHERE sequence = 2; UPDATE step SET sequence = 2 WHERE sequence = 3; UPDATE step SET sequence = 3 WHERE sequence = 9",
    ]

    @Test("any change behind its back is found", arguments: forgeries)
    func forged(sql: String) throws {
        let history = try SQLiteHistory(path: path)
        for number in 1...4 { try history.append(Self.entry(number)) }
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: "DROP TRIGGER step_is_never_changed; DROP TRIGGER step_is_never_deleted; \(sql)")
        }
        let message = try #require(try SQLiteHistory(path: path).firstBreak()).message
        #expect(
            message
                == "\(path): row 2 of the history is \(sql.hasPrefix("DELETE") ? "missing" : "not what was written")")
    }

    @Test("two connections append at once, and the chain holds")
    func twoWriters() async throws {
        _ = try SQLiteHistory(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                let history = try SQLiteHistory(path: path)
                group.addTask { for number in 0..<100 { try history.append(Self.entry(writer * 100 + number)) } }
            }
            try await group.waitForAll()
        }
        let history = try SQLiteHistory(path: path)
        #expect(
            try history.rows(HistoryFilter(limit: 1_000)).map(\.sequence) == Array(1...200)
                && history.firstBreak() == nil)
    }

    @Test("a file that cannot be used is named with the reason")
    func unusable() throws {
        try folder.write("this is no database, but long enough to be looked at as one by the library", to: "text.db")
        let cases = [
            (
                folder.file("none/sphinx.db"),
                "the folder of the history \(folder.file("none/sphinx.db")) does not exist"
            ),
            (folder.file("text.db"), "\(folder.file("text.db")) is not an SQLite database"),
        ]
        for (path, message) in cases {
            do {
                _ = try SQLiteHistory(path: path)
                Issue.record("it was opened")
            } catch {
                #expect(error.message == message && error.hint == "SQLITE_DB_PATH names the file")
            }
        }
    }
}
