import Domain
import Testing

/// Thirty opportunities in six workspaces, under the limits of ten new proposals a run and two a workspace.
@Suite("The order in which limits let opportunities through")
struct FairnessTests {
    private static let workspaces = ["a", "b", "c", "d", "e", "f"]

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
        let fleet = try Fleet(Self.workspaces)
        fleet.idle(Self.workspaces.flatMap { name in (1...5).map { "\(name)\($0)" } })
        var seen: Set<ProposalKey> = []
        var tables: [[String]] = []
        for number in 0..<3 {
            let report = try await fleet.reconcile(at: Fleet.start + Double(number) * 3_600, run: "run-\(number)")
            #expect(report.proposals.count == 30)
            let created = report.proposals.filter { $0.state == .created }
            #expect(created.count == 10 && seen.isDisjoint(with: created.map(\.key)))
            seen.formUnion(created.map(\.key))
            tables.append(Self.table(report))
            #expect(try await fleet.delete(created.map(\.branch)).isEmpty)
        }
        #expect(seen.count == 30)
        #expect(tables == Self.expected)
    }

    @Test("one workspace alone is held by its own limit, and the run's limit is told where it is the tighter one")
    func oneWorkspace() async throws {
        let fleet = try Fleet(Self.workspaces)
        fleet.idle((1...5).map { "a\($0)" })
        #expect(Self.table(try await fleet.reconcile())[0] == "a: m1 m5 | 3 limit: new_per_workspace 2")
    }
}
