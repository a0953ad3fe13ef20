import Analysis
import Domain
import TestSupport
import Testing

@Suite("Rules as Prometheus's alerts")
struct PrometheusExportTests {
    private static func rule(
        _ id: String, _ measure: Rule.Measure, _ comparison: Rule.Comparison = .lessThan,
        _ threshold: Rule.Threshold = .number(5), query: String = "cpu{job=\"a\"}", window: Double? = nil,
        title: String = "t", description: String = "d"
    ) throws -> Rule {
        var rule = try Rule.sample(
            id, query, .compares(Rule.Leaf(measure: measure, comparison, threshold)), title: title,
            description: description)
        rule.window = window
        return rule
    }

    /// The expression and the duration that one rule becomes.
    private static func alert(_ rule: Rule) -> [String] {
        PrometheusExport(RuleSet(rules: [rule])).yaml.split(separator: "\n").map { $0.drop { $0 == " " } }
            .filter { $0.hasPrefix("expr: ") || $0.hasPrefix("for: ") || $0.hasPrefix("#") }.map(String.init)
    }

    @Test(
        "measures and comparisons",
        arguments: [
            (.sustained(duration: 3_600, maxGap: 0), .lessThan, .number(5), ["expr: \"(up) < 5\"", "for: 1h"]),
            (.sustained(duration: 0, maxGap: 0), .notEquals, .number(0.5), ["expr: \"((up) != 0.5) == (up)\""]),
            (.sustained(duration: 0, maxGap: 0), .between, .range(1, 2), ["expr: \"((up) >= 1) <= 2\""]),
            (.sustained(duration: 0, maxGap: 0), .outside, .range(1, 2), ["expr: \"((up) < 1) or ((up) > 2)\""]),
            (
                .sustained(duration: 60, maxGap: 60), .lessThan, .number(5),
                ["# left out: r: 'max_gap' has no like in Prometheus"]
            ),
            (
                .reduced(.max), .lessThan, .attribute("size", scale: 1),
                ["# left out: r: its threshold is not a number"]
            ),
            (
                .forecast(Forecast(horizon: 60)), .lessThan, .number(5),
                ["# left out: r: the fit of a forecast is Sphinx's own"]
            ),
        ] as [(Rule.Measure, Rule.Comparison, Rule.Threshold, [String])])
    func measures(
        measure: Rule.Measure, comparison: Rule.Comparison, threshold: Rule.Threshold, lines: [String]
    ) throws {
        #expect(Self.alert(try Self.rule("r", measure, comparison, threshold, query: "up")) == lines)
    }

    private static let fresh = "(max_over_time(up[10m]) >= -Inf)"
    private static let enough = "(count_over_time(((up) == (up))[15m1s:1m]) >= 3)"

    @Test("a reduction counts where its window is covered and its end is fresh")
    func reductions() throws {
        let guards = "\(Self.fresh) and \(Self.enough)"
        let max = try Self.rule("r", .reduced(.max), query: "up")
        #expect(Self.alert(max) == ["expr: \"((max_over_time(up[15m])) < 5) and \(guards)\""])
        let quantile = try Self.rule("r", .reduced(.quantile(0.95)), .greaterThan, query: "up")
        #expect(Self.alert(quantile) == ["expr: \"((quantile_over_time(0.95, up[15m])) > 5) and \(guards)\""])
    }

    @Test("an expression's window is its points, both ends included, without NaN")
    func subquery() throws {
        let rule = try Self.rule("r", .reduced(.avg), query: "rate(x[5m])", window: 3_600)
        let (rate, points) = ("(rate(x[5m]))", "((rate(x[5m])) == (rate(x[5m])))[1h1s:1m]")
        #expect(
            Self.alert(rule) == [
                "expr: \"((avg_over_time(\(points))) < 5) and (max_over_time(\(rate)[10m1s:1m]) >= -Inf) "
                    + "and (count_over_time(\(points)) >= 3)\""
            ])
    }

    @Test("a share of the points, and a line through them")
    func shares() throws {
        let points = "((up) == (up))"
        #expect(
            Self.alert(try Self.rule("r", .fraction(0.9), query: "up")) == [
                "expr: \"(last_over_time(\(points)[10m1s:1m])) and (count_over_time(\(points)[15m1s:1m]) >= 3) and "
                    + "(count_over_time(((up) < 5)[15m1s:1m]) / count_over_time(\(points)[15m1s:1m]) >= 0.9)\""
            ])
        let forecast = Rule.Measure.forecast(Forecast(horizon: 14_400, minFit: 0))
        #expect(
            Self.alert(try Self.rule("r", forecast, query: "up")) == [
                "expr: \"((predict_linear(\(points)[6h1s:2m], 14400)) < 5) and "
                    + "(count_over_time(\(points)[10m1s:1m])) and (count_over_time(\(points)[6h1s:2m]) >= 3)\""
            ])
    }

    @Test("what is unknown is neither true nor false, so that 'not' is of what is known")
    func negation() throws {
        let leaf = { (number: Double) in
            Rule.Condition.compares(
                Rule.Leaf(measure: .sustained(duration: 0, maxGap: 0), .lessThan, .number(number)))
        }
        let rule = try Rule.sample(
            "r", "up", .not(.all([leaf(1), .not(leaf(2))])), title: "t", description: "d")
        #expect(
            Self.alert(rule) == [
                "expr: \"(((up) == (up)) unless ((up) < 1)) or ((up) < 2)\""
            ])
    }

    @Test("promtool accepts all of it, whatever ids, texts and labels hold")
    func accepted() async throws {
        let hostile = "\"}\n#{${x}} {{{{ $labels.a }}}} \\ 'p' — ü \u{202E}"
        let escaped = hostile.replacing("{", with: "{{").replacing("}", with: "}}")
        var rules = [
            try Self.rule("aws/ec2-idle", .sustained(duration: 300, maxGap: 0), title: escaped, description: escaped),
            try Self.rule(
                "0-first", .reduced(.stddev), title: "{labels.instance_id} {value|percent} of {threshold}",
                description: "{attr.size}"),
        ]
        rules[1].step = 300
        let yaml = PrometheusExport(RuleSet(rules: rules)).yaml
        let folder = try TemporaryFolder()
        try folder.write(yaml, to: "rules.yml")
        let output = try await Shell.run("sh", ["-c", "promtool check rules rules.yml 2>&1"], in: folder.path)
        #expect(output.contains("SUCCESS: 2 rules found"), "\(output)\n\(yaml)")
        #expect(yaml.contains("- alert: \"AwsEc2Idle\"") && yaml.contains("- alert: \"Rule0First\""))
        #expect(yaml.contains("title: \"{{ $labels.instance_id }} {{ $value | humanizePercentage }} of <threshold>\""))
    }

    @Test("nothing to say is a file that promtool accepts, too")
    func empty() async throws {
        let folder = try TemporaryFolder()
        try folder.write(PrometheusExport(RuleSet()).yaml, to: "rules.yml")
        let output = try await Shell.run("sh", ["-c", "promtool check rules rules.yml 2>&1"], in: folder.path)
        #expect(output.contains("SUCCESS: 0 rules found"))
    }
}
