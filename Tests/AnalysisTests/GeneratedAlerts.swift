import Analysis
import Domain

/// Random series and rules, and Sphinx's verdicts on them, written down as a rule test for promtool.
struct GeneratedAlerts {
    /// How far apart samples and evaluations are, in seconds.
    struct Pace: Sendable {
        let samples: Int
        let evaluations: Int
        let seed: UInt64
    }

    struct Case {
        let rule: Rule
        let series: [RecordedSeries]
        /// What promtool reads: one text a series.
        let texts: [String]
        let times: [Int]
    }

    private static let signs: [Rule.Comparison: String] = [
        .lessThan: "<", .lessThanOrEqual: "<=", .greaterThan: ">", .greaterThanOrEqual: ">=", .equals: "==",
        .notEquals: "!=",
    ]

    let pace: Pace
    let cases: [Case]

    init(_ pace: Pace, cases count: Int = 36) throws {
        self.pace = pace
        var random = SeededGenerator(seed: pace.seed)
        cases = try (0..<count).map { number in
            try Self.generated("m\(number)", Rule.Comparison.allCases[number % 6], pace, &random)
        }
    }

    // MARK: Generating

    private static func generated(
        _ name: String, _ comparison: Rule.Comparison, _ pace: Pace, _ random: inout SeededGenerator
    ) throws -> Case {
        let threshold = Double(Int.random(in: 0...8, using: &random)) / 2
        let steps = Int.random(in: 0...12, using: &random)
        // Some durations are no whole number of steps.
        let duration = steps * 60 + (Bool.random(using: &random) ? 0 : Int.random(in: 1...59, using: &random))
        let texts = (0..<5).map { _ in series(length: 7_200 / pace.samples, around: threshold, &random) }
        let times = (0..<16).map { _ in
            Int.random(in: 0...(7_200 / pace.evaluations), using: &random) * pace.evaluations
        }
        return Case(
            rule: try .sample(name, name, Rule.Condition(comparison, threshold, duration: Double(duration))),
            series: texts.map { RecordedSeries($0, every: Double(pace.samples)) }, texts: texts,
            times: Set(times).sorted())
    }

    /// Stretches of values near the threshold, of gaps, of NaN, and single staleness markers.
    private static func series(length: Int, around threshold: Double, _ random: inout SeededGenerator) -> String {
        var words: [String] = []
        while words.count < length {
            let stretch = Int.random(in: 1...16, using: &random)
            switch Int.random(in: 0..<16, using: &random) {
            case 0: words.append("stale")
            case 1: words += Array(repeating: "NaN", count: min(stretch, 3))
            case 2, 3, 4: words += Array(repeating: "_", count: min(stretch, 8))
            case 5: words.append(Bool.random(using: &random) ? "inf" : "-inf")
            default:
                let offset = Double(Int.random(in: -2...2, using: &random)) / 2
                words += Array(repeating: String(threshold + offset), count: stretch)
            }
        }
        return words.prefix(length).joined(separator: " ")
    }

    // MARK: Writing

    /// At one minute by the request that is planned for the rule; other paces by the same window on their own grid.
    private func fires(_ rule: Rule, _ series: RecordedSeries, at time: Int) throws -> Bool {
        if pace.evaluations == 60 { return try verdict(of: rule, on: series, at: Double(time)).isFiring }
        let (end, step) = (Double(time), Double(pace.evaluations))
        let start = end - (((rule.condition?.duration ?? 0) + 900) / step).rounded(.up) * step
        let samples = series.answer(to: MetricQuery(rule.expression, .range(start: start, end: end, step: step)))
            .samples
        return ConditionEvaluator.verdict(
            of: samples, on: Grid(start: start, end: end, step: step), rule.condition
        ).isFiring
    }

    var rules: String {
        let alerts = cases.map { generated in
            let (name, leaf) = (generated.rule.expression, generated.rule.condition?.single)
            let sign = (leaf?.comparison).flatMap { Self.signs[$0] } ?? ""
            // NaN is absent for Sphinx, so that it has to be for the alert: NaN is unequal to itself.
            let expression = "(\(name) \(sign) \(leaf?.number ?? .nan)) and (\(name) == \(name))"
            return "      - {alert: \(name), expr: '\(expression)', for: \(Int(leaf?.duration ?? 0))s}"
        }
        return "groups:\n  - name: all\n    interval: \(pace.evaluations)s\n    rules:\n"
            + alerts.joined(separator: "\n") + "\n"
    }

    /// The test file with its states and how many of them fire, where the verdict of one may be turned round.
    func test(flipping flipped: Int? = nil) throws -> (text: String, states: Int, firing: Int) {
        var inputs = ""
        var expectations = ""
        var (states, firing) = (0, 0)
        for generated in cases {
            for (number, text) in generated.texts.enumerated() {
                inputs += "      - {series: '\(generated.rule.expression){s=\"\(number)\"}', values: '\(text)'}\n"
            }
            for time in generated.times {
                let alerts = try generated.series.enumerated().compactMap { number, series -> String? in
                    let fires = try fires(generated.rule, series, at: time) != (flipped == states)
                    states += 1
                    firing += fires ? 1 : 0
                    return fires ? "{exp_labels: {s: \"\(number)\"}}" : nil
                }
                expectations +=
                    "      - {eval_time: \(time)s, alertname: \(generated.rule.expression), "
                    + "exp_alerts: [\(alerts.joined(separator: ", "))]}\n"
            }
        }
        let head = "rule_files: [rules.yml]\nevaluation_interval: \(pace.evaluations)s\ntests:\n"
        let text =
            head + "  - interval: \(pace.samples)s\n    input_series:\n\(inputs)    alert_rule_test:\n\(expectations)"
        return (text, states, firing)
    }
}
