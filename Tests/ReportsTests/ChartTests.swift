import Domain
import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite("The evidence's chart")
struct ChartTests {
    private static func opportunity(
        query: String = "cpu", title: String = "{address}", threshold: Double? = 0.05, since: Double = 0,
        _ series: [[Double]]
    ) throws -> Opportunity {
        let rule = Rule(
            id: "r", name: "r", query: query, condition: Rule.Condition(.lessThan, 0.05, duration: 600),
            title: try Template(parsing: title), description: .plain(""),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        let shown = series.enumerated().map { number, values in
            Series(
                labels: ["__name__": "cpu", "id": "i-\(number)", "job": "node"],
                samples: values.enumerated().map { Domain.Sample(time: Double($0.offset) * 60, value: $0.element) })
        }
        return Opportunity(
            workspace: "w", rule: rule, address: "a.b", title: "t", description: "", since: since,
            value: series.first?.first,
            evidence: Evidence(
                query: query, condition: "c", start: 0, end: 600, step: 60, threshold: threshold, instances: [],
                series: shown, located: "x"))
    }

    @Test("is XML, breaks its line at gaps, says what its parts mean, and is readable in light and dark")
    func golden() async throws {
        let svg = try #require(EvidenceChart.file(for: try Sample.opportunity(title: "a <script> & \"b\"")))
        try await Golden.expect(svg, "evidence.svg")
        #expect(!svg.contains("<script>") && svg.contains("prefers-color-scheme: dark"))
        let folder = try TemporaryFolder()
        try folder.write(svg, to: "chart.svg")
        try await Shell.run(
            "python3", ["-c", "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])", folder.file("chart.svg")])
    }

    @Test("a rule on state has none")
    func state() throws {
        #expect(EvidenceChart.file(for: try Self.opportunity([])) == nil)
    }

    @Test(
        "anything has finite places",
        arguments: [
            [Double.nan], [Double.infinity, -Double.infinity], [0], [1e300, -1e300], [5, 5, 5], [1e20],
            [.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [.leastNonzeroMagnitude, 0], [-0.0],
            [-7, -7], [1, .nan, 2, .infinity, 3],
        ]
            as [[Double]],
        [ChartLayout.wide, .narrow])
    func anyChart(values: [Double], layout: ChartLayout) throws {
        let opportunity = try Self.opportunity(threshold: values.first, [values])
        let svg = EvidenceChart(opportunity, layout: layout).markup(id: "x").written
        #expect(!svg.contains("\"nan") && !svg.contains("\"inf") && !svg.contains("NaN\" y"))
    }

    @Test(
        "a line is drawn between neighbours that were measured, and a lone point is a place",
        arguments: [
            ([1], "M72.0 122.0"), ([1, .nan], "M72.0 122.0"), ([.nan, .nan], ""),
            ([1, 1, .nan, 1], "M72.0 122.0L135.6 122.0M262.8 122.0"), ([.infinity, 1], "M135.6 122.0"),
        ] as [([Double], String)])
    func path(values: [Double], path: String) throws {
        let svg = EvidenceChart(try Self.opportunity(threshold: nil, [values])).markup(id: "x").written
        #expect(svg.contains("class=\"line line1\" d=\"\(path)\""), "\(svg)")
    }

    @Test("a threshold that is no number is named and not drawn", arguments: [Double.nan, .infinity])
    func noThreshold(threshold: Double) throws {
        let svg = EvidenceChart(try Self.opportunity(threshold: threshold, [[1, 2]])).markup(id: "x").written
        #expect(!svg.contains("class=\"limit\" x1=\"72.0\"") && svg.contains(">threshold \(Figures.text(threshold))<"))
    }

    @Test(
        "a window without length, and one that began before the epoch, have an axis",
        arguments: [(0.0, 0.0), (-1e9, 5)])
    func window(start: Double, end: Double) throws {
        let found = try Self.opportunity([[1]])
        let evidence = Evidence(
            query: "cpu", condition: "c", start: start, end: end, step: 0, threshold: nil, instances: [],
            series: found.evidence.series, located: "x")
        let opportunity = Opportunity(
            workspace: "w", rule: found.rule, address: "a.b", title: "t", description: "", since: start, value: 1,
            evidence: evidence)
        let svg = EvidenceChart(opportunity).markup(id: "x").written
        #expect(svg.contains("class=\"grid\"") && !svg.contains("nan") && !svg.contains("inf\""))
    }

    @Test("three series at most are drawn, named by what tells them apart; the rest are counted")
    func legend() throws {
        let svg = EvidenceChart(try Self.opportunity([[1], [2], [3], [4], [5]])).markup(id: "x").written
        for word in [">id=i-0<", ">id=i-1<", ">id=i-2, and 2 more series<", ">threshold 0.05<"] {
            #expect(svg.contains(word), "\(word)")
        }
        #expect(!svg.contains("job=node") && svg.contains("breach since 1970-01-01T00:00:00Z"))
    }

    @Test("no letter stands beyond the edges", arguments: [ChartLayout.wide, .narrow])
    func edges(layout: ChartLayout) throws {
        let long = String(repeating: "a_very_long_metric_name_", count: 20)
        let svg = EvidenceChart(try Self.opportunity(query: long, [[1, 2], [1e7, 3]]), layout: layout)
            .markup(id: "x").written
        for match in svg.matches(of: /<text[^>]* x="([0-9.]+)"[^>]*>([^<]*)<|<text x="([0-9.]+)"[^>]*>([^<]*)</) {
            let isEnd = match.0.contains("\"end\"")
            let isMiddle = match.0.contains("\"middle\"")
            let x = Double(match.1 ?? match.3 ?? "") ?? 0
            let width = Double((match.2 ?? match.4 ?? "").count) * 6
            let left = isEnd ? x - width : isMiddle ? x - width / 2 : x
            #expect(left >= 0 && left + width <= layout.width, "\(match.0)")
        }
    }

    @Test(
        "the unit comes from the rule's words, or from the metric's name where nothing changes it",
        arguments: [
            ("cpu", "{value|percent}", "2% (0.02)"), ("cpu", "{value|bytes}", "0.02 B"),
            ("cpu", "{value|duration}", "20 ms (0.02)"), ("cpu", "{value}", "0.02"),
            ("node_memory_free_bytes", "x", "0.02 B"),
            ("avg by (id_bytes) (cpu_usage_ratio{a=\"x_bytes\"})", "x", "2% (0.02)"),
            ("rate(net_bytes_total[5m])", "x", "0.02 B/s"), ("rate(cpu_seconds_total[5m])", "x", "2% (0.02)"),
            ("histogram_quantile(0.9, rate(wait_seconds_bucket[5m]))", "x", "20 ms (0.02)"),
            ("a_bytes / b_bytes", "x", "0.02"), ("count(a_bytes)", "x", "0.02"), ("a_bytes > 5", "x", "0.02"),
            ("sum(a_percent)", "x", "0.02%"), ("", "x", "0.02"),
        ])
    func units(query: String, title: String, shown: String) throws {
        #expect(MetricUnit(of: try Self.opportunity(query: query, title: title, [])).text(0.02) == shown)
    }

    @Test(
        "figures in a unit",
        arguments: [
            (MetricUnit(.bytes), 1_610_612_736, "1.5 GiB (1610612736)"), (MetricUnit(.bytes), 0, "0 B"),
            (MetricUnit(.seconds), 7_200, "2 h (7200)"), (MetricUnit(.seconds), 90, "90 s"),
            (MetricUnit(.share), .nan, "NaN"),
            (MetricUnit(.number), 12_345_678, "12345678"),
            (MetricUnit(.bytes, isPerSecond: true), 2_048, "2 KiB/s (2048)"),
        ] as [(MetricUnit, Double, String)])
    func figures(unit: MetricUnit, number: Double, shown: String) {
        #expect(unit.text(number) == shown)
    }

    @Test(
        "a sparkline shows lows, highs and gaps",
        arguments: [
            ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([5, 5, 5], "▄▄▄"), ([1, .nan, 2], "▁·█"),
            ([-1e308, 1e308], "▁█"), ([.nan], nil), ([], nil), ([.infinity, 1], "·▄"),
        ] as [([Double], String?)])
    func sparklines(values: [Double], line: String?) {
        let samples = values.enumerated().map { Domain.Sample(time: Double($0.offset), value: $0.element) }
        #expect(Sparkline.text(samples) == line)
        let many = (0..<1_000).map { Domain.Sample(time: Double($0), value: Double($0 % 7)) }
        #expect(Sparkline.text(many)?.count == 40)
    }
}
