import Analysis
import Domain
import TestSupport

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

    let pace: Pace
    let cases: [Case]

    init(_ pace: Pace, cases count: Int = 36) throws {
        self.pace = pace
        var random = SeededGenerator(seed: pace.seed)
        cases = try (0..<count).map { number in
            try Self.generated(
                "m\(number)", Rule.Comparison.allCases[number % Rule.Comparison.allCases.count], pace, &random)
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
        let limit = Rule.Threshold.around(threshold, comparison)
        let leaf = Rule.Leaf(measure: .sustained(duration: Double(duration), maxGap: 0), comparison, limit)
        var rule = try Rule.sample(name, name, .compares(leaf), title: "t", description: "d")
        rule.step = pace.evaluations == 60 ? nil : Double(pace.evaluations)
        return Case(
            rule: rule, series: texts.map { RecordedSeries($0, every: Double(pace.samples)) }, texts: texts,
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

    /// As people get it: through the export.
    var rules: String { PrometheusExport(RuleSet(rules: cases.map(\.rule))).yaml }

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
                    let verdict = try verdict(of: generated.rule, on: series, at: Double(time))
                    let fires = verdict.isFiring != (flipped == states)
                    states += 1
                    firing += fires ? 1 : 0
                    return fires ? PromtoolAlert.text(["s": "\(number)"], generated.rule) : nil
                }
                expectations +=
                    "      - {eval_time: \(time)s, alertname: \(PrometheusExport.name(generated.rule.id)), "
                    + "exp_alerts: [\(alerts.joined(separator: ", "))]}\n"
            }
        }
        let head = "rule_files: [rules.yml]\nevaluation_interval: \(pace.evaluations)s\ntests:\n"
        let text =
            head + "  - interval: \(pace.samples)s\n    input_series:\n\(inputs)    alert_rule_test:\n\(expectations)"
        return (text, states, firing)
    }
}

extension Rule.Threshold {
    /// A range where the comparison has two ends.
    static func around(_ number: Double, _ comparison: Rule.Comparison) -> Rule.Threshold {
        comparison == .between || comparison == .outside ? .range(number - 0.5, number + 0.5) : .number(number)
    }
}

/// An alert as a rule test expects it, with everything that the export adds.
enum PromtoolAlert {
    static func text(_ labels: Labels, _ rule: Rule) -> String {
        let own = ["severity": rule.severity.rawValue, "sphinx_rule": rule.id]
        let all = labels.merging(own) { first, _ in first }.sorted { $0.key < $1.key }
            .map { "\($0.key): \"\($0.value)\"" }.joined(separator: ", ")
        return "{exp_labels: {\(all)}, exp_annotations: {title: t, description: d}}"
    }
}
