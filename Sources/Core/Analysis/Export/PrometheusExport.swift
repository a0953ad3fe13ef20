package import Domain

/// A rules file as alerting rules that Prometheus evaluates itself, as far as it can say the same.
///
/// Series are joined by equal labels there, and by the resource they lead to here; what differs in more than that is
/// left out and named.
package struct PrometheusExport {
    /// A rule that Prometheus cannot say.
    package struct Omission: Hashable, Sendable {
        package let rule: String
        package let reason: String
    }

    struct Alert {
        let rule: Rule
        let expression: String
        /// Seconds.
        let duration: Double
    }

    package let omissions: [Omission]
    let alerts: [Alert]

    /// Disabled rules are left out without a word.
    package init(_ set: RuleSet) {
        var (alerts, omissions): ([Alert], [Omission]) = ([], [])
        for rule in set.rules where rule.enabled {
            switch Self.alert(rule) {
            case .success(let alert): alerts.append(alert)
            case .failure(let reason): omissions.append(Omission(rule: rule.id, reason: reason.text))
            }
        }
        (self.alerts, self.omissions) = (alerts, omissions)
    }

    /// Rule id → the expression that is true of what fires, without its `for`.
    package var expressions: [String: String] {
        Dictionary(alerts.map { ($0.rule.id, $0.expression) }) { first, _ in first }
    }

    // MARK: Alerts

    /// Why Prometheus cannot say a rule.
    struct Untold: Error {
        let text: String
    }

    private static func alert(_ rule: Rule) -> Result<Alert, Untold> {
        guard rule.source == .metrics, let condition = rule.condition else {
            return .failure(Untold(text: "it looks at state"))
        }
        if rule.offset > 0 { return .failure(Untold(text: "its offset is of the whole evaluation")) }
        if rule.coverage != Rule.Coverage(), rule.coverage.noData != .skip {
            return .failure(Untold(text: "it says what missing data means"))
        }
        let alone = condition.single
        if let alone, case .sustained(let duration, _) = alone.measure {
            return ExportedLeaf(rule: rule, leaf: alone).expression.map {
                Alert(rule: rule, expression: $0, duration: duration)
            }
        }
        return tree(condition, rule).map { Alert(rule: rule, expression: $0, duration: 0) }
    }

    private static func tree(_ condition: Rule.Condition, _ rule: Rule) -> Result<String, Untold> {
        switch condition {
        case .all(let parts): return joined(parts, "and", rule)
        case .any(let parts): return joined(parts, "or", rule)
        case .not(let part):
            guard case .compares(let leaf) = part else { return .failure(Untold(text: "'not' is of more than one")) }
            let query = rule.queries[leaf.query] ?? ""
            return tree(part, rule).map { "(\(PromQL.present(query))) unless (\($0))" }
        case .anomaly: return .failure(Untold(text: "anomalies are Sphinx's own arithmetic"))
        case .compares(let leaf):
            if leaf.duration > 0 { return .failure(Untold(text: "'for' of a part of a condition")) }
            return ExportedLeaf(rule: rule, leaf: leaf).expression
        }
    }

    private static func joined(_ parts: [Rule.Condition], _ word: String, _ rule: Rule) -> Result<String, Untold> {
        var texts: [String] = []
        for part in parts {
            switch tree(part, rule) {
            case .success(let text): texts.append("(\(text))")
            case .failure(let reason): return .failure(reason)
            }
        }
        return .success(texts.joined(separator: " \(word) "))
    }
}

/// One comparison in PromQL.
struct ExportedLeaf {
    let rule: Rule
    let leaf: Rule.Leaf

    private var query: String { rule.queries[leaf.query] ?? "" }

    var expression: Result<String, PrometheusExport.Untold> {
        guard let bounds = leaf.fixedBounds else {
            return .failure(PrometheusExport.Untold(text: "its threshold is not a number"))
        }
        return measured.map { PromQL.compared($0, leaf.comparison, bounds) }
    }

    private var measured: Result<String, PrometheusExport.Untold> {
        let window = rule.window ?? LeafPlan.standardWindow
        let step = rule.step ?? Schedule.shortestStep
        switch leaf.measure {
        case .sustained(_, let gap):
            return gap > 0
                ? .failure(PrometheusExport.Untold(text: "'max_gap' has no like in Prometheus")) : .success(query)
        case .reduced(let reduction):
            return .success(PromQL.reduced(reduction, PromQL.window(query, window, step: step)))
        case .fraction: return .failure(PrometheusExport.Untold(text: "'fraction' compares twice"))
        case .buckets: return .failure(PrometheusExport.Untold(text: "buckets end at whole days"))
        case .forecast(let forecast):
            guard forecast.method == .linear, forecast.minFit == 0 else {
                return .failure(PrometheusExport.Untold(text: "the fit of a forecast is Sphinx's own"))
            }
            let seconds = PromQL.number(forecast.horizon)
            return .success("predict_linear(\(PromQL.window(query, window, step: step)), \(seconds))")
        }
    }
}
