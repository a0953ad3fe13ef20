import Analysis
import ArgumentParser
import Domain
import Foundation
import PrometheusAdapter
import Reconciliation
import Reports

struct RulesCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for what loads and is probably not meant; asks Prometheus how often each rule would have fired."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var source: RulesOptions

    @Flag(help: "Do not ask Prometheus.")
    var offline = false

    @Option(help: "Days of the past in which rules would have fired.")
    var days = 7

    func validate() throws {
        guard (1...400).contains(days) else { throw ValidationError("--days is from 1 to 400") }
    }

    func run() async throws {
        try await options.reporting { composition in
            let set = try await source.rules(composition, base: options.base)
            let now = Date().timeIntervalSince1970
            let asked = offline ? [] : try await past(set, composition, now)
            let findings =
                set.warnings.map { ["load", "-", "\($0)"] } + Self.rows(Lint.findings(in: set, at: now))
                + asked.flatMap(\.findings)
            options.show(
                text: Self.text(findings, asked, set), markdown: Self.table(findings).markdown,
                json: Self.table(findings).json(schema: "sphinx.rulescheck/1", named: "findings"))
            if !findings.isEmpty { throw Exit.failed }
        }
    }

    private static func rows(_ findings: [LintFinding]) -> [[String]] {
        findings.map { finding in
            let place = finding.problem.location.map { "\($0): " } ?? ""
            let hint = finding.problem.hint.map { "; \($0)" } ?? ""
            return [finding.check, finding.rule, "\(place)\(finding.problem.message)\(hint)"]
        }
    }

    private static func table(_ findings: [[String]]) -> Table {
        Table(columns: ["check", "rule", "finding"], rows: findings)
    }

    private static func text(_ findings: [[String]], _ asked: [PastFiring], _ set: RuleSet) -> String {
        let lines = findings.map { "\($0[2]) [\($0[0])]\n" }.joined()
        let past = asked.isEmpty ? "" : Table(columns: PastFiring.columns, rows: asked.map(\.row)).text + "\n"
        return past + lines + "\(set.rules.count) rules, \(findings.count) findings\n"
    }

    /// Empty with a notice where there is no Prometheus to ask.
    private func past(_ set: RuleSet, _ composition: Composition, _ now: Double) async throws -> [PastFiring] {
        let prometheus = try composition.prometheus()
        do throws(Problem) {
            _ = try await prometheus.version()
        } catch {
            options.console.warning("Prometheus was not asked: \(error.message)")
            return []
        }
        return await PastFiring.of(set, days: days, now: now, metrics: prometheus)
    }
}

/// How a rule's query answers today, and how often its comparison held in the past.
struct PastFiring {
    static let columns = ["rule", "series now", "hours firing", "most at once"]

    let rule: String
    let series: String
    let hours: String
    let most: String
    let findings: [[String]]

    var row: [String] { [rule, series, hours, most] }

    static func of(_ set: RuleSet, days: Int, now: Double, metrics: any MetricSource) async -> [PastFiring] {
        let end = (now / 3_600).rounded(.down) * 3_600
        let expressions = PrometheusExport(set).expressions
        var all: [PastFiring] = []
        for rule in set.rules where rule.enabled && rule.source == .metrics {
            var findings: [[String]] = []
            var count = 0
            for (name, query) in rule.queries.sorted(by: { $0.key < $1.key }) {
                switch await answer(MetricQuery(query, .instant(end - rule.offset)), metrics) {
                case .failure(let problem): findings.append(["query/refused", rule.id, "\(rule.location): \(problem)"])
                case .success(let answer):
                    count += answer.series.count
                    guard answer.series.isEmpty else { continue }
                    let what = name == Rule.onlyQuery ? "the query" : "the query '\(name)'"
                    findings.append([
                        "query/series", rule.id,
                        "\(rule.location): the rule '\(rule.id)': \(what) matches no series now",
                    ])
                }
            }
            let past = await hours(expressions[rule.id], days, end, metrics)
            all.append(
                PastFiring(
                    rule: rule.id, series: String(count), hours: past?.hours ?? "-", most: past?.most ?? "-",
                    findings: findings))
        }
        return all
    }

    /// Whole hours; a `for` is not waited for.
    private static func hours(
        _ expression: String?, _ days: Int, _ end: Double, _ metrics: any MetricSource
    ) async -> (hours: String, most: String)? {
        guard let expression else { return nil }
        let query = MetricQuery(
            "count(\(expression))", .range(start: end - Double(days) * 86_400, end: end, step: 3_600))
        guard case .success(let answer) = await answer(query, metrics) else { return nil }
        let values = answer.series.first?.samples.map(\.value) ?? []
        return ("\(values.count) of \(days * 24)", NumberText.text(values.max() ?? 0))
    }

    private static func answer(
        _ query: MetricQuery, _ metrics: any MetricSource
    ) async -> Result<MetricAnswer, Problem> {
        do throws(Problem) {
            return .success(try await metrics.answer(query))
        } catch {
            return .failure(error)
        }
    }
}
