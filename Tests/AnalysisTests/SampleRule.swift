import Analysis
import Domain

extension Rule {
    /// Below 5 for two minutes, about instances.
    static func sample(
        _ id: String = "idle", _ query: String = "cpu", _ condition: Condition = Condition(.lessThan, 5, duration: 120),
        enabled: Bool = true, resource: ResourceSelector = ResourceSelector(), title: String = "{address}",
        description: String = "{value}"
    ) throws -> Rule {
        Rule(
            id: id, name: id, query: query, condition: condition, enabled: enabled, resource: resource,
            title: try Template(parsing: title), description: try Template(parsing: description),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
    }
}

extension Verdict {
    var isFiring: Bool { if case .firing = self { true } else { false } }
}

/// A rule's verdict on a series at a time, by the very request that is planned for it.
func verdict(of rule: Rule, on series: RecordedSeries, at now: Double) throws -> Verdict {
    let query = QueryPlanner.plan(rules: [rule], now: now)[0].query
    guard case .range(let start, let end, let step) = query.time else { return .noData }
    return ConditionEvaluator.verdict(
        of: series.answer(to: query).samples, on: Grid(start: start, end: end, step: step), rule.condition)
}

extension Rule.Condition {
    /// Seconds of the only comparison's `for`.
    var duration: Double { single?.duration ?? 0 }
}
