import Analysis
package import Domain

/// What promtool is given for one test: the exported alerts, and the test with their names.
package struct AlertTestDocument: Sendable {
    /// Alerting rules.
    package let rules: String
    /// A test file that names them as `rules.yml`.
    package let test: String
    /// What cannot be tested, and why.
    package let failures: [RuleTestRun.Failure]
    /// The rules that the test speaks of.
    package let tested: Set<String>

    package init(_ test: RuleTest.AlertTest, rules set: RuleSet, interval: Double) {
        let export = PrometheusExport(set)
        let reasons = Dictionary(export.omissions.map { ($0.rule, $0.reason) }) { first, _ in first }
        var (failures, tested, names): ([RuleTestRun.Failure], Set<String>, [String: JSONValue]) = ([], [], [:])
        for alert in test.alerts {
            let rule = set.rules.first { $0.id == alert.name || PrometheusExport.name($0.id) == alert.name }
            guard let rule, reasons[rule.id] == nil else {
                failures.append(Self.failure(alert, rule.flatMap { reasons[$0.id] }, among: set))
                continue
            }
            tested.insert(rule.id)
            names[alert.name] = .string(PrometheusExport.name(rule.id))
        }
        (self.failures, self.tested, rules) = (failures, tested, export.yaml)
        let document: JSONValue = .object([
            "rule_files": .array([.string("rules.yml")]),
            "evaluation_interval": .string(DurationText.text(interval)),
            "tests": .array([Self.named(test.document, names)]),
        ])
        self.test = document.canonical
    }

    /// Alerts are called as the export calls them, whatever the test calls their rules.
    private static func named(_ document: JSONValue, _ names: [String: JSONValue]) -> JSONValue {
        var document = document.object ?? [:]
        document["alert_rule_test"] = (document["alert_rule_test"]?.array).map { tests in
            .array(
                tests.map { test in
                    var test = test.object ?? [:]
                    if let name = test["alertname"]?.string, let known = names[name] { test["alertname"] = known }
                    return .object(test)
                })
        }
        return .object(document)
    }

    private static func failure(
        _ alert: RuleTest.AlertTest.Alert, _ reason: String?, among set: RuleSet
    ) -> RuleTestRun.Failure {
        if let reason {
            return RuleTestRun.Failure(
                message: "the rule '\(alert.name)' is no alert of Prometheus's: \(reason)", location: alert.location)
        }
        let near = Spelling.nearest(to: alert.name, among: set.rules.map(\.id))
        return RuleTestRun.Failure(
            message: "no rule is called '\(alert.name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
            location: alert.location)
    }
}
