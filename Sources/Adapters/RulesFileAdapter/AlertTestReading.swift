import Domain

/// The parts of a test that are promtool's own: `alert_rule_test` and `promql_expr_test`.
///
/// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
struct AlertTestReading {
    private static let lists = ["alert_rule_test", "promql_expr_test"]
    private static let alertKeys = ["eval_time", "alertname", "exp_alerts"]
    private static let expressionKeys = ["expr", "eval_time", "exp_samples"]

    private let map: MapReading
    private let reading: Reading

    init(_ map: MapReading, _ reading: Reading) {
        self.map = map
        self.reading = reading
    }

    /// Nil where the test has neither.
    func test(standard: Double) -> RuleTest.AlertTest? {
        guard let first = Self.lists.compactMap({ map[$0] }).first else { return nil }
        let alerts = map.list("alert_rule_test").compactMap(alert)
        let expressions = map.list("promql_expr_test").filter(isExpression)
        var members: [String: JSONValue] = [
            "interval": .string(DurationText.text(map.duration("interval") ?? standard))
        ]
        for key in Self.lists + ["name", "input_series", "external_labels", "external_url"] {
            members[key] = map[key].map { JSONValue($0, at: [key]) }
        }
        return RuleTest.AlertTest(
            alerts: alerts, document: .object(members), assertions: alerts.count + expressions.count,
            location: reading.location(first))
    }

    private func alert(_ node: YAMLNode) -> RuleTest.AlertTest.Alert? {
        guard let map = MapReading(node, called: "an alert test", keys: Self.alertKeys, reading) else { return nil }
        if map["eval_time"] == nil { reading.refuse("'eval_time' is missing", at: node) }
        _ = map.duration("eval_time")
        for expected in map.list("exp_alerts") {
            _ = MapReading(expected, called: "an alert", keys: ["exp_labels", "exp_annotations"], reading)
        }
        return map.required("alertname").map { RuleTest.AlertTest.Alert(name: $0, location: reading.location(node)) }
    }

    private func isExpression(_ node: YAMLNode) -> Bool {
        guard let map = MapReading(node, called: "an expression test", keys: Self.expressionKeys, reading) else {
            return false
        }
        if map["eval_time"] == nil { reading.refuse("'eval_time' is missing", at: node) }
        _ = map.duration("eval_time")
        for expected in map.list("exp_samples") {
            _ = MapReading(expected, called: "a sample", keys: ["labels", "value"], reading)
        }
        return map.required("expr") != nil
    }
}

extension JSONValue {
    /// As it is written: promtool takes texts everywhere but for the value of a sample, and `0x10` is a series to it.
    fileprivate init(_ node: YAMLNode, at path: [String]) {
        switch node.value {
        case .scalar(let text, let isPlain):
            let isNumber = isPlain && path.suffix(2) == ["exp_samples", "value"]
            let number = isNumber ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
            self = node.isNull ? .null : number.map(JSONValue.number) ?? .string(text)
        case .list(let items): self = .array(items.map { JSONValue($0, at: path) })
        case .map(let pairs):
            let members = pairs.compactMap { pair in pair.key.text.map { ($0, JSONValue(pair.value, at: path + [$0])) }
            }
            self = .object(Dictionary(members) { first, _ in first })
        }
    }
}
