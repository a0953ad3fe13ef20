import Analysis
import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import PrometheusAdapter

/// Rules of every measure, judged here and, through the export, by the very server that has the samples.
@Suite("Exported measures on a real Prometheus")
struct ExportedMeasureTests {
    private static let end = 1_800_000_000
    private static let minutes = 300
    private static let machines = 8
    /// Whole multiples of the two minutes to which a forecast's window is thinned, as a subquery's points are.
    private static let evaluated = [61, 171, 299]
    private static let queries = ["a", "b", "c"]

    // MARK: Samples

    /// Stretches of one value, of gaps and of noise; never NaN, which a raw window counts there and not here.
    private static func samples(_ random: inout SeededGenerator) -> [Int?] {
        var samples: [Int?] = []
        while samples.count < minutes {
            let stretch = Int.random(in: 1...30, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: samples += Array(repeating: nil, count: min(stretch, 12))
            case 1...4: samples += Array(repeating: Int.random(in: 0...6, using: &random), count: stretch)
            default: samples += (0..<stretch).map { _ in Int.random(in: 0...6, using: &random) }
            }
        }
        return Array(samples.prefix(minutes))
    }

    private static var text: String {
        var random = SeededGenerator(seed: 11)
        var lines: [String] = []
        for query in queries {
            lines.append("# TYPE \(query) gauge")
            for machine in 0..<machines {
                for (minute, value) in samples(&random).enumerated() {
                    guard let value else { continue }
                    let time = end - (minutes - 1 - minute) * 60
                    lines.append("\(query){terraform_address=\"x.s\(machine)\"} \(value) \(time)")
                }
            }
        }
        return (lines + ["# EOF", ""]).joined(separator: "\n")
    }

    // MARK: Rules

    private static func measure(_ random: inout SeededGenerator) -> Rule.Measure {
        let reductions: [Rule.Reduction] = [
            .last, .min, .max, .avg, .sum, .count, .stddev, .quantile(0.5), .quantile(0.95),
        ]
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: return .sustained(duration: Double(Int.random(in: 0...9, using: &random)) * 60, maxGap: 0)
        case 2, 3: return .fraction(Double(Int.random(in: 1...10, using: &random)) / 10)
        case 4: return .forecast(Forecast(horizon: Double(Int.random(in: 1...120, using: &random)) * 60, minFit: 0))
        default: return .reduced(reductions.randomElement(using: &random) ?? .max)
        }
    }

    private static func threshold(_ measure: Rule.Measure, _ random: inout SeededGenerator) -> Double {
        let number = Double(Int.random(in: 1...9, using: &random)) / 2 + 0.25
        switch measure {
        case .reduced(.sum): return number * 20
        case .reduced(.count): return number * 8
        case .reduced(.stddev): return number / 2
        default: return number
        }
    }

    private static func tree(_ depth: Int, _ random: inout SeededGenerator) -> Rule.Condition {
        guard depth > 0 else {
            let measure = measure(&random)
            let comparison: Rule.Comparison = Bool.random(using: &random) ? .lessThan : .greaterThanOrEqual
            return .compares(
                Rule.Leaf(
                    query: queries.randomElement(using: &random) ?? "a", measure: measure, comparison,
                    .number(threshold(measure, &random))))
        }
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in tree(depth - 1, &random) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .not(tree(depth - 1, &random))
        case 1: return .any(parts)
        default: return .all(parts)
        }
    }

    private static func rule(_ number: Int, _ random: inout SeededGenerator) throws -> Rule {
        // Some are no selectors, whose windows are of points and not of samples.
        let isPlain = Bool.random(using: &random)
        var rule = Rule(
            id: "r\(number)", name: "r\(number)",
            queries: Dictionary(uniqueKeysWithValues: queries.map { ($0, isPlain ? $0 : "\($0) * 1") }),
            condition: tree(number % 3, &random), title: try Template(parsing: "t"),
            description: try Template(parsing: ""), location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        rule.window = [nil, 1_200, 3_600, 7_200].randomElement(using: &random) ?? nil
        rule.offset = [0, 0, 240].randomElement(using: &random) ?? 0
        rule.resource.type = "x"
        return rule
    }

    // MARK: Judging

    private static let index = ResourceIndex(workspaces: [
        .init(
            workspace: "w", instances: [],
            declared: (0..<machines).map {
                DeclaredResource(address: "x.s\($0)", type: "x", literals: [:], file: "main.tf")
            })
    ])

    private static func firing(_ rule: Rule, _ source: PrometheusSource, at now: Double) async throws -> Set<String> {
        let analyzer = Analyzer(rules: RuleSet(rules: [rule]), now: now)
        var answers = Answers()
        while case let planned = analyzer.wanted(answers), !planned.isEmpty {
            for each in planned { answers.add(.success(try await source.answer(each.query)), to: each.query) }
        }
        let result = analyzer.analyse(answers, index: index).result(answers)
        #expect(result.problems.isEmpty)
        return Set(result.opportunities.map(\.address))
    }

    private static func alerting(
        _ expression: String, _ source: PrometheusSource, at now: Double
    ) async throws -> Set<String> {
        let answer = try await source.answer(MetricQuery(expression, .instant(now)))
        return Set(answer.series.compactMap { $0.labels["terraform_address"] })
    }

    @Test("a rule fires where its exported expression has a value")
    func noDifference() async throws {
        let server = try await PrometheusServer(openMetrics: Self.text)
        let source = try PrometheusSource(PrometheusSource.Settings(url: server.url))
        var random = SeededGenerator(seed: 3)
        let rules = try (0..<150).map { try Self.rule($0, &random) }
        let expressions = PrometheusExport(RuleSet(rules: rules)).expressions
        var (states, count, differences): (Int, Int, [String]) = (0, 0, [])
        for rule in rules {
            // A `for` that stands alone is the alert's own.
            if let leaf = rule.condition?.single, case .sustained(let duration, _) = leaf.measure, duration > 0 {
                continue
            }
            let expression = try #require(expressions[rule.id])
            for minute in Self.evaluated {
                let now = Double(Self.end - (Self.minutes - 1 - minute) * 60)
                let fires = try await Self.firing(rule, source, at: now)
                let alerts = try await Self.alerting(expression, source, at: now)
                states += Self.machines
                count += fires.count
                if fires != alerts {
                    differences.append("\(expression) at \(minute): \(fires.sorted()), \(alerts.sorted())")
                }
            }
        }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(3).joined(separator: "\n\n"))")
        #expect(states > 3_000 && count > 500, "\(states) states, \(count) firing")
    }
}
