import Domain
import Foundation
import Reconciliation
import RulesFileAdapter
import TestSupport
import Testing

/// Thirty opportunities in six workspaces, under the limits of ten new proposals a run and two a workspace.
@Suite("The order in which limits let opportunities through")
struct FairnessTests {
    private static let workspaces = ["a", "b", "c", "d", "e", "f"]

    private static func files() -> [SourceFile] {
        workspaces.map { name in
            SourceFile(
                path: "workspaces/\(name)/main.tf",
                text: (1...5).map { LoopStage.machine("m\($0)", id: "\(name)\($0)") }.joined())
        } + [SourceFile(path: "rules.yml", text: LoopStage.rules)]
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

    private let repository = MemoryRepository()
    private let metrics = ConstantMetrics()

    private func reconcile(_ number: Int) async throws -> RunReport {
        let now = Date(timeIntervalSince1970: 1_764_000_000 + Double(number) * 3_600)
        let world = World(
            objects: repository, remote: repository, rules: RulesFile(), metrics: metrics, writer: nil,
            infrastructure: PlannedInfrastructure(base: Self.files(), instances: Self.instances, changes: Self.changes),
            history: MemoryHistory(), cache: MemoryCache(), now: { now })
        return try await Reconciler(
            world: world, settings: RunSettings(run: "run-\(number)", holder: "host/1", version: "test")
        ).run()
    }

    /// As a table: one row a workspace, what was created and what had to wait for which limit.
    private static func table(_ report: RunReport) -> [String] {
        workspaces.map { workspace in
            let own = report.proposals.filter { $0.workspace == workspace }
            let created = own.filter { $0.state == .created }.map { $0.address.suffix(2) }.joined(separator: " ")
            let reasons = own.filter { $0.state == .waiting }.compactMap(\.reason)
            let waiting = Dictionary(grouping: reasons) { $0 }.sorted { $0.key < $1.key }
                .map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
            return "\(workspace): \(created.isEmpty ? "-" : created) | \(waiting)"
        }
    }

    private static let expected = [
        [
            "a: m1 m5 | 3 limit: open_proposals 10", "b: m3 m5 | 3 limit: open_proposals 10",
            "c: m1 m4 | 3 limit: open_proposals 10", "d: m1 m5 | 3 limit: open_proposals 10",
            "e: m2 | 4 limit: open_proposals 10", "f: m5 | 4 limit: open_proposals 10",
        ],
        [
            "a: m2 m3 | 1 limit: open_proposals 10", "b: m2 m4 | 1 limit: open_proposals 10",
            "c: m2 | 2 limit: open_proposals 10", "d: m3 | 2 limit: open_proposals 10",
            "e: m3 m5 | 2 limit: open_proposals 10", "f: m3 m4 | 2 limit: open_proposals 10",
        ],
        ["a: m4 | ", "b: m1 | ", "c: m3 m5 | ", "d: m2 m4 | ", "e: m1 m4 | ", "f: m1 m2 | "],
    ]

    @Test("over three runs every one has its turn, the workspaces that had none first")
    func threeRuns() async throws {
        try repository.write(Self.files())
        metrics.set(
            LoopStage.query, Self.workspaces.flatMap { name in (1...5).map { (["id": "\(name)\($0)"], 0.01) } })
        var seen: Set<ProposalKey> = []
        var tables: [[String]] = []
        for number in 0..<3 {
            let report = try await reconcile(number)
            #expect(report.proposals.count == 30)
            let created = report.proposals.filter { $0.state == .created }
            #expect(created.count == 10 && seen.isDisjoint(with: created.map(\.key)))
            seen.formUnion(created.map(\.key))
            tables.append(Self.table(report))
            try await reject(created)
        }
        #expect(seen.count == 30)
        #expect(tables == Self.expected)
    }

    @Test("one workspace alone is held by its own limit, and the run's limit is told where it is the tighter one")
    func oneWorkspace() async throws {
        try repository.write(Self.files())
        metrics.set(LoopStage.query, (1...5).map { (["id": "a\($0)"], 0.01) })
        #expect(Self.table(try await reconcile(0))[0] == "a: m1 m5 | 3 limit: new_per_workspace 2")
    }

    /// A person deletes the branches, so that there is room for others.
    private func reject(_ proposals: [ProposalOutcome]) async throws {
        let refs = repository.refs
        let rejections = try await repository.push(
            proposals.map { RefUpdate("refs/heads/\($0.branch)", from: refs["refs/heads/\($0.branch)"], to: nil) })
        #expect(rejections.isEmpty)
    }
}
