import Analysis
import Domain
import Foundation
import TestSupport
import Testing

/// Our verdicts, written down as expectations of Prometheus's own rule tests.
@Suite("Against promtool")
struct PromtoolTests {
    /// What a series holds at one minute.
    enum Point: Hashable {
        case value(Int), gap, stale, nan

        var text: String {
            switch self {
            case .value(let value): String(value)
            case .gap: "_"
            case .stale: "stale"
            case .nan: "NaN"
            }
        }
    }

    static let minutes = 60
    static let evaluations = Array(stride(from: 0, through: 59, by: 2))
    static let conditions: [(name: String, sign: String, condition: Rule.Condition)] = [
        ("less", "<", Rule.Condition(.lessThan, 5, duration: 300)),
        ("lessOrEqual", "<=", Rule.Condition(.lessThanOrEqual, 4, duration: 0)),
        ("greater", ">", Rule.Condition(.greaterThan, 4, duration: 120)),
        ("greaterOrEqual", ">=", Rule.Condition(.greaterThanOrEqual, 3, duration: 600)),
        ("equal", "==", Rule.Condition(.equals, 2, duration: 60)),
        ("notEqual", "!=", Rule.Condition(.notEquals, 2, duration: 240)),
    ]

    /// Long runs of one side with gaps, staleness markers and NaN between.
    static func series(_ count: Int) -> [[Point]] {
        var generator = SeededGenerator(seed: 20_261_124)
        return (0..<count).map { number in
            var points: [Point] = []
            var level = 0
            while points.count < minutes {
                level = Int.random(in: 0...8, using: &generator)
                let length = Int.random(in: 1...14, using: &generator)
                let kind = Int.random(in: 0..<10, using: &generator)
                let point: Point = kind < 6 ? .value(level) : kind < 8 ? .gap : kind == 8 ? .stale : .nan
                points += Array(repeating: point, count: kind < 6 ? length : min(length, 8))
            }
            // PromQL finds NaN unequal to everything, Sphinx finds it absent (S2): every third series has none.
            return points.prefix(minutes).map { number % 3 == 0 && $0 == .nan ? .gap : $0 }
        }
    }

    /// The value that a range query gives at a minute: the newest sample of the last five minutes, both ends included.
    static func resampled(_ points: [Point], at minute: Int) -> Double? {
        for age in 0...5 where minute - age >= 0 {
            switch points[minute - age] {
            case .value(let value): return Double(value)
            case .nan: return .nan
            case .stale: return nil
            case .gap: continue
            }
        }
        return nil
    }

    static func isFiring(_ points: [Point], _ condition: Rule.Condition, at minute: Int) -> Bool {
        let window = condition.duration + 900
        let end = Double(minute) * 60
        let grid = Grid(start: end - window, end: end, step: 60)
        let samples = (0...minute).compactMap { minute in
            resampled(points, at: minute).map { Sample(time: Double(minute) * 60, value: $0) }
        }
        if case .firing = ConditionEvaluator.verdict(of: samples, on: grid, condition) { return true }
        return false
    }

    /// The rule test, and how many of its states fire.
    static func ruleTest(flipping flipped: Int? = nil) -> (rules: String, test: String, states: Int, firing: Int) {
        let series = Self.series(15)
        var rules = "groups:\n  - name: all\n    interval: 1m\n    rules:\n"
        var test = "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n"
        for (number, points) in series.enumerated() {
            test += "      - {series: 'm{s=\"\(number)\"}', values: '\(points.map(\.text).joined(separator: " "))'}\n"
        }
        test += "    alert_rule_test:\n"
        var (states, firing) = (0, 0)
        for (name, sign, condition) in conditions {
            let minutes = Int(condition.duration / 60)
            rules +=
                "      - {alert: \(name), expr: 'm \(sign) \(Int(condition.single?.number ?? 0))', for: \(minutes)m}\n"
            for minute in evaluations {
                test += "      - {eval_time: \(minute)m, alertname: \(name), exp_alerts: ["
                for (number, points) in series.enumerated() where name != "notEqual" || number % 3 == 0 {
                    let fires = isFiring(points, condition, at: minute) != (flipped == states)
                    states += 1
                    if fires {
                        firing += 1
                        test += "{exp_labels: {s: \"\(number)\"}}, "
                    }
                }
                test += "]}\n"
            }
        }
        return (rules.replacing("'m != 2'", with: "'m{s=~\"0|3|6|9|12\"} != 2'"), test, states, firing)
    }

    private func run(_ folder: TemporaryFolder) async throws -> String {
        try await Shell.run("sh", ["-c", "promtool test rules test.yml 2>&1 || echo DIFFERENT"], in: folder.path)
    }

    @Test("at least 2,000 states are what Prometheus says they are")
    func noDifference() async throws {
        let (rules, test, states, firing) = Self.ruleTest()
        #expect(states >= 2_000 && firing >= 200)
        let folder = try TemporaryFolder()
        try folder.write(rules, to: "rules.yml")
        try folder.write(test, to: "test.yml")
        let output = try await run(folder)
        #expect(output.contains("SUCCESS") && !output.contains("DIFFERENT"), "\(output.prefix(3_000))")
    }

    @Test("one state that differs is found", arguments: [0, 777, 1_999])
    func detects(state: Int) async throws {
        let (rules, test, _, _) = Self.ruleTest(flipping: state)
        let folder = try TemporaryFolder()
        try folder.write(rules, to: "rules.yml")
        try folder.write(test, to: "test.yml")
        #expect(try await run(folder).contains("DIFFERENT"))
    }
}
