package import Domain

/// A rules file as alerting rules that Prometheus evaluates itself, as far as it can say the same.
///
/// Series are joined by equal labels there, and by the resource they lead to here. A raw sample that is NaN makes a mean,
/// a sum or a quantile NaN there, and is absent here. What differs in more than that is left out and named.
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
            do throws(Untold) {
                alerts.append(try Self.alert(rule))
            } catch {
                omissions.append(Omission(rule: rule.id, reason: error.text))
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

    private static func alert(_ rule: Rule) throws(Untold) -> Alert {
        guard rule.source == .metrics, let condition = rule.condition else {
            throw Untold(text: "it looks at state")
        }
        if rule.resource.filter != nil { throw Untold(text: "its 'where' looks at state") }
        if rule.coverage.noData != .skip { throw Untold(text: "it says what missing data means") }
        // Prometheus's own `for` needs no look back.
        if let leaf = condition.single, case .sustained(let duration, 0) = leaf.measure, let bounds = leaf.fixedBounds {
            let query = PromQL.moved(rule.queries[leaf.query] ?? "", by: rule.offset)
            let expression = PromQL.compared(query, leaf.comparison, bounds)
            return Alert(rule: rule, expression: expression, duration: duration)
        }
        return Alert(rule: rule, expression: try expression(condition, holds: true, rule), duration: 0)
    }

    /// Where a condition is known to hold, or known not to; what is unknown is neither, so that `not` moves inwards.
    private static func expression(
        _ condition: Rule.Condition, holds: Bool, _ rule: Rule
    ) throws(Untold) -> String {
        switch condition {
        case .all(let parts): return try joined(parts, holds ? "and" : "or", holds: holds, rule)
        case .any(let parts): return try joined(parts, holds ? "or" : "and", holds: holds, rule)
        case .not(let part): return try expression(part, holds: !holds, rule)
        case .anomaly: throw Untold(text: "anomalies are Sphinx's own arithmetic")
        case .compares(let leaf):
            let exported = try ExportedLeaf(rule, leaf)
            return holds ? exported.fires : "(\(exported.known)) unless (\(exported.fires))"
        }
    }

    private static func joined(
        _ parts: [Rule.Condition], _ word: String, holds: Bool, _ rule: Rule
    ) throws(Untold) -> String {
        var texts: [String] = []
        for part in parts { texts.append("(\(try expression(part, holds: holds, rule)))") }
        return texts.joined(separator: " \(word) ")
    }
}
