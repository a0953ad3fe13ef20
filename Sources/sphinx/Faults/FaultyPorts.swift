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
                ("/history", "push-history"), ("/closed/", "push-closing"),
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

    private struct FaultyInfrastructure: Infrastructure {
        let infrastructure: any Infrastructure
        let faults: FaultPoints

        func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
            try faults.terraform("state", .before)
            let instances = try await infrastructure.state(of: files)
            try faults.terraform("state", .after)
            return instances
        }

        func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
            FaultyWorkbench(workbench: try await infrastructure.workbench(for: files), faults: faults)
        }

        func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyEnding? {
            try await infrastructure.adopted(from: holder, in: workspace)
        }

        func keptStates(of workspace: String) throws(Problem) -> [String] {
            try infrastructure.keptStates(of: workspace)
        }

        func keptState(in file: String) throws(Problem) -> KeptState { try infrastructure.keptState(in: file) }

        func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure) {
            try faults.terraform("recover", .before)
            try await infrastructure.recover(state, in: files)
            try faults.terraform("recover", .after)
        }
    }

    private struct FaultyWorkbench: Workbench {
        let workbench: any Workbench
        let faults: FaultPoints

        func formatted() async throws(TerraformFailure) -> [SourceFile] { try await workbench.formatted() }

        func validate() async throws(TerraformFailure) {
            try faults.terraform("validate", .before)
            try await workbench.validate()
            try faults.terraform("validate", .after)
        }

        /// A plan that is to be applied takes the state's lock.
        func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
            let point = options.lock ? "plan-apply" : "plan"
            try faults.terraform(point, .before)
            let plan = try await workbench.plan(options)
            try faults.terraform(point, .after)
            return plan
        }

        func planDocument() async throws(TerraformFailure) -> JSONValue { try await workbench.planDocument() }
        func schema(of type: String) async throws(TerraformFailure) -> JSONValue? {
            try await workbench.schema(of: type)
        }

        func apply() async throws(TerraformFailure) -> ApplyResult {
            try faults.terraform("apply", .before)
            let result = try await workbench.apply()
            try faults.terraform("apply", .after)
            return result
        }

        func close() async { await workbench.close() }
    }

    extension FaultPoints {
        fileprivate func terraform(_ point: String, _ side: Side) throws(TerraformFailure) {
            guard let problem = problem(at: point, side) else { return }
            throw TerraformFailure(step: point, diagnostics: [], problem: problem)
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
