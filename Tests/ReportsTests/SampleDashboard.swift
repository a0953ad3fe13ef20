import Domain
import Foundation
import Reports

/// A dashboard with everything on it that a reader may meet.
enum SampleDashboard {
    private static let start = 1_764_000_000.0

    /// A machine's load over a day, or a disk that fills.
    private static func opportunity(
        _ number: Int, query: String, title: String, description: String, threshold: Double, unit: String, hours: Int,
        value: (Double) -> Double, labels: [Labels]
    ) throws -> Opportunity {
        let rule = Rule(
            id: "idle-machine", name: "Idle machine", query: query,
            condition: Rule.Condition(.lessThan, threshold, duration: Double(hours) * 3_600), severity: .high,
            title: try Template(parsing: unit), description: .plain(""),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        let count = 120
        let step = Double(hours) * 3_600 / Double(count)
        let series = labels.enumerated().map { index, labels in
            Series(
                labels: labels,
                samples: (0...count).map { sample in
                    Domain.Sample(
                        time: start + Double(sample) * step,
                        value: sample == 50 ? .nan : value(Double(sample) / Double(count)) * (1 + Double(index) / 5))
                })
        }
        return Opportunity(
            workspace: number == 2 ? "staging/web" : "prod/web", rule: rule,
            address: "module.cluster.aws_instance.machine_with_a_long_name_\(number)", title: title,
            description: description, since: start + Double(hours) * 2_400,
            value: series.first?.samples.last?.value,
            evidence: Evidence(
                query: query, condition: rule.condition?.description ?? "", start: start,
                end: start + Double(hours) * 3_600, step: step, threshold: threshold,
                instances: ["module.cluster.aws_instance.machine_with_a_long_name_\(number)[0]"], series: series,
                located: "label instance_id = id in the state"))
    }

    static func opportunities() throws -> [Opportunity] {
        [
            try opportunity(
                1, query: "avg by (instance_id) (machine_cpu_utilization_ratio)",
                title: "module.cluster.aws_instance.machine_with_a_long_name_1 is idle",
                description: "CPU utilization has been 1.2% for at least a day; the threshold is 5%.", threshold: 0.05,
                unit: "{value|percent}", hours: 24, value: { $0 < 0.6 ? 0.12 - $0 / 6 : 0.02 - $0 / 200 },
                labels: [["instance_id": "i-0a11c0ffee0000001", "environment": "prod"]]),
            try opportunity(
                2, query: "sum by (volume) (disk_free_bytes{job=\"node\"})", title: "The disk fills up",
                description: "At this rate nothing is free in four days.", threshold: 53_687_091_200,
                unit: "{value|bytes}", hours: 336, value: { 214_748_364_800 * (1 - $0 * 0.9) },
                labels: (1...5).map { ["volume": "vol-0123456789abcdef\($0)", "job": "node"] }),
            try opportunity(
                3, query: "cpu", title: Sample.hostile, description: Sample.hostile, threshold: 5, unit: "x", hours: 1,
                value: { _ in 3 }, labels: [["id": "<script>alert(1)</script>\" onload=\"x"]]),
        ]
    }

    static func dashboard() throws -> Dashboard {
        let found = try opportunities()
        return Dashboard(
            at: start + 86_400, baseBranch: "main", base: Sample.id, version: "0.1.0",
            entries: [
                entry(found[0], .open, "", branch: "sphinx/prod/web/idle-machine-48bceb87d5"),
                entry(
                    found[1], .waiting,
                    "base not applied (1 to add, 0 to change, 0 to destroy) (run 20251124T160000Z-41)"),
                entry(found[2], .reported, "the rule has no fix.value, and there is no Gemini key"),
                other("prod/db", "aws_db_instance.orders", .failed, "its apply failed"),
                other("prod/db", "aws_db_instance.archive", .merged, "merged and not applied yet"),
                other("prod/cache", "aws_elasticache_cluster.sessions", .applied, ""),
                other(
                    "prod/queue", "aws_sqs_queue.mail", .rejected,
                    "the branch was deleted; not proposed again before 2025-12-24T16:00:00Z"),
            ],
            statuses: [
                RuleStatus(workspace: "prod/web", rule: "idle-machine", status: .firing, count: 2),
                RuleStatus(workspace: "staging/web", rule: "idle-machine", status: .firing, count: 1),
                RuleStatus(workspace: "prod/db", rule: "idle-machine", status: .clear, count: 4),
                RuleStatus(
                    workspace: "prod/cache", rule: "idle-machine", status: .suppressed, count: 1,
                    reason: "aws_elasticache_cluster.sessions: needed for recovery"),
                RuleStatus(
                    workspace: nil, rule: "busy-volume", status: .noData, count: 0,
                    reason: "the query matched no series"),
                RuleStatus(
                    workspace: "prod/queue", rule: "busy-volume", status: .error, count: 0, reason: Sample.hostile),
            ],
            workspaces: [
                workspace("prod/cache", 12), workspace("prod/db", 31), workspace("prod/queue", 3, apply: "never"),
                workspace("prod/web", 140, lock: "ci-runner-7/4121 until 2025-11-25T16:30:00Z"),
                workspace("staging/web", 88),
            ], history: history(),
            problems: [
                Problem(
                    .needsPerson, "unknown key 'treshold'", hint: "did you mean 'threshold'?",
                    location: SourceLocation(file: "rules.yml", line: 4, column: 38)),
                Problem(.passing, Sample.hostile),
            ])
    }

    private static func entry(
        _ opportunity: Opportunity, _ standing: Dashboard.Standing, _ reason: String, branch: String = ""
    ) -> Dashboard.Entry {
        Dashboard.Entry(
            standing: standing, key: opportunity.key, workspace: opportunity.workspace, rule: opportunity.rule.id,
            address: opportunity.address, title: opportunity.title, branch: branch, reason: reason,
            opportunity: opportunity, time: branch.isEmpty ? nil : start)
    }

    private static func other(
        _ workspace: String, _ address: String, _ standing: Dashboard.Standing, _ reason: String
    ) -> Dashboard.Entry {
        Dashboard.Entry(
            standing: standing, key: ProposalKey(workspace: workspace, rule: "idle-machine", address: address),
            workspace: workspace, rule: "idle-machine", address: address, title: "\(address) is idle",
            branch: standing == .rejected ? "sphinx/\(workspace)/idle-machine-0123456789" : "", reason: reason,
            time: start - 86_400)
    }

    private static func workspace(
        _ path: String, _ resources: Int, apply: String = "merged", lock: String? = nil
    ) -> Dashboard.WorkspaceLine {
        Dashboard.WorkspaceLine(path: path, resources: resources, backend: "s3", apply: apply, lock: lock)
    }

    // MARK: History

    private static func row(
        _ number: Int, run: Int, _ action: String, _ status: String, workspace: String? = nil, subject: String? = nil,
        _ details: [String: JSONValue] = [:]
    ) -> HistoryRow {
        HistoryRow(
            sequence: number,
            entry: HistoryEntry(
                run: "20251124T1\(run)0000Z-4\(run)",
                time: Date(timeIntervalSince1970: start + Double(run) * 3_600 + Double(number % 60)),
                workspace: workspace,
                action: action, status: status, subject: subject, details: .object(details)), hash: "")
    }

    private static func run(_ number: Int) -> [HistoryRow] {
        let cost = Double((number * 7) % 5) * 0.013_1
        let details: [String: JSONValue] = [
            "calls": .integer(Int64(number % 4)), "inputTokens": .integer(Int64(number * 12_345)),
            "outputTokens": .integer(Int64(number * 1_200)), "costUSD": .number(cost), "isPriceKnown": .bool(true),
            "proposals": .integer(3), "applies": .integer(Int64(number % 2)), "problems": .array([]),
        ]
        return [
            row(number * 100, run: number, "run", "started"),
            row(number * 100 + 40, run: number, "run", number == 3 ? "failed" : "done", details),
        ]
    }

    private static func history() -> RecordedHistory {
        let steps = [
            row(700, run: 7, "run", "started"),
            row(701, run: 7, "snapshot", "done", subject: Sample.id.hex),
            row(702, run: 7, "lock", "taken", workspace: "prod/db", subject: "refs/sphinx/locks/prod+db"),
            row(
                703, run: 7, "parity", "different", workspace: "prod/db", subject: "48bceb87d5",
                ["plan": .string("1 to add, 0 to change, 0 to destroy")]),
            row(
                704, run: 7, "propose", "waiting", workspace: "staging/web",
                subject: "sphinx/staging/web/idle-machine-1",
                ["reason": .string("base not applied (1 to add, 0 to change, 0 to destroy)")]),
            row(
                705, run: 7, "propose", "failed", workspace: "prod/web", subject: Sample.hostile,
                ["reason": .string(Sample.hostile)]),
            row(740, run: 7, "run", "done"),
        ]
        let applies = [
            row(
                620, run: 6, "apply", "applied", workspace: "prod/cache", subject: "c0ffee0123",
                ["reason": .string("Apply complete! Resources: 0 added, 1 changed, 0 destroyed.")]),
            row(
                720, run: 7, "apply", "failed", workspace: "prod/db", subject: "48bceb87d5",
                ["reason": .string("terraform apply: InvalidParameterValue: the size db.t9.small is not known")]),
        ]
        return RecordedHistory(runs: (0..<8).flatMap(run), steps: steps, applies: applies, proposals: [])
    }
}
