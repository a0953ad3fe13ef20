import Domain
import Foundation
import GeminiAdapter
import Reconciliation
import RulesFileAdapter
import TestSupport
import Testing

/// Every answer goes the whole way: Gemini's protocol, the guard, the plan's scope; nothing of it may be pushed.
@Suite("The corpus of hostile and broken answers")
struct HostileAnswerTests {
    private static let rules = """
        rules:
          - id: idle
            name: Idle machine
            query: cpu
            condition: {operator: '<', threshold: 0.05, for: 10m}
            resource: {type: aws_instance, match: [{attribute: id, label: id}]}
            fix: {attribute: instance_type, hint: one size smaller}

        """

    private static func files() throws -> [SourceFile] {
        [
            SourceFile(path: "rules.yml", text: rules),
            SourceFile(path: "workspaces/db/main.tf", text: "# another workspace\n"),
            SourceFile(path: "workspaces/web/.terraform.lock.hcl", text: lock),
            SourceFile(path: "workspaces/web/boot.sh", text: "#!/bin/sh\necho hello\n"),
            SourceFile(path: "workspaces/web/main.tf", text: try HostileAnswer.base("main.tf")),
            SourceFile(path: "workspaces/web/modules/net/main.tf", text: "locals {\n  cidr = \"10.1.0.0/16\"\n}\n"),
            SourceFile(path: "workspaces/web/terraform.tfvars", text: "size = \"m5.xlarge\"\n"),
            SourceFile(path: "workspaces/web/workspace.yml", text: "apply: merged\n"),
        ]
    }

    private static let lock = "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.31.0\"\n}\n"

    @Test("there are at least 200, each with a reason of its own kind")
    func corpus() {
        #expect(HostileAnswer.all.count >= 200)
        let known =
            Refusal.Reason.allCases.map(\.rawValue) + [
                "malformed", "truncated", "blocked", "no_change", "need_information",
            ]
        #expect(HostileAnswer.all.allSatisfy { known.contains($0.expected) })
    }

    @Test("none becomes a branch, and Terraform sees no code that is refused", arguments: HostileAnswer.all)
    func refused(answer: HostileAnswer) async throws {
        let run = try await Self.run(answer)
        #expect(run.repository.refs.keys.allSatisfy { !$0.hasPrefix("refs/heads/sphinx/") })
        #expect(run.report.proposals.map(\.state) != [.created] && run.report.proposals.count == 1)
        #expect(run.kinds.contains(answer.expected), "\(run.kinds) \(run.report.proposals.map(\.reason))")
        let reason = run.report.proposals.first?.reason ?? ""
        if let says = answer.says { #expect(reason.contains(says), "\(reason)") }
        let reachesPlan = answer.name.hasPrefix("plan-")
        #expect((run.terraform.starts > 0) == reachesPlan)
    }

    @Test("an answer that does what was asked becomes one, so that the stage refuses nothing by itself")
    func accepted() async throws {
        let good = try #require(HostileAnswer.all.first { $0.name == "plan-empty" })
        let run = try await Self.run(good, planned: [Self.update])
        #expect(run.report.proposals.map(\.state) == [.created], "\(run.report.proposals.map(\.reason))")
    }

    private static let update = ResourceChange(
        address: "aws_instance.web", actions: [.update], before: .object(["instance_type": .string("m5.2xlarge")]),
        after: .object(["instance_type": .string("m5.large")]))

    // MARK: The run

    private struct Run {
        let repository: MemoryRepository
        let terraform: PlannedInfrastructure
        let report: RunReport
        let history: MemoryHistory

        /// What the conversation came to: reasons of refusals and failures, and decisions.
        var kinds: [String] {
            history.all.filter { $0.action == "ask" }.flatMap { entry in
                (entry.details["kinds"]?.array ?? []).compactMap(\.string)
                    + [entry.details["reason"], entry.details["decision"]].compactMap { $0?.string }
            }
        }
    }

    private static func run(_ answer: HostileAnswer, planned: [ResourceChange]? = nil) async throws -> Run {
        let files = try files()
        let repository = MemoryRepository()
        try repository.write(files)
        let terraform = PlannedInfrastructure(
            base: files,
            instances: { workspace in
                workspace == "web"
                    ? [
                        ResourceInstance(
                            address: "aws_instance.web", type: "aws_instance",
                            values: .object(["id": .string("i-1")]))
                    ] : []
            }, changes: { _ in planned ?? answer.planned })
        let emulator = try GeminiEmulator(Array(repeating: .text(answer.text, finish: answer.finish), count: 6))
        var gemini = Gemini.Settings(key: Secret("test-key"))
        gemini.baseURL = emulator.url
        let (metrics, history) = (ConstantMetrics(), MemoryHistory())
        metrics.set("cpu", [(["id": "i-1"], 0.01)])
        let now = Date(timeIntervalSince1970: 1_764_000_000)
        let world = World(
            objects: repository, remote: repository, rules: RulesFile(), metrics: metrics,
            writer: try Gemini(gemini, now: { now }), infrastructure: terraform, history: history,
            cache: MemoryCache(), now: { now })
        let settings = RunSettings(run: "run-1", holder: "host/1", version: "test")
        let report = try await Reconciler(world: world, settings: settings).run()
        return Run(repository: repository, terraform: terraform, report: report, history: history)
    }
}
