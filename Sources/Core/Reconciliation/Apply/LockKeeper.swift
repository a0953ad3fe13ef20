import Domain
import Foundation

/// Takes, renews and describes the lock of one workspace on the remote.
struct LockKeeper {
    let world: World
    let settings: RunSettings
    let publisher: Publisher
    let workspace: String

    var name: String { settings.names.lock(workspace: workspace) }

    /// What stands in the way of applying here.
    enum Outcome {
        case held(ObjectID)
        case refused(reason: String)
    }

    /// Creates the lock, or breaks one that has expired or whose holder is known to be dead.
    func take(over existing: HeldLock?) async throws(Problem) -> Outcome {
        if let existing, !isBroken(existing.lock) {
            let until = UTC.text(existing.lock.expires.timeIntervalSince1970)
            return .refused(reason: "locked by \(existing.lock.run), until \(until)")
        }
        let lock = try commit(seconds: settings.lease)
        let rejections = try await publisher.claim([RefUpdate(name, from: existing?.object, to: lock)])
        if let rejection = rejections.first {
            return .refused(reason: "another job took the lock: \(rejection.reason)")
        }
        return .held(lock)
    }

    /// The commit of a lock that holds for some seconds from now.
    func commit(seconds: Double) throws(Problem) -> ObjectID {
        let now = world.now()
        let record = Record(
            kind: "lock", run: settings.run, holder: settings.holder, workspace: workspace,
            expires: (now.timeIntervalSince1970 + seconds).rounded(.up))
        return try world.objects.commit(try record.draft(at: now))
    }

    private func isBroken(_ lock: Lock) -> Bool {
        lock.expires <= world.now() || world.isRunning(lock) == false
    }
}
