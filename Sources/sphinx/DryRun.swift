import Domain
import Foundation
import Synchronization

/// Takes every change of refs and changes none.
final class PrintingRemote: Remote {
    private let remote: any Remote
    private let taken = Mutex<[String: ObjectID?]>([:])

    init(_ remote: any Remote) {
        self.remote = remote
    }

    /// The remote as it is, with what this run has taken on top, so that the run sees its own locks.
    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        let seen = try await remote.snapshot(base: base, prefixes: prefixes)
        var refs = seen.refs
        for (name, object) in taken.withLock({ $0 }) where prefixes.contains(where: { name.hasPrefix($0) }) {
            refs[name] = object
        }
        return Snapshot(baseBranch: seen.baseBranch, base: seen.base, refs: refs)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) {
        try await remote.fetch(objects)
    }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        taken.withLock { taken in
            for update in updates { taken[update.name] = .some(update.new) }
        }
        return []
    }
}

/// Plans without locks, does not apply, and recovers no state.
struct PlanningInfrastructure: Infrastructure {
    let infrastructure: any Infrastructure

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        try await infrastructure.state(of: files)
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        PlanningWorkbench(workbench: try await infrastructure.workbench(for: files))
    }

    func keptStates(of workspace: String) throws(Problem) -> [String] { try infrastructure.keptStates(of: workspace) }
    func keptState(in file: String) throws(Problem) -> KeptState { try infrastructure.keptState(in: file) }
    func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure) {}
}

struct PlanningWorkbench: Workbench {
    let workbench: any Workbench

    func formatted() async throws(TerraformFailure) -> [SourceFile] { try await workbench.formatted() }
    func validate() async throws(TerraformFailure) { try await workbench.validate() }
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? { try await workbench.schema(of: type) }
    func planDocument() async throws(TerraformFailure) -> JSONValue { try await workbench.planDocument() }
    func close() async { await workbench.close() }

    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
        try await workbench.plan(PlanOptions(lock: false, targets: options.targets))
    }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        ApplyResult(summary: "dry run: the approved plan would be applied", log: "")
    }
}

/// Keeps nothing.
struct NoHistory: Domain.History {
    func append(_ entry: HistoryEntry) throws(Problem) {}
    func restore(_ entries: [HistoryEntry]) throws(Problem) {}
    func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] { [] }
    func tallies(after time: Date?) throws(Problem) -> [RunTally] { [] }
    func firstBreak() throws(Problem) -> Problem? { nil }
    func checkpoint() throws(Problem) -> HistoryCheckpoint? { nil }
    func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem) {}
}
