import Domain
import Synchronization

/// Pushes groups of ref updates in one atomic push, and leaves out the groups that the remote does not take.
final class Publisher: Sendable {
    /// Updates that stand or fall together.
    struct Group: Sendable {
        let name: String
        var updates: [RefUpdate]
        /// Needs a push of its own, as what a push asks for holds for all of its branches.
        var request: MergeRequest?
    }

    /// Why the remote did not take a group.
    struct Refusal: Sendable {
        let reason: String
        /// Another job was first: the next run looks again.
        let isMoved: Bool

        init(_ rejection: RefRejection, named: Bool = true) {
            reason = named ? "\(rejection.name): \(rejection.reason)" : rejection.reason
            isMoved = rejection.isMoved
        }

        init(_ problem: Problem) {
            reason = problem.hint.map { "\(problem.message); \($0)" } ?? problem.message
            isMoved = false
        }
    }

    private let remote: any Remote
    private let count = Mutex(0)

    init(remote: any Remote) {
        self.remote = remote
    }

    /// How many pushes the remote has answered.
    var pushes: Int { count.withLock { $0 } }

    /// The groups that were refused, by name; all others are published.
    func push(_ groups: [Group]) async throws(Problem) -> [String: Refusal] {
        var refused: [String: Refusal] = [:]
        for group in groups {
            guard let request = group.request else { continue }
            refused[group.name] = await refusal(of: group, opening: request)
        }
        let isPublished = groups.contains { $0.request != nil && refused[$0.name] == nil }
        var rest = groups.filter { !$0.updates.isEmpty && $0.request == nil }
        do throws(Problem) {
            while !rest.isEmpty {
                let rejections = try await push(rest.flatMap(\.updates))
                if rejections.isEmpty { break }
                refused.merge(Self.refusals(of: rest, rejections)) { $1 }
                rest.removeAll { refused[$0.name] != nil }
            }
        } catch {
            // What was pushed with its request is published all the same.
            guard isPublished else { throw error }
            for group in rest { refused[group.name] = Refusal(error) }
        }
        return refused
    }

    /// The groups that the remote did not take, with its reasons; all of them where it names no culprit.
    private static func refusals(of groups: [Group], _ rejections: [RefRejection]) -> [String: Refusal] {
        let culprits = culprits(rejections)
        let hit = groups.filter { group in group.updates.contains { culprits[$0.name] != nil } }
        return (hit.isEmpty ? groups : hit).reduce(into: [:]) { refused, group in
            refused[group.name] =
                group.updates.lazy.compactMap { culprits[$0.name] }.first.map { Refusal($0) }
                ?? Refusal(rejections[0], named: false)
        }
    }

    /// Like `push`, to its end even where the run is interrupted: what was done is recorded, and a lock given back.
    func finish(_ groups: [Group]) async throws(Problem) -> [String: Refusal] {
        try await uninterrupted { () async throws(Problem) in try await self.push(groups) }
    }

    /// One such push, whole or not at all.
    func finish(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        try await uninterrupted { () async throws(Problem) in try await self.push(updates) }
    }

    /// One such push of what only this run may hold, such as a lock.
    ///
    /// A push that fails may have been taken all the same: then what it made is taken back, if the remote can be reached.
    func claim(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        do throws(Problem) {
            return try await finish(updates)
        } catch {
            _ = try? await finish(updates.map { RefUpdate($0.name, from: $0.new, to: $0.old) })
            throw error
        }
    }

    /// Why a branch and the request to merge it were not taken; one that fails takes no other with it.
    private func refusal(of group: Group, opening request: MergeRequest) async -> Refusal? {
        do throws(Problem) {
            let rejections = try await remote.push(group.updates.sorted { $0.name < $1.name }, opening: request)
            count.withLock { $0 += 1 }
            return (rejections.first { !$0.isCollateral } ?? rejections.first).map { Refusal($0) }
        } catch {
            return Refusal(error)
        }
    }

    /// One push, whole or not at all.
    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        guard !updates.isEmpty else { return [] }
        let rejections = try await remote.push(updates.sorted { $0.name < $1.name })
        count.withLock { $0 += 1 }
        return rejections
    }

    /// Refs that were refused for their own sake, not for another's.
    private static func culprits(_ rejections: [RefRejection]) -> [String: RefRejection] {
        let own = rejections.filter { !$0.isCollateral }
        return Dictionary((own.isEmpty ? rejections : own).map { ($0.name, $0) }) { first, _ in first }
    }
}
