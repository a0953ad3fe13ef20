import Domain
import Foundation
import Reports

/// One proposal with everything that a reviewer may meet, hostile words among it.
enum Sample {
    static let id = ObjectID(String(repeating: "c", count: 40)).unsafelyUnwrapped
    static let hostile =
        "@everyone see https://evil.example <img src=x> [link](http://x) ```\n# heading | \u{202E}txt\u{200B}"

    static func opportunity(title: String = "terraform_data.one is idle") throws -> Opportunity {
        let rule = Rule(
            id: "idle", name: "Idle machine", query: "cpu{a=\"|\"}",
            condition: Rule.Condition(.lessThan, 0.05, duration: 3_600),
            severity: .high, fix: nil, title: try Template(parsing: "x"), description: try Template(parsing: "x"),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        let samples = (0..<10).map {
            Sample(time: 1_764_000_000 + Double($0) * 60, value: $0 == 4 ? .nan : 0.01 + Double($0) / 1_000)
        }
        return Opportunity(
            workspace: "prod/web", rule: rule, address: "terraform_data.one", title: title,
            description: "CPU is low. \(hostile)",
            since: 1_764_000_240, value: 0.012_345_678,
            evidence: Evidence(
                query: rule.expression, condition: rule.condition?.description ?? "", start: 1_764_000_000,
                end: 1_764_000_540, step: 60, threshold: 0.05,
                instances: ["terraform_data.one"],
                series: [Series(labels: ["id": "i-1"], samples: samples)], located: "label id = input.id in the state"))
    }

    private typealias Sample = Domain.Sample

    static let plan = Plan(
        changes: [
            ResourceChange(
                address: "terraform_data.one", actions: [.update],
                before: .object(["input": .object(["size": .string("large")])]),
                after: .object(["input": .object(["size": .string("small")])]),
                afterUnknown: .object(["output": .bool(true)])),
            ResourceChange(
                address: "terraform_data.two[\"a|b\"]", actions: [.delete, .create],
                before: .object(["x": .integer(1)]),
                after: .object(["x": .integer(2)]), replacePaths: ["x"]),
            ResourceChange(
                address: "terraform_data.old", actions: [.delete], before: .object(["x": .integer(1)]), after: .null),
            ResourceChange(
                address: "output.size", actions: [.update], before: .string("large"), after: .string("small")),
        ],
        text:
            "Terraform will perform:\n  ~ size = \"large\" -> \"small\"\n```\n# not a heading\nPlan: 1 to add, 1 to change, 2 to destroy.\n",
        terraformVersion: "1.11.4")

    static func presentation() throws -> ProposalPresentation {
        let opportunity = try opportunity()
        let manifest = Manifest(
            key: opportunity.key, workspace: "prod/web", rule: "idle", address: opportunity.address,
            title: opportunity.title, base: id,
            baseTree: id, plannedTree: id, modules: [:], inputDigest: Digest(of: ["i"]), ruleDigest: Digest(of: ["r"]),
            promptVersion: "1",
            author: .model, model: "gemini-3.8-flash", planDigest: plan.digest, changes: plan.approved, risk: "low",
            terraformVersion: "1.11.4", sphinxVersion: "0.1.0")
        return ProposalPresentation(
            cause: .opportunity(opportunity), manifest: manifest, plan: plan,
            difference: UnifiedDifference.text(before: "a\n", after: "b\n", path: "workspaces/prod/web/main.tf"),
            correction: Correction(
                analysis: "It is idle. \(hostile)", decision: .change, edits: [], impact: "Less capacity.", risk: .low),
            context: context)
    }

    static let context = ReviewContext(
        branch: "sphinx/prod/web/idle-3e25b655dc", trackingRef: "refs/sphinx/proposals/3e25b655dc",
        coolDown: 30 * 86_400, metricsPage: "https://prometheus.example.com")

    static func report() throws -> RunReport {
        var report = RunReport(run: "run-1", baseBranch: "main", isDryRun: false)
        let opportunity = try opportunity()
        report.base = id
        report.statuses = [
            RuleStatus(workspace: "prod/web", rule: "idle", status: .firing, count: 1),
            RuleStatus(workspace: nil, rule: "x", status: .noData, count: 0, reason: "the query matched no series"),
        ]
        report.proposals = [
            ProposalOutcome(
                key: opportunity.key, branch: "sphinx/prod/web/idle-\(opportunity.key)", workspace: "prod/web",
                rule: "idle",
                address: "terraform_data.one", title: "t", state: .created, planDigest: plan.digest,
                planSummary: plan.summary, commit: id,
                message: "subject\n\nbody\n", difference: "--- a/x\n+++ b/x\n")
        ]
        report.applies = [
            ApplyOutcome(
                key: opportunity.key, approval: Approval(ofManifest: []), workspace: "prod/db", result: .locked,
                reason: "locked by other, until x")
        ]
        report.usage = Usage(calls: 2, inputTokens: 100, outputTokens: 20, costUSD: 0.012_34)
        report.pushes = 1
        report.problems = [
            Problem(
                .needsPerson, "wrong", hint: "mend it", location: SourceLocation(file: "rules.yml", line: 2, column: 3))
        ]
        report.notices = ["answered by an emulator, not by Gemini"]
        return report
    }
}
