import Analysis
import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import PrometheusAdapter

/// Measures over windows, asked of a real server, against the same arithmetic over the samples themselves.
@Suite("Measures on a real Prometheus")
struct MeasureTests {
    private static let end = 1_800_000_000.0
    private static let count = 240
    private static let machines = 8

    /// One sample a minute for four hours, ending at `end`.
    private static let values: [[Double]] = (0..<machines).map { machine in
        var random = SystemLike(seed: UInt64(machine) + 1)
        return (0..<count).map { _ in Double(random.next() % 1_000) / 100 }
    }

    /// A small generator of its own, as the numbers have to be the same everywhere.
    private struct SystemLike {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static func text(_ value: (Int, Int) -> Double?) -> String {
        var lines = ["# TYPE cpu gauge"]
        for machine in 0..<machines {
            for minute in 0..<count {
                guard let value = value(machine, minute) else { continue }
                let time = Int(end) - (count - 1 - minute) * 60
                lines.append("cpu{instance_id=\"i-\(machine)\"} \(value.isNaN ? "NaN" : "\(value)") \(time)")
            }
        }
        return (lines + ["# EOF", ""]).joined(separator: "\n")
    }

    private static let index = ResourceIndex(workspaces: [
        .init(
            workspace: "w",
            instances: (0..<machines).map {
                ResourceInstance(
                    address: "aws_instance.m\($0)", type: "aws_instance", values: .object(["id": .string("i-\($0)")]))
            })
    ])

    private static func rule(
        _ measure: Rule.Measure, _ comparison: Rule.Comparison, _ threshold: Double, window: Double,
        query: String = "cpu"
    ) throws -> Rule {
        var rule = Rule(
            id: "r", name: "r", query: query,
            condition: .compares(Rule.Leaf(measure: measure, comparison, .number(threshold))),
            resource: Rule.ResourceSelector(type: "aws_instance"), title: try Template(parsing: "{value}"),
            description: try Template(parsing: ""), location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        rule.window = window
        return rule
    }

    /// Asks round by round, as a run does.
    private static func analysed(
        _ rule: Rule, _ url: String, at now: Double = end + 30
    ) async throws -> (result: AnalysisResult, asked: [MetricQuery]) {
        let source = try PrometheusSource(PrometheusSource.Settings(url: url))
        let analyzer = Analyzer(rules: RuleSet(rules: [rule]), now: now)
        var (answers, asked): (Answers, [MetricQuery]) = (Answers(), [])
        while true {
            let planned = analyzer.wanted(answers)
            if planned.isEmpty { break }
            for each in planned {
                asked.append(each.query)
                answers.add(.success(try await source.answer(each.query)), to: each.query)
            }
        }
        let analysis = analyzer.analyse(answers, index: index)
        for each in analysis.wanted(answers) {
            asked.append(each.query)
            answers.add(.success(try await source.answer(each.query)), to: each.query)
        }
        return (analysis.result(answers), asked)
    }

    private static func firing(_ result: AnalysisResult) -> [Int: Double] {
        Dictionary(
            uniqueKeysWithValues: result.opportunities.compactMap { opportunity in
                Int(opportunity.address.dropFirst("aws_instance.m".count)).map { ($0, opportunity.value ?? .nan) }
            })
    }

    /// The same over the last samples, as the documentation of the functions says it.
    private static func reduced(_ reduction: Rule.Reduction, _ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        switch reduction {
        case .last: return values.last ?? .nan
        case .min: return values.min() ?? .nan
        case .max: return values.max() ?? .nan
        case .avg: return mean
        case .sum: return values.reduce(0, +)
        case .count: return Double(values.count)
        case .stddev: return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)).squareRoot()
        case .quantile(let share): return Quantile.of(values, share)
        case .rate: return .nan
        }
    }

    @Test("every reduction of every series is what its samples say, on both sides of a threshold")
    func reductions() async throws {
        let server = try await PrometheusServer(openMetrics: Self.text { Self.values[$0][$1] })
        let reductions: [Rule.Reduction] = [
            .last, .min, .max, .avg, .sum, .count, .stddev, .quantile(0.5), .quantile(0.95), .quantile(0.995),
        ]
        var states = 0
        for reduction in reductions {
            for minutes in [30, 59, 120] {
                // Newer servers leave the older end of a range out; the samples at both are asked for here.
                let expected = Self.values.map { Self.reduced(reduction, Array($0.suffix(minutes + 1))) }
                let threshold = Quantile.median(expected)
                for comparison in [Rule.Comparison.lessThan, .greaterThanOrEqual] {
                    let rule = try Self.rule(.reduced(reduction), comparison, threshold, window: Double(minutes) * 60)
                    let found = Self.firing(try await Self.analysed(rule, server.url, at: Self.end).result)
                    for (machine, value) in expected.enumerated() where abs(value - threshold) > 1e-9 {
                        states += 1
                        #expect(
                            (found[machine] != nil) == comparison.holds(value, threshold), "\(reduction) \(minutes)")
                        if let seen = found[machine] { #expect(abs(seen - value) < 1e-6 * max(1, abs(value))) }
                    }
                }
            }
        }
        #expect(states > 350, "\(states)")
    }

    @Test("an expression is reduced over the points of its own step")
    func expression() async throws {
        let server = try await PrometheusServer(openMetrics: Self.text { Self.values[$0][$1] })
        let rule = try Self.rule(.reduced(.max), .lessThan, 19.5, window: 1_800, query: "cpu * 2")
        let found = Self.firing(try await Self.analysed(rule, server.url, at: Self.end).result)
        for machine in 0..<Self.machines {
            let peak = (Self.values[machine].suffix(31).max() ?? 0) * 2
            #expect((found[machine] != nil) == (peak < 19.5))
        }
    }

    @Test(
        "a share of the window, whether it is fetched whole or counted by the server",
        arguments: [(30, 0.5), (30, 0.9), (120, 0.5), (120, 0.55)])
    func fractions(minutes: Int, share: Double) async throws {
        let server = try await PrometheusServer(openMetrics: Self.text { Self.values[$0][$1] })
        for step in [60.0, 10] {
            var rule = try Self.rule(.fraction(share), .lessThan, 5, window: Double(minutes) * 60)
            rule.step = step
            let (result, asked) = try await Self.analysed(rule, server.url, at: Self.end)
            #expect(asked.contains { if case .range = $0.time { true } else { false } } || step == 10)
            let found = Self.firing(result)
            for machine in 0..<Self.machines {
                // Between samples the newest one stands.
                let points = (0...(minutes * 60 / Int(step))).map { index in
                    Self.values[machine][Self.count - 1 - (index * Int(step) + 59) / 60]
                }
                let held = Double(points.count { $0 < 5 }) / Double(points.count)
                guard abs(held - share) > 0.02 else { continue }
                #expect((found[machine] != nil) == (held >= share), "machine \(machine): \(held)")
            }
        }
    }

    @Test("NaN is left out of a window, and what ends in NaN is stale")
    func notANumber() async throws {
        // Machine 0 has one NaN, machine 1 ends in an hour of it, machine 2 is nothing else.
        let server = try await PrometheusServer(
            openMetrics: Self.text { machine, minute in
                if machine == 2 || machine == 1 && minute >= Self.count - 60 || machine == 0 && minute == Self.count - 5
                {
                    return .nan
                }
                return machine > 2 ? 9 : 1
            })
        for reduction in [Rule.Reduction.avg, .max, .quantile(0.5)] {
            let rule = try Self.rule(.reduced(reduction), .lessThan, 5, window: 7_200)
            let (result, asked) = try await Self.analysed(rule, server.url)
            #expect(Self.firing(result) == [0: 1], "\(reduction)")
            let lines = result.statuses.map { "\($0.status.rawValue) \($0.count)" }
            #expect(lines == ["clear 5", "firing 1", "no_data 1", "stale 1"], "\(reduction): \(lines)")
            #expect(asked.contains { $0.expression.contains("==") } || reduction == .max)
        }
    }

    @Test("whole buckets, at least so many of them; the one that is not over does not count")
    func buckets() async throws {
        // Hours that end at the hour: machine n is low in n of the last three.
        let server = try await PrometheusServer(
            openMetrics: Self.text { machine, minute in
                let hour = (Int(Self.end) - (Self.count - 1 - minute) * 60 - 1) / 3_600
                let last = Int(Self.end) / 3_600 - 1
                return hour > last || last - hour < machine ? 1 : 9
            })
        let rule = try Self.rule(
            .buckets(size: 3_600, .max, atLeast: 2, of: 3), .lessThan, 5, window: 3_600)
        let found = Self.firing(try await Self.analysed(rule, server.url).result)
        #expect(found.keys.sorted() == Array(2..<Self.machines))
    }

    @Test("too little of a window says so, with the figures")
    func coverage() async throws {
        let server = try await PrometheusServer(openMetrics: Self.text { $1 > Self.count - 30 + $0 ? 1 : nil })
        var rule = try Self.rule(.reduced(.max), .lessThan, 5, window: 3_600)
        rule.coverage.minRatio = 0.9
        let result = try await Self.analysed(rule, server.url, at: Self.end).result
        #expect(result.opportunities.isEmpty && result.clear.isEmpty)
        #expect(result.statuses.map { "\($0.status.rawValue) \($0.count)" } == ["insufficient_data 8"])
        #expect(
            result.statuses.first?.reason?.hasSuffix("% of the points of 1h; 90% are needed") == true,
            "\(result.statuses)")
    }

    @Test("evidence is asked for what fires alone, and has at most 200 points")
    func evidence() async throws {
        let server = try await PrometheusServer(openMetrics: Self.text { machine, _ in machine == 3 ? 1 : 9 })
        let rule = try Self.rule(.reduced(.max), .lessThan, 5, window: 14_000)
        let (result, asked) = try await Self.analysed(rule, server.url, at: Self.end)
        let series = try #require(result.opportunities.first).evidence.series
        #expect(result.opportunities.count == 1 && series.map(\.labels) == [["instance_id": "i-3"]])
        #expect(series.allSatisfy { $0.samples.count <= 200 && $0.samples.count > 50 })
        #expect(
            asked.count { if case .range = $0.time { true } else { false } } == 1,
            "only the evidence is a range: \(asked.map(\.expression))")
    }

    @Test("a server that refuses so many samples is asked for half the time, and again")
    func tooManySamples() async throws {
        let server = try await PrometheusServer(
            openMetrics: Self.text { Self.values[$0][$1] }, arguments: ["--query.max-samples=700"])
        let source = try PrometheusSource(PrometheusSource.Settings(url: server.url))
        let start = Self.end - 7_200
        let whole = MetricQuery("cpu", .range(start: start, end: Self.end, step: 60))
        let answer = try await source.answer(whole)
        #expect(answer.series.count == Self.machines)
        #expect(
            answer.series.allSatisfy {
                $0.samples.map(\.time) == stride(from: start, through: Self.end, by: 60).map { $0 }
            })
        #expect(answer.series.first?.samples.map(\.value) == Self.values[0].suffix(121))
        let problem = await #expect(throws: Problem.self) {
            try await source.answer(MetricQuery("cpu[4h]", .instant(Self.end)))
        }
        #expect(problem?.message.contains("too many samples") == true)
    }
}
