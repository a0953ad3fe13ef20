import Domain
import Foundation
import GRDB
import HistoryAdapter
import TestSupport
import Testing

@testable import Reconciliation

/// A real file against a real remote: what was done to either of them, and what is said of it.
@Suite("History verify")
struct HistoryVerifyTests {
    /// Runs `run-1` to `run-3` of three steps each were shared; `run-4` of two was not.
    private static func stage() async throws -> LoopStage {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        for number in 1...3 {
            try stage.note("run-\(number)", 3, in: try stage.world())
            try await HistoryPublisher(world: try stage.world(), settings: stage.settings()).publish()
        }
        try stage.note("run-4", in: try stage.world())
        return stage
    }

    private static let columns = ["run", "time", "workspace", "action", "status", "subject", "details", "hash"]

    @Test("finds a changed byte in any column of any row, shared or not", arguments: columns)
    func bytes(column: String) async throws {
        let stage = try await Self.stage()
        #expect(try await stage.audit() == nil)
        for row in 1...11 {
            let select = "SELECT CAST(\(column) AS BLOB) FROM step WHERE sequence = ?"
            let queue = try DatabaseQueue(path: stage.folder.file("sphinx.db"))
            let original = try #require(try await queue.read { try Data.fetchOne($0, sql: select, arguments: [row]) })
            for place in Set([original.startIndex, original.endIndex - 1, original.count / 2]) {
                var changed = original
                changed[place] ^= 1
                try Self.set(changed, column, row, in: stage)
                let found = try await stage.audit()
                #expect(
                    found == "\(stage.folder.file("sphinx.db")): row \(row) of the history is not what was written")
            }
            try Self.set(original, column, row, in: stage)
        }
        #expect(try await stage.audit() == nil)
    }

    private static func set(_ value: Data, _ column: String, _ row: Int, in stage: LoopStage) throws {
        try stage.tamper([])
        try DatabaseQueue(path: stage.folder.file("sphinx.db")).write { database in
            try database.execute(
                sql: "UPDATE step SET \(column) = CAST(? AS TEXT) WHERE sequence = ?", arguments: [value, row])
        }
    }

    /// What was done to the file with SQL, and what is said of it; FILE stands for its path.
    static let statements: [(String, [String], String?)] = [
        ("a deleted row", ["DELETE FROM step WHERE sequence = 4"], "FILE: row 4 of the history is missing"),
        ("the first row deleted", ["DELETE FROM step WHERE sequence = 1"], "FILE: row 1 of the history is missing"),
        ("all rows deleted", ["DELETE FROM step"], "FILE: row 1 of the history is missing"),
        (
            "a reordered pair",
            [
                "UPDATE step SET sequence = 99 WHERE sequence = 6", "UPDATE step SET sequence = 6 WHERE sequence = 7",
                "UPDATE step SET sequence = 7 WHERE sequence = 99",
            ], "FILE: row 6 of the history is not what was written"
        ),
        (
            "a tail cut off within a run", ["DELETE FROM step WHERE sequence >= 9"],
            "row 9 of the history is missing, and refs/sphinx/history has it"
        ),
        (
            "a tail of whole runs", ["DELETE FROM step WHERE sequence >= 4"],
            "row 4 of the history is missing, and refs/sphinx/history has it"
        ),
        (
            "all but the first row cut off", ["DELETE FROM step WHERE sequence >= 2"],
            "row 2 of the history is missing, and refs/sphinx/history has it"
        ),
        ("a tail that nobody shared yet", ["DELETE FROM step WHERE sequence >= 11"], nil),
    ]

    @Test("finds rows that are gone, moved or cut off, up to the last one that was shared", arguments: statements)
    func structure(name: String, statements: [String], message: String?) async throws {
        let stage = try await Self.stage()
        try stage.tamper(statements)
        let found = try await stage.audit()
        #expect(
            found == message?.replacing("FILE", with: stage.folder.file("sphinx.db")), "\(name)")
    }

    @Test("finds a tail that was written anew, with all hashes forged")
    func rewritten() async throws {
        let stage = try await Self.stage()
        try stage.tamper(["DELETE FROM step WHERE sequence >= 8"])
        try stage.note("run-3", 2, in: try stage.world())
        try stage.note("run-5", 4, in: try stage.world())
        let found = try await stage.audit()
        #expect(found == "row 9 of the history is not what refs/sphinx/history has")
    }

    @Test("finds copies of the file that went on apart, and holds once each has pulled what the other shared")
    func copies() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        for job in ["a", "b"] { try await stage.clone(job) }
        try stage.note("run-1", in: try stage.world(of: "a"))
        try DatabaseQueue(path: stage.folder.file("a.db")).backup(to: DatabaseQueue(path: stage.folder.file("b.db")))
        let jobs = [try stage.world(of: "a"), try stage.world(of: "b")]
        for (number, job) in jobs.enumerated() {
            try stage.note("run-\(number + 2)", in: job)
            try await HistoryPublisher(world: job, settings: stage.settings()).publish()
        }
        for job in jobs {
            let found = try await stage.audit(job)
            #expect(found == "row 3 of the history is not what refs/sphinx/history has")
            #expect(try await HistoryPull(world: job, settings: stage.settings()).pull().steps == 2)
            let mended = try await stage.audit(job)
            #expect(mended == nil)
        }
        #expect(try await stage.sharedRuns() == ["run-1", "run-2", "run-3"])
    }

    @Test("finds an older copy of the file, which a pull completes")
    func olderCopy() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        try stage.note("run-1", in: try stage.world())
        try DatabaseQueue(path: stage.folder.file("sphinx.db")).backup(
            to: DatabaseQueue(path: stage.folder.file("older.db")))
        try stage.note("run-2", in: try stage.world())
        try await HistoryPublisher(world: try stage.world(), settings: stage.settings()).publish()
        let world = try stage.world(history: SQLiteHistory(path: stage.folder.file("older.db")))
        let found = try await stage.audit(world)
        #expect(
            found == "row 3 of the history is missing, and refs/sphinx/history has it")
        _ = try await HistoryPull(world: world, settings: stage.settings()).pull()
        let completed = try await stage.audit(world)
        #expect(completed == nil)
    }

    @Test("finds steps of a pulled run that are gone again, with the hashes forged")
    func pulled() async throws {
        let stage = try await Self.stage()
        try await stage.clone("b")
        let b = try stage.world(of: "b")
        _ = try await HistoryPull(world: b, settings: stage.settings()).pull()
        #expect(try await stage.audit(b) == nil)
        try stage.tamper(["DELETE FROM step WHERE sequence >= 10"], with: "b.db")
        let found = try await stage.audit(b)
        #expect(
            found
                == "1 step of the run run-3 is in refs/sphinx/history, and missing or changed in the history")
    }

    /// What somebody pushes in the place of the shared history: a path, and its text from what it was.
    static let pushes: [(String, String, @Sendable (String) -> String?, String)] = [
        (
            "a changed word", "steps/2025-11-24/00000002-run-2.jsonl", { $0.replacing("run-2-1", with: "run-2-9") },
            "refs/sphinx/history: steps/2025-11-24/00000002-run-2.jsonl is not what was written"
        ),
        (
            "a line less", "steps/2025-11-24/00000003-run-3.jsonl",
            { $0.split(separator: "\n").dropLast().joined(separator: "\n") + "\n" },
            "refs/sphinx/history: steps/2025-11-24/00000003-run-3.jsonl is not what was written"
        ),
        (
            "a file less", "steps/2025-11-24/00000002-run-2.jsonl", { _ in nil },
            "refs/sphinx/history: file 2 is missing"
        ),
        (
            "a file more", "notes.txt", { _ in "hello\n" },
            "refs/sphinx/history holds notes.txt, which Sphinx did not put there"
        ),
        (
            "no text at all", "steps/2025-11-24/00000001-run-1.jsonl", { _ in "nonsense\n" },
            "steps/2025-11-24/00000001-run-1.jsonl of the shared history is not what Sphinx wrote"
        ),
    ]

    @Test("finds what somebody pushed over the shared history", arguments: pushes)
    func remote(
        name: String, path: String, change: @Sendable (String) -> String?, message: String
    ) async throws {
        let stage = try await Self.stage()
        let clone = stage.folder.file("forger")
        try await Shell.git("clone", "-q", stage.remote, clone)
        try await Shell.git("fetch", "-q", "origin", LoopStage.historyRef, in: clone)
        try await Shell.git("checkout", "-q", "FETCH_HEAD", in: clone)
        let old = (try? stage.folder.read("forger/\(path)")) ?? ""
        if let text = change(old) {
            try stage.folder.write(text, to: "forger/\(path)")
        } else {
            try FileManager.default.removeItem(atPath: stage.folder.file("forger/\(path)"))
        }
        try await Shell.git("add", "-A", in: clone)
        try await Shell.git("commit", "-q", "-m", "Forge", in: clone)
        try await Shell.git("push", "-q", "-f", "origin", "HEAD:\(LoopStage.historyRef)", in: clone)
        let found = try await stage.audit()
        #expect(found == message, "\(name)")
    }
}
