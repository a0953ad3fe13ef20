package import Domain
import Foundation

extension RulesFile {
    private static let testKeys = ["rule_files", "evaluation_interval", "fuzzy_compare", "group_eval_order", "tests"]

    /// A file of rule tests; throws every problem at once.
    package func tests(in file: SourceFile) throws(Problems) -> RuleTestFile {
        let reading = Reading(file)
        let empty = RuleTestFile(ruleFiles: [], tests: [], file: file.path)
        guard let root = reading.filledRoot(),
            let map = MapReading(root, called: "the file", keys: Self.testKeys, reading)
        else { return try reading.finish(empty) }
        let files = map.list("rule_files").compactMap { node -> String? in
            if node.text == nil { reading.refuse("'rule_files' holds \(node.kind); a path is needed", at: node) }
            return node.text
        }
        if map.lacks("rule_files") { reading.refuse("'rule_files' is missing", at: map["rule_files"] ?? map.node) }
        let interval = map.duration("evaluation_interval") ?? 60
        let tests = map.list("tests").enumerated().compactMap { index, node in
            RuleTestReading(node, reading)?.test(number: index + 1, standard: interval)
        }
        return try reading.finish(RuleTestFile(ruleFiles: files, tests: tests, file: file.path, interval: interval))
    }
}

/// One entry of `tests:`.
struct RuleTestReading {
    private static let keys = [
        "name", "interval", "start_timestamp", "input_series", "query_results", "state", "workspace",
        "opportunity_test", "alert_rule_test", "promql_expr_test", "external_labels", "external_url",
    ]

    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "a test", keys: Self.keys, reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    func test(number: Int, standard: Double) -> RuleTest {
        RuleTest(
            name: map.text("name") ?? "test \(number)", interval: map.duration("interval") ?? standard, start: start(),
            series: inputSeries(),
            results: map.list("query_results").compactMap(result), state: map.text("state"),
            workspace: map.text("workspace") ?? "test", assertions: map.list("opportunity_test").compactMap(assertion),
            alerts: AlertTestReading(map, reading).test(standard: standard), location: reading.location(map.node))
    }

    private func start() -> Double {
        guard let text = map.text("start_timestamp"), let node = map["start_timestamp"] else { return 0 }
        if let seconds = Double(text), seconds.isFinite { return seconds }
        if let date = try? Date(text, strategy: .iso8601) { return date.timeIntervalSince1970 }
        reading.refuse("'start_timestamp' is '\(text)'", hint: "write a time like 2026-01-01T00:00:00Z", at: node)
        return 0
    }

    // MARK: Series

    /// A server would keep the values of one of two that are the same.
    private func inputSeries() -> [RuleTest.InputSeries] {
        var seen: Set<Labels> = []
        return map.list("input_series").compactMap { node in
            guard let series = series(node)?.series else { return nil }
            if !seen.insert(series.labels).inserted {
                reading.refuse("the series stands twice", hint: "put its values into one", at: node)
            }
            return series
        }
    }

    private func series(_ node: YAMLNode) -> (query: String?, series: RuleTest.InputSeries)? {
        guard let map = MapReading(node, called: "a series", keys: ["query", "series", "values"], reading),
            let name = map.required("series"), let text = map.required("values", atMost: 1_000_000)
        else { return nil }
        let labels = read("series", of: map) { () throws(SeriesNotation.Mistake) in try SeriesNotation.labels(name) }
        let values = read("values", of: map) { () throws(SeriesNotation.Mistake) in try SeriesNotation.values(text) }
        guard let labels, let values else { return nil }
        return (map.text("query"), RuleTest.InputSeries(labels: labels, values: values))
    }

    private func read<Value>(
        _ key: String, of map: MapReading, _ body: () throws(SeriesNotation.Mistake) -> Value
    ) -> Value? {
        do throws(SeriesNotation.Mistake) {
            return try body()
        } catch {
            reading.refuse(error.message, at: map[key] ?? map.node)
            return nil
        }
    }

    private func result(_ node: YAMLNode) -> RuleTest.QueryResult? {
        guard let (query, series) = series(node) else { return nil }
        guard let query else {
            reading.refuse("'query' is missing", at: node)
            return nil
        }
        return RuleTest.QueryResult(expression: query, series: series)
    }

    // MARK: Assertions

    private func assertion(_ node: YAMLNode) -> RuleTest.Assertion? {
        let keys = ["eval_time", "rule", "match", "exp_opportunities", "exp_status"]
        guard let map = MapReading(node, called: "an assertion", keys: keys, reading) else { return nil }
        if map["eval_time"] == nil { reading.refuse("'eval_time' is missing", at: node) }
        guard let time = map.duration("eval_time"), let rule = map.required("rule") else { return nil }
        if let match = map.text("match"), match != "subset", let place = map["match"] {
            reading.refuse("'\(match)' is not a match", hint: "write subset, which is how keys are compared", at: place)
        }
        return RuleTest.Assertion(
            time: time, rule: rule, opportunities: map.list("exp_opportunities").compactMap(expectation),
            status: map.text("exp_status"), location: reading.location(node))
    }

    private func expectation(_ node: YAMLNode) -> RuleTest.Expectation? {
        guard let map = MapReading(node, called: "an opportunity", keys: RuleTest.Expectation.keys, reading) else {
            return nil
        }
        if map.isSilent { reading.refuse("an opportunity that says nothing", hint: "name its address", at: node) }
        let parts = map.keys.compactMap { key in map.text(key).map { (key, $0) } }
        return RuleTest.Expectation(
            parts: Dictionary(uniqueKeysWithValues: parts), location: reading.location(node))
    }
}
