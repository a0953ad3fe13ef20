#if FAULT_POINTS
    import Domain
    import Foundation
    import Reconciliation

    extension World {
        /// The same world with the fault points of its ports.
        func with(_ faults: FaultPoints) -> World {
            var world = self
            world.remote = FaultyRemote(remote: remote, faults: faults)
            world.infrastructure = FaultyInfrastructure(infrastructure: infrastructure, faults: faults)
            world.history = FaultyHistory(history: history, faults: faults)
            world.writer = writer.map { FaultyWriter(writer: $0, faults: faults) }
            world.cache = FaultyCache(cache: cache, faults: faults)
            return world
        }
    }

    private struct FaultyRemote: Remote {
        let remote: any Remote
        let faults: FaultPoints

        func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
            // The ledger alone is read again under a lock; what is shared of the history is read at a run's end.
            let hasBranches = prefixes.contains { $0.hasPrefix("refs/heads/") }
            let point =
                hasBranches ? "fetch" : prefixes.allSatisfy { $0.contains("/history") } ? "fetch-history" : "reread"
            try faults.pass(point, .before)
            let snapshot = try await remote.snapshot(base: base, prefixes: prefixes)
            try faults.pass(point, .after)
            return snapshot
        }

        func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

        func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
            let point = Self.point(of: updates)
            try faults.pass(point, .before)
            let rejections = try await remote.push(updates)
            try faults.pass(point, .after)
            return rejections
        }

        func push(_ updates: [RefUpdate], opening request: MergeRequest) async throws(Problem) -> [RefRejection] {
            let point = Self.point(of: updates)
            try faults.pass(point, .before)
            let rejections = try await remote.push(updates, opening: request)
            try faults.pass(point, .after)
            return rejections
        }

        /// What a push is about, by the kinds of refs that it changes.
        private static func point(of updates: [RefUpdate]) -> String {
            let kinds = [
                ("/applied/", "push-ledger"), ("/applying/", "push-ahead"), ("/failed/", "push-failure"),
                ("/proposals/approve-", "push-approval"), ("/unfixable/", "push-unfixable"),
                ("/history", "push-history"), ("/closed/", "push-closing"), ("/groups/", "push-group"),
                ("/drift/", "push-drift"),
            ]
            for (part, point) in kinds where updates.contains(where: { $0.name.contains(part) && $0.new != nil }) {
                return point
            }
            if updates.contains(where: { $0.name.contains("/proposals/") }) {
                return updates.allSatisfy { $0.new == nil } ? "push-withdrawal" : "push-proposal"
            }
            return updates.allSatisfy { $0.new == nil } ? "push-unlock" : "push-lock"
        }
    }

    private struct FaultyWriter: ProposalWriter {
        let writer: any ProposalWriter
        let faults: FaultPoints

        var model: String { writer.model }

        func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply {
            if let problem = faults.problem(at: "ask", .before) { throw ModelFailure(.network, problem) }
            let reply = try await writer.reply(to: conversation)
            if let problem = faults.problem(at: "ask", .after) { throw ModelFailure(.network, problem) }
            return reply
        }
    }

    /// A cache cannot fail: what it does not keep is made again.
    private struct FaultyCache: Cache {
        let cache: any Cache
        let faults: FaultPoints

        func value(for key: Digest) -> [UInt8]? { cache.value(for: key) }

        func keep(_ value: [UInt8], for key: Digest) {
            guard faults.problem(at: "keep", .before) == nil else { return }
            cache.keep(value, for: key)
            _ = faults.problem(at: "keep", .after)
        }
    }

    private struct FaultyHistory: Domain.History {
        let history: any Domain.History
        let faults: FaultPoints

        func append(_ entry: HistoryEntry) throws(Problem) {
            let point = "record-\(entry.action)-\(entry.status)"
            try faults.pass(point, .before)
            try history.append(entry)
            try faults.pass(point, .after)
        }

        func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] { try history.rows(filter) }
        func firstBreak() throws(Problem) -> Problem? { try history.firstBreak() }
        func restore(_ entries: [HistoryEntry]) throws(Problem) { try history.restore(entries) }
        func tallies(after time: Date?) throws(Problem) -> [RunTally] { try history.tallies(after: time) }
        func checkpoint() throws(Problem) -> HistoryCheckpoint? { try history.checkpoint() }
        func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem) {
            try history.prune(pruning, signedOffBy: entry)
        }
    }
#endif
