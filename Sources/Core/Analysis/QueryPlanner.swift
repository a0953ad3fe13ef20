package import Domain

/// One request, and the rules that it serves.
package struct PlannedQuery: Hashable, Sendable {
    package let query: MetricQuery
    /// Sorted ids.
    package let rules: [String]

    package init(query: MetricQuery, rules: [String]) {
        self.query = query
        self.rules = rules
    }
}

/// Turns rules into as few requests as possible: one for each expression and step, over the longest window.
package enum QueryPlanner {
    /// Prometheus's default evaluation interval, in seconds.
    static let shortestStep = 60.0
    /// Prometheus refuses more in one range query.
    static let mostPoints = 11_000.0
    /// Seconds before the condition's own duration, so that its beginning and a stale end can be seen.
    static let margin = 900.0

    package static func plan(rules: [Rule], now: Double) -> [PlannedQuery] {
        let enabled = rules.filter(\.enabled)
        return Dictionary(grouping: enabled) { Group(expression: $0.expression, step: step(for: $0)) }
            .map { group, rules in
                let longest = rules.map { window(for: $0, step: group.step) }.max() ?? 0
                let end = end(now, step: group.step)
                return PlannedQuery(
                    query: MetricQuery(
                        group.expression, .range(start: end - longest, end: end, step: group.step)),
                    rules: rules.map(\.id).sorted())
            }
            .sorted { ($0.query.expression, $0.rules[0]) < ($1.query.expression, $1.rules[0]) }
    }

    /// `step: auto`: one minute, doubled until the window fits into one request.
    package static func step(for rule: Rule) -> Double {
        var step = shortestStep
        while ((rule.condition?.single?.duration ?? 0) + margin) / step > mostPoints { step *= 2 }
        return step
    }

    /// Whole steps: the duration, and the margin before it.
    static func window(for rule: Rule, step: Double) -> Double {
        (((rule.condition?.single?.duration ?? 0) + margin) / step).rounded(.up) * step
    }

    /// The last whole step up to now, so that runs ask the same and caches can answer.
    private static func end(_ now: Double, step: Double) -> Double { (now / step).rounded(.down) * step }

    /// The points that one rule looks at, whatever other rules share its request.
    static func grid(for rule: Rule, now: Double) -> Grid {
        let step = step(for: rule)
        let end = end(now, step: step)
        return Grid(start: end - window(for: rule, step: step), end: end, step: step)
    }

    private struct Group: Hashable {
        let expression: String
        let step: Double
    }
}
