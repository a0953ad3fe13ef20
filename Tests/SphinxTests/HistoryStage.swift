import Domain
import Foundation
import GRDB
import GitAdapter
import HistoryAdapter
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

/// Jobs on machines of their own: each has its clone and its history, and all share one remote.
extension LoopStage {
    static let historyRef = "refs/sphinx/history"

    /// A clone of the remote, as a CI job makes it.
    func clone(_ job: String, depth: Int? = nil) async throws {
        let cut = depth.map { ["--depth", "\($0)"] } ?? []
        try await Shell.run(
            "git", ["clone", "-q", "--bare"] + cut + ["file://\(remote)", folder.file("\(job).git")],
            environment: Shell.gitEnvironment)
    }

    func world(of job: String) throws -> World {
        var environment = Shell.gitEnvironment
        environment["PATH"] = self.environment["PATH"]
        let git = try GitRepository(
            GitSettings(
                repository: folder.file("\(job).git"), cacheFolder: folder.file("cache-\(job)"),
                environment: environment))
        var world = try world(history: SQLiteHistory(path: folder.file("\(job).db")))
        world.objects = git.objects
        world.remote = git.remote
        return world
    }

    /// What a run of one step records.
    func note(_ run: String, _ count: Int = 2, in world: World) throws {
        for number in 1...count {
            try world.history.append(
                HistoryEntry(
                    run: run, time: world.now(), workspace: "web", action: "apply", status: "done",
                    subject: "\(run)-\(number)"))
        }
    }

    /// The files of the shared history.
    func sharedFiles() async throws -> [String] {
        try await Shell.git("--git-dir", remote, "ls-tree", "-r", "--name-only", Self.historyRef)
            .split(separator: "\n").map(String.init)
    }

    /// The runs that are shared, file by file.
    func sharedRuns() async throws -> [String] {
        try await sharedFiles().filter { $0.hasPrefix("steps/") }
            .map { String($0.split(separator: "/")[2]) }.sorted().map { String($0.dropFirst(9).dropLast(6)) }
    }

    /// Changes the rows of a job's file, or of the stage's own, without its triggers.
    func tamper(_ statements: [String], with file: String = "sphinx.db") throws {
        try DatabaseQueue(path: folder.file(file)).write { database in
            for trigger in ["step_is_never_changed", "step_is_never_deleted"] {
                try database.execute(sql: "DROP TRIGGER IF EXISTS \(trigger)")
            }
            for sql in statements { try database.execute(sql: sql) }
        }
    }

    /// The first break that is found, in words; nil where all is as it was written.
    func audit(_ world: World? = nil) async throws -> String? {
        do {
            _ = try await HistoryAudit(world: try world ?? self.world(), settings: settings()).verify()
            return nil
        } catch let problem as Problem {
            return problem.message
        }
    }
}

/// A remote on which somebody else is faster, as often as it is said.
final class RacingRemote: Remote {
    private let remote: any Remote
    private let races: Mutex<[@Sendable () async -> Void]>

    init(_ remote: any Remote, races: [@Sendable () async -> Void]) {
        self.remote = remote
        self.races = Mutex(races)
    }

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        if updates.contains(where: { $0.name == LoopStage.historyRef }) {
            let race = races.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            await race?()
        }
        return try await remote.push(updates)
    }
}
