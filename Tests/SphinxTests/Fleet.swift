import Domain
import Foundation
import Reconciliation
import RulesFileAdapter
import TestSupport
import Testing

/// Machines in workspaces of five, idle where the metrics say so, in a repository and an infrastructure in memory.
final class Fleet: Sendable {
    static let start = 1_764_000_000.0

    let workspaces: [String]
    let repository = MemoryRepository()
    let metrics = ConstantMetrics()
    private let rules: String

    /// `rules` comes on top of the loop's own.
    init(_ workspaces: [String], rules: String = "") throws {
        self.workspaces = workspaces
        self.rules = rules
        try repository.write(files)
    }

    private var files: [SourceFile] {
        workspaces.map { name in
            SourceFile(
                path: "workspaces/\(name)/main.tf",
                text: (1...5).map { LoopStage.machine("m\($0)", id: "\(name)\($0)") }.joined())
        } + [SourceFile(path: "rules.yml", text: LoopStage.rules + rules)]
    }

    private static func instances(of workspace: String) -> [ResourceInstance] {
        (1...5).map { number in
            ResourceInstance(
                address: "terraform_data.m\(number)", type: "terraform_data",
                values: .object(["input": .object(["id": .string("\(workspace)\(number)"), "size": .string("large")])]))
        }
    }

    /// What the fix changes: the machines that are small in the code.
    private static func changes(_ files: WorkspaceFiles) -> [ResourceChange] {
        let blocks = files.files.map(\.text).joined().split(separator: "resource ").dropFirst()
        return blocks.enumerated().filter { $0.element.contains("\"small\"") }.map { index, _ in
            ResourceChange(
                address: "terraform_data.m\(index + 1)", actions: [.update],
                before: .object(["input": .object(["size": .string("large")])]),
                after: .object(["input": .object(["size": .string("small")])]))
        }
    }

    /// Makes machines idle, such as `a1`, and all others unmeasured.
    func idle(_ machines: [String]) {
        metrics.set(LoopStage.query, machines.map { (["id": $0], 0.01) })
    }

    @discardableResult
    func reconcile(
        at now: Double = start, run: String = "run-1", writer: (any ProposalWriter)? = nil,
        signer: (any Signer)? = nil, _ change: (inout RunSettings) -> Void = { _ in }
    ) async throws -> RunReport {
        let world = World(
            objects: repository, remote: repository, rules: RulesFile(), metrics: metrics, writer: writer,
            infrastructure: PlannedInfrastructure(base: files, instances: Self.instances, changes: Self.changes),
            signer: signer, history: MemoryHistory(), cache: MemoryCache(), now: { Date(timeIntervalSince1970: now) })
        var settings = RunSettings(run: run, holder: "host/1", version: "test")
        change(&settings)
        return try await Reconciler(world: world, settings: settings).run()
    }

    /// A person deletes branches.
    func delete(_ branches: [String]) async throws -> [RefRejection] {
        let refs = repository.refs
        return try await repository.push(
            branches.map { RefUpdate("refs/heads/\($0)", from: refs["refs/heads/\($0)"], to: nil) })
    }

    /// A person changes the code of every workspace, and nothing of the machines.
    func comment() throws {
        try repository.write(
            files.map {
                $0.name == "main.tf" ? SourceFile(path: $0.path, text: $0.text + "# A remark at the end.\n") : $0
            })
    }

    /// A person merges a branch; the base has not moved since.
    func merge(_ branch: String) throws {
        let head = try #require(repository.refs["refs/heads/\(branch)"])
        try repository.write(try repository.files(below: "", in: head))
    }
}
