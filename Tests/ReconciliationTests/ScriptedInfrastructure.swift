import Domain
import Foundation
import Synchronization
import TestSupport

/// Terraform in memory that fails where a test says so, and remembers an apply that outlived its run.
struct ScriptedInfrastructure: Infrastructure {
    let memory: MemoryInfrastructure
    /// Steps that do not succeed: `open`, `validate`, `plan`, `apply`, `state`, `fmt`.
    var failures: [String: TerraformFailure] = [:]
    /// What is done before a step that then goes on.
    var before: [String: @Sendable () async -> Void] = [:]
    /// Whether an apply that fails has changed everything before it fails.
    var appliesFirst = false
    var ending: Result<ApplyEnding?, TerraformFailure> = .success(nil)
    /// What `show -json` prints.
    var document: JSONValue = .object([:])

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        try await step("state")
        return try await memory.state(of: files)
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        try await step("open")
        return ScriptedWorkbench(bench: try await memory.workbench(for: files), script: self)
    }

    func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyEnding? {
        try ending.get()
    }

    func keptStates(of workspace: String) throws(Problem) -> [String] { try memory.keptStates(of: workspace) }

    fileprivate func step(_ name: String) async throws(TerraformFailure) {
        await before[name]?()
        if let failure = failures[name] { throw failure }
    }
}

private struct ScriptedWorkbench: Workbench {
    let bench: any Workbench
    let script: ScriptedInfrastructure

    func formatted() async throws(TerraformFailure) -> [SourceFile] {
        try await script.step("fmt")
        return try await bench.formatted()
    }

    func validate() async throws(TerraformFailure) {
        try await script.step("validate")
        try await bench.validate()
    }

    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
        try await script.step("plan")
        return try await bench.plan(options)
    }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        if script.appliesFirst { _ = try await bench.apply() }
        try await script.step("apply")
        return try await bench.apply()
    }

    func planDocument() async throws(TerraformFailure) -> JSONValue { script.document }
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? { try await bench.schema(of: type) }
    func close() async { await bench.close() }
}

extension TerraformFailure {
    static func sample(
        _ message: String, step: String = "apply", diagnostics: [Diagnostic] = [], done: [String] = []
    ) -> TerraformFailure {
        TerraformFailure(
            step: step, diagnostics: diagnostics, problem: Problem(.needsPerson, message),
            partial: PartialApply(
                completed: Dictionary(done.map { ($0, [.create, .update, .delete]) }) { first, _ in first },
                log: "what Terraform said\n"))
    }
}

/// A history whose disk is full from one step on.
struct FullHistory: History {
    let history: MemoryHistory
    /// Such as `apply started`.
    let refused: String

    static let problem = Problem(.needsPerson, "no room is left for the history")

    func append(_ entry: HistoryEntry) throws(Problem) {
        if "\(entry.action) \(entry.status)" == refused { throw Self.problem }
        try history.append(entry)
    }

    func restore(_ entries: [HistoryEntry]) throws(Problem) { try history.restore(entries) }
    func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow] { try history.rows(filter) }
    func tallies(after time: Date?) throws(Problem) -> [RunTally] { try history.tallies(after: time) }
    func firstBreak() throws(Problem) -> Problem? { try history.firstBreak() }
    func checkpoint() throws(Problem) -> HistoryCheckpoint? { try history.checkpoint() }
    func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem) {
        try history.prune(pruning, signedOffBy: entry)
    }
}

/// A remote that refuses or loses pushes by what they change, once or always.
final class FaultyRemote: Remote {
    enum Fault: Sendable {
        case refuses(String)
        case breaks(Problem)
    }

    private let remote: any Remote
    private let isHit: @Sendable (RefUpdate) -> Bool
    private let fault: Fault
    private let left: Mutex<Int>

    init(
        _ remote: any Remote, times: Int = .max, _ fault: Fault, where isHit: @escaping @Sendable (RefUpdate) -> Bool
    ) {
        self.remote = remote
        self.isHit = isHit
        self.fault = fault
        left = Mutex(times)
    }

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        let isFaulty =
            updates.contains(where: isHit)
            && left.withLock { left in
                left -= 1
                return left >= 0
            }
        guard isFaulty else { return try await remote.push(updates) }
        switch fault {
        case .breaks(let problem): throw problem
        case .refuses(let reason):
            return updates.map {
                isHit($0)
                    ? RefRejection(name: $0.name, reason: reason)
                    : RefRejection(name: $0.name, reason: "atomic push failed", isCollateral: true)
            }
        }
    }
}
