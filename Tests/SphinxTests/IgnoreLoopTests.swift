import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("What the code itself says not to propose")
struct IgnoreLoopTests {
    private static func report(_ code: String, rules: String = LoopStage.rules) async throws -> RunReport {
        let stage = try await LoopStage(["workspaces/web/main.tf": code], rules: rules)
        stage.metrics.set(LoopStage.query, [(["id": "i-1", "app": "web"], 0.01)])
        return try await stage.reconcile()
    }

    private static func lines(_ report: RunReport) -> [String] {
        report.statuses.map { "\($0.status.rawValue) \($0.count): \($0.reason ?? "")" }
    }

    @Test(
        "a comment above the block, until its day is over",
        arguments: [
            (
                "# sphinx:ignore idle reason=needed for the fair\n",
                "suppressed 1: terraform_data.one: ignored at workspaces/web/main.tf:1: needed for the fair"
            ),
            (
                "# sphinx:ignore * until=2026-01-01 reason=\"for now\"\n# It carries orders.\n",
                "suppressed 1: terraform_data.one: ignored at workspaces/web/main.tf:1: for now"
            ),
            ("# sphinx:ignore idle until=2025-01-01 reason=over\n", "firing 1: "),
            ("# sphinx:ignore other reason=another rule\n", "firing 1: "),
            ("# sphinx:ignore idle reason=not above it\n\n", "firing 1: "),
        ])
    func comments(comment: String, line: String) async throws {
        let block = comment + LoopStage.machine("one", id: "i-1").replacing("# one carries the load.\n", with: "")
        let report = try await Self.report(block)
        #expect(Self.lines(report) == [line])
        #expect(report.proposals.isEmpty == line.hasPrefix("suppressed"))
    }

    @Test("a comment that says no reason is a mistake at its place, and the workspace is left alone")
    func mistake() async throws {
        let code =
            "# sphinx:ignore idle\n"
            + LoopStage.machine("one", id: "i-1").replacing("# one carries the load.\n", with: "")
        let stage = try await LoopStage(["workspaces/web/main.tf": code], applied: false)
        let report = try await stage.reconcile()
        #expect(
            report.problems.map { $0.description.split(separator: "\n")[0] } == [
                "workspaces/web/main.tf:1:1: the comment 'sphinx:ignore' is not understood: it needs a rule and a reason; write it like # sphinx:ignore aws/ec2-idle until=2027-03-31 reason=needed for recovery"
            ])
    }

    @Test(
        "an attribute whose changes the block's lifecycle ignores",
        arguments: [("[input]", "input"), ("all", "all")])
    func lifecycle(list: String, name: String) async throws {
        let code = LoopStage.machine("one", id: "i-1").replacing(
            "\n}\n", with: "\n  lifecycle {\n    ignore_changes = \(list)\n  }\n}\n")
        let report = try await Self.report(code)
        #expect(
            Self.lines(report) == ["suppressed 1: terraform_data.one: its lifecycle ignores changes of '\(name)'"])
    }

    @Test(
        "a rule may say which workspace a series is of, by its labels",
        arguments: [("{labels.app}", true), ("x-{labels.app}", false)])
    func pinned(template: String, isFound: Bool) async throws {
        let rules = LoopStage.rules.replacing("resource: {", with: "resource: {workspace: \"\(template)\", ")
        let report = try await Self.report(LoopStage.machine("one", id: "i-1"), rules: rules)
        #expect(report.proposals.isEmpty != isFound)
        #expect(Self.lines(report)[0].hasPrefix(isFound ? "firing 1" : "unmapped 1"))
    }

    @Test("a rule's cooldown holds what was applied a while ago")
    func coolDown() async throws {
        let rules = LoopStage.rules.replacing("    fix:", with: "    cooldown: 7d\n    fix:")
        let stage = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], rules: rules)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        let branch = try #require(try await stage.reconcile().proposals.first).branch
        try await stage.merge(branch)
        _ = try await stage.reconcile()
        stage.pass(86_400)
        try await stage.commit(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], "Back to large")
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.waiting])
        #expect(report.proposals.first?.reason?.hasPrefix("cooldown until ") == true, "\(report.proposals)")
    }
}
