package import Domain
package import Foundation
import GRDB

/// The history in one SQLite file: append-only, every row chained to the one before by its hash.
package final class SQLiteHistory: History {
    private let queue: DatabaseQueue
    private let path: String

    /// Opens or makes the file, and brings an older one to the present schema.
    package init(path: String) throws(Problem) {
        self.path = path
        do {
            try Self.createPrivately(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.journalMode = .wal
            queue = try DatabaseQueue(path: path, configuration: configuration)
            // GRDB sets NORMAL when it turns the journal to WAL, so that it is set after the opening.
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try Schema.migrator.migrate(queue)
            let isNewer = try queue.read { try Schema.migrator.hasBeenSuperseded($0) }
            guard !isNewer else { throw Superseded() }
        } catch {
            throw Self.problem(error, path)
        }
    }

    package func append(_ entry: HistoryEntry) throws(Problem) {
        try write { try Row.append(entry, to: $0) }
    }

    package func restore(_ entries: [HistoryEntry]) throws(Problem) {
        try write { database in
            for entry in entries { try Row.append(entry, to: database) }
        }
    }

    package func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] {
        try read { try Row.rows(filter, in: $0) }
    }

    package func tallies(after time: Date?) throws(Problem) -> [RunTally] {
        try read { try Row.tallies(after: time, in: $0) }
    }

    package func firstBreak() throws(Problem) -> Problem? {
        try read { try Verification(path: self.path).firstBreak(in: $0) }
    }

    package func checkpoint() throws(Problem) -> HistoryCheckpoint? {
        try read { try Checkpoint.latest(in: $0) }
    }

    package func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem) {
        try write { database in
            let stored = try String.fetchOne(
                database, sql: "SELECT hash FROM step WHERE sequence = ?", arguments: [pruning.last.sequence])
            guard let start = try Checkpoint.latest(in: database), stored == pruning.last.hash else { throw Changed() }
            try Row.append(entry, to: database)
            let checkpoint = HistoryCheckpoint(
                sequence: pruning.last.sequence, hash: pruning.last.hash, origin: start.origin,
                before: pruning.before)
            try Checkpoint.insert(checkpoint, into: database)
            try database.execute(sql: "DELETE FROM step WHERE sequence <= ?", arguments: [pruning.last.sequence])
        }
        try forget()
    }

    /// What was pruned is to stand nowhere in the files.
    private func forget() throws(Problem) {
        do {
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "VACUUM")
                try database.checkpoint(.truncate)
            }
        } catch {
            throw Problem(
                .passing, "the rows are pruned, but the file keeps their bytes: \(Self.problem(error, path).message)",
                hint: "run the SQL command VACUUM on it when no run uses it")
        }
    }

    private func write(_ body: (Database) throws -> Void) throws(Problem) {
        do {
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try body(database)
                    return .commit
                }
            }
        } catch {
            throw Self.problem(error, path)
        }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(Problem) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw Self.problem(error, path)
        }
    }

    /// How carefully SQLite writes: 2 is FULL.
    package func synchronous() throws(Problem) -> Int {
        try read { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    // MARK: Opening

    private struct Superseded: Error {}
    private struct NoFolder: Error {}
    private struct Changed: Error {}

    /// Nobody but the owner reads what was done here.
    private static func createPrivately(_ path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path()
        guard FileManager.default.fileExists(atPath: folder.removingPercentEncoding ?? folder) else { throw NoFolder() }
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
    }

    private static func problem(_ error: any Error, _ path: String) -> Problem {
        let hint = "SQLITE_DB_PATH names the file"
        if error is NoFolder {
            return Problem(.needsPerson, "the folder of the history \(path) does not exist", hint: hint)
        }
        if error is Superseded {
            return Problem(
                .needsPerson, "the history \(path) was written by a newer version of Sphinx",
                hint: "use that version, or name another file with SQLITE_DB_PATH")
        }
        if error is Changed {
            return Problem(.passing, "the history \(path) was pruned by another process at the same moment")
        }
        guard let error = error as? DatabaseError else {
            return Problem(.needsPerson, "the history \(path) cannot be used: \(error)", hint: hint)
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return Problem(
                .passing, "the history \(path) is locked by another process",
                hint: "let it end, or give each job a file of its own with SQLITE_DB_PATH")
        case .SQLITE_NOTADB: return Problem(.needsPerson, "\(path) is not an SQLite database", hint: hint)
        case .SQLITE_CORRUPT:
            return Problem(
                .needsPerson, "the history \(path) is damaged", hint: "move it away and run 'sphinx history pull'")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            return Problem(.needsPerson, "the history \(path) cannot be written", hint: hint)
        case .SQLITE_FULL:
            return Problem(.needsPerson, "no room is left for the history \(path)", hint: "make room on its disk")
        default:
            return Problem(.needsPerson, "the history \(path): \(error.message ?? "\(error.resultCode)")", hint: hint)
        }
    }
}
