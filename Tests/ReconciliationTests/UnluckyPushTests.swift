import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

/// Pushes whose answer never comes, and pushes that another job was faster than.
@Suite("Pushes that are cut or late")
struct UnluckyPushTests {
    private let stage: MemoryStage

    init() async throws { stage = try await MemoryStage() }

    private static let three = RequestTests.added(
        "resource \"terraform_data\" \"three\" {\n}\n", path: "workspaces/web/three.tf")

    private func merged() async throws {
        let report = try await stage.propose("Add three", writer: ScriptedWriter([Self.three]))
        try stage.merge(try #require(report.proposals.first).branch)
    }

    private func apply(_ remote: any Remote) async throws -> RunReport {
        var world = stage.world()
        world.remote = remote
        var settings = stage.settings()
        settings.only = .apply
        return try await Reconciler(world: world, settings: settings).run()
    }

    private var claims: [String] { stage.refs.filter { $0.contains("/locks/") || $0.contains("/applying/") } }

    @Test(
        "a lock and a write-ahead that were taken without an answer are taken back, and the next run applies",
        arguments: ["/locks/", "/applying/"], [true, false])
    func claimed(part: String, isTaken: Bool) async throws {
        try await merged()
        let remote = CutRemote(stage.repository, at: part, isTaken: isTaken)
        let report = try await apply(remote)
        #expect(report.applies.map(\.result) == [.failed] && report.applies.map(\.reason) == ["the push was cut"])
        #expect(claims.isEmpty && stage.infrastructure.applies == 0)
        #expect(try await apply(stage.repository).applies.map(\.result) == [.applied])
        #expect(stage.infrastructure.applies == 1 && claims.isEmpty)
    }

    @Test("a lock that cannot be taken back ends with its lease: until then the next run waits for it")
    func left() async throws {
        try await merged()
        _ = try await apply(CutRemote(stage.repository, at: "/locks/", isTaken: true, isForGood: true))
        #expect(claims == ["refs/sphinx/locks/web"])
        #expect(try await apply(stage.repository).applies.map(\.result) == [.locked])
        stage.pass(1_801)
        #expect(try await apply(stage.repository).applies.map(\.result) == [.applied])
        #expect(claims.isEmpty)
    }

    @Test("another job's lock is never taken back")
    func others() async throws {
        let remote = CutRemote(stage.repository, at: "/locks/", isTaken: false)
        let other = LockKeeper(
            world: stage.world(), settings: stage.settings(), publisher: Publisher(remote: stage.repository),
            workspace: "web")
        guard case .held(let lock) = try await other.take(over: nil) else {
            Issue.record("the lock was refused")
            return
        }
        let own = LockKeeper(
            world: stage.world(), settings: stage.settings(), publisher: Publisher(remote: remote), workspace: "web")
        await #expect(throws: Problem.self) { _ = try await own.take(over: nil) }
        #expect(stage.repository.refs["refs/sphinx/locks/web"] == lock)
    }

    @Test("of two jobs that propose the same at one moment the later one waits, which is no failure")
    func overtaken() async throws {
        let first = Mutex<RunReport?>(nil)
        let remote = OvertakenRemote(stage.repository) {
            let report = try? await stage.propose("Add three", writer: ScriptedWriter([Self.three]))
            first.withLock { $0 = report }
        }
        var world = stage.world(writer: ScriptedWriter([Self.three]))
        world.remote = remote
        let second = try await Proposer(world: world, settings: stage.settings()).propose(
            try ChangeRequest("Add three"), in: "web")
        #expect(first.withLock { $0 }?.proposals.map(\.state) == [.created])
        #expect(second.proposals.map(\.state) == [.waiting])
        let branch = try #require(second.proposals.first?.branch)
        #expect(
            second.proposals.map(\.reason) == [
                "not published: refs/heads/\(branch): it is not where it was when this run looked"
            ])
        #expect(second.problems.isEmpty && second.proposals.allSatisfy { $0.commit == nil })
    }
}

/// Loses the answer to a push of a kind of refs; the first one, or every one from then on.
private final class CutRemote: Remote {
    private let remote: any Remote
    private let part: String
    private let isTaken: Bool
    private let isForGood: Bool
    private let isCut = Mutex(false)

    init(_ remote: any Remote, at part: String, isTaken: Bool, isForGood: Bool = false) {
        self.remote = remote
        self.part = part
        self.isTaken = isTaken
        self.isForGood = isForGood
    }

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        let wasCut = isCut.withLock { $0 }
        if wasCut && isForGood { throw Problem(.passing, "the push was cut") }
        guard !wasCut, updates.contains(where: { $0.name.contains(part) && $0.new != nil }) else {
            return try await remote.push(updates)
        }
        isCut.withLock { $0 = true }
        if isTaken { _ = try await remote.push(updates) }
        throw Problem(.passing, "the push was cut")
    }
}

/// Before the first push of a branch something else happens.
private final class OvertakenRemote: Remote {
    private let remote: any Remote
    private let happening: @Sendable () async -> Void
    private let isLate = Mutex(false)

    init(_ remote: any Remote, _ happening: @escaping @Sendable () async -> Void) {
        self.remote = remote
        self.happening = happening
    }

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        let isFirst = isLate.withLock { isLate in
            defer { isLate = true }
            return !isLate
        }
        if isFirst { await happening() }
        return try await remote.push(updates)
    }
}
