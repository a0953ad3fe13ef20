import Analysis
import Domain
import Foundation
import TestSupport
import Testing

/// Conditions of several parts, joined at resources here and by equal labels in the exported alerts.
@Suite("Trees against promtool")
struct PromtoolTreeTests {
    private struct Case {
        let rule: Rule
        /// Query → one text a series.
        let texts: [String: [String]]
    }

    private static let queries = ["a", "b", "c"]
    private static let series = 6

    private static func leaf(_ random: inout SeededGenerator) -> Rule.Condition {
        let comparison = Rule.Comparison.allCases.randomElement(using: &random) ?? .lessThan
        let query = queries.randomElement(using: &random) ?? "a"
        return .compares(
            Rule.Leaf(
                query: query, measure: .sustained(duration: 0, maxGap: 0), comparison,
                .around(Double(Int.random(in: 1...3, using: &random)), comparison)))
    }

    private static func tree(_ depth: Int, _ random: inout SeededGenerator) -> Rule.Condition {
        guard depth > 0 else { return leaf(&random) }
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in tree(depth - 1, &random) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .not(leaf(&random))
        case 1: return .any(parts)
        default: return .all(parts)
        }
    }

    /// Values are always there, as an absent one is unknown here and false in PromQL.
    private static func generated(_ number: Int, _ random: inout SeededGenerator) throws -> Case {
        var rule = Rule(
            id: "t\(number)", name: "t\(number)",
            queries: Dictionary(uniqueKeysWithValues: queries.map { ($0, "t\(number)\($0)") }),
            condition: tree(Int.random(in: 1...2, using: &random), &random), title: try Template(parsing: "t"),
            description: try Template(parsing: "d"), location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        rule.resource.type = "x"
        var texts: [String: [String]] = [:]
        for query in queries {
            texts[query] = (0..<series).map { _ in
                (0..<60).map { _ in String(Int.random(in: 0...4, using: &random)) }.joined(separator: " ")
            }
        }
        return Case(rule: rule, texts: texts)
    }

    private static let index = ResourceIndex(workspaces: [
        .init(
            workspace: "w", instances: [],
            declared: (0..<series).map {
                DeclaredResource(address: "x.s\($0)", type: "x", literals: [:], file: "main.tf")
            })
    ])

    private static func labels(_ number: Int) -> Labels { ["terraform_address": "x.s\(number)"] }

    /// The numbers of the series that fire.
    private static func firing(_ generated: Case, at time: Int) -> Set<Int> {
        let result = RuleSet(rules: [generated.rule]).analysed(at: Double(time), index: index) { query in
            let name = String(query.expression.suffix(1))
            let texts = generated.texts[name] ?? []
            return .success(
                MetricAnswer(
                    series: texts.enumerated().map {
                        RecordedSeries($0.element, labels: labels($0.offset)).answer(to: query)
                    }))
        }
        return Set(result.opportunities.compactMap { Int($0.address.dropFirst(3)) })
    }

    @Test("every tree fires where the exported alert does")
    func noDifference() async throws {
        var random = SeededGenerator(seed: 5)
        let cases = try (0..<60).map { try Self.generated($0, &random) }
        let export = PrometheusExport(RuleSet(rules: cases.map(\.rule)))
        #expect(export.omissions.isEmpty)
        var (inputs, expectations, states, count) = ("", "", 0, 0)
        for generated in cases {
            for (query, texts) in generated.texts {
                for (number, text) in texts.enumerated() {
                    inputs +=
                        "      - {series: '\(generated.rule.id)\(query){terraform_address=\"x.s\(number)\"}', "
                        + "values: '\(text)'}\n"
                }
            }
            for time in stride(from: 0, through: 3_540, by: 540) {
                let fires = Self.firing(generated, at: time)
                states += Self.series
                count += fires.count
                let alerts = fires.sorted().map { PromtoolAlert.text(Self.labels($0), generated.rule) }
                expectations +=
                    "      - {eval_time: \(time)s, alertname: \(PrometheusExport.name(generated.rule.id)), "
                    + "exp_alerts: [\(alerts.joined(separator: ", "))]}\n"
            }
        }
        #expect(states == 2_520 && count > 500, "\(states) states, \(count) firing")
        let folder = try TemporaryFolder()
        try folder.write(export.yaml, to: "rules.yml")
        try folder.write(
            "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n\(inputs)"
                + "    alert_rule_test:\n\(expectations)", to: "test.yml")
        let output = try await Shell.run(
            "sh", ["-c", "promtool test rules test.yml 2>&1 || echo DIFFERENT"], in: folder.path)
        #expect(output.contains("SUCCESS") && !output.contains("DIFFERENT"), "\(output.prefix(3_000))")
    }
}
