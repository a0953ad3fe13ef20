import Foundation
import GRDB
import TestSupport

extension Surrounding {
    private static func history(
        _ what: String, says: String, exit: Int32 = 1, isExpensive: Bool = false, next: String? = nil,
        _ deed: @escaping Deed
    ) -> Surrounding {
        Surrounding(.history, what, says: says, exit: exit, isExpensive: isExpensive, next: next, deed)
    }

    /// A history with a few runs in it, looked at from outside.
    private static func database(of stage: SurroundingStage) async throws -> DatabaseQueue {
        for _ in 0..<2 { _ = try await stage.run(["reconcile", "--only", "apply"]) }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: stage.folder.file("sphinx.db"), configuration: configuration)
    }

    /// The same as one file, which nobody holds open.
    private static func closed(of stage: SurroundingStage) async throws -> URL {
        let database = try await database(of: stage)
        try await database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try database.close()
        return URL(filePath: stage.folder.file("sphinx.db"))
    }

    static let histories: [Surrounding] = [
        history(
            "another process holds a lock on it",
            says:
                "the history …/sphinx.db is locked by another process; let it end, or give each job a file of its own with SQLITE_DB_PATH",
            isExpensive: true, next: "created"
        ) { stage in
            let database = try await database(of: stage)
            let gate = AsyncStream<Void>.makeStream()
            let taken = AsyncStream<Void>.makeStream()
            let holder = Task {
                try await database.writeWithoutTransaction { database in
                    try database.execute(sql: "BEGIN IMMEDIATE")
                    taken.continuation.yield()
                }
                for await _ in gate.stream { break }
                try await database.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            }
            for await _ in taken.stream { break }
            let answer = try await stage.run()
            gate.continuation.yield()
            _ = try await holder.value
            return answer
        },
        history(
            "it begins with other bytes", says: "…/sphinx.db is not an SQLite database; SQLITE_DB_PATH names the file"
        ) { stage in
            try stage.folder.write(String(repeating: "garbage ", count: 2_000), to: "sphinx.db")
            return try await stage.run()
        },
        history(
            "a page of it is overwritten",
            says: "the history …/sphinx.db is damaged; move it away and run 'sphinx history pull'"
        ) { stage in
            let file = try await closed(of: stage)
            var bytes = try Data(contentsOf: file)
            let page = bytes.startIndex + 4_096..<min(bytes.endIndex, bytes.startIndex + 8_192 * 3)
            bytes.replaceSubrange(page, with: Data(repeating: 0xA5, count: page.count))
            try bytes.write(to: file)
            return try await stage.run()
        },
        history(
            "only a part of it was copied",
            says: "the history …/sphinx.db is damaged; move it away and run 'sphinx history pull'"
        ) { stage in
            let file = try await closed(of: stage)
            let bytes = try Data(contentsOf: file)
            try bytes.prefix(bytes.count / 3).write(to: file)
            return try await stage.run()
        },
        history(
            "a newer version wrote it",
            says:
                "the history …/sphinx.db was written by a newer version of Sphinx; use that version, or name another file with SQLITE_DB_PATH"
        ) { stage in
            let database = try await database(of: stage)
            try await database.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
            }
            try database.close()
            return try await stage.run()
        },
        history(
            "its folder is missing",
            says: "the folder of the history …/none/sphinx.db does not exist; SQLITE_DB_PATH names the file",
            next: "created"
        ) { stage in
            try await stage.run(["reconcile"], ["SQLITE_DB_PATH": stage.folder.file("none/sphinx.db")])
        },
        history(
            "its folder is a file",
            says: "the folder of the history …/file/sphinx.db does not exist; SQLITE_DB_PATH names the file",
            next: "created"
        ) { stage in
            try stage.folder.write("", to: "file")
            return try await stage.run(["reconcile"], ["SQLITE_DB_PATH": stage.folder.file("file/sphinx.db")])
        },
    ]
}
