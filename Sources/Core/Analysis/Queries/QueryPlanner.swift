package import Domain

/// One request, and the rules that it serves.
package struct PlannedQuery: Hashable, Sendable {
    package let query: MetricQuery
    /// Sorted ids.
    package let rules: [String]
    package let purposes: [Wanted.Purpose]
}

/// Turns what rules want into as few requests as possible.
///
/// Equal requests are one; ranges of one expression, end and step are one over the longest window.
package enum QueryPlanner {
    private struct Group: Hashable {
        let expression: String
        let end: Double
        /// Nil for an instant.
        let step: Double?
    }

    package static func plan(_ wanted: [Wanted]) -> [PlannedQuery] {
        Dictionary(grouping: wanted) { wanted in
            switch wanted.query.time {
            case .instant(let at): Group(expression: wanted.query.expression, end: at, step: nil)
            case .range(_, let end, let step): Group(expression: wanted.query.expression, end: end, step: step)
            }
        }.map { group, wanted in
            PlannedQuery(
                query: longest(wanted.map(\.query)), rules: Set(wanted.map(\.rule)).sorted(),
                purposes: Set(wanted.map(\.purpose)).sorted())
        }.sorted(by: isBefore)
    }

    private static func longest(_ queries: [MetricQuery]) -> MetricQuery {
        queries.dropFirst().reduce(queries[0]) { longest, next in
            guard case .range(let start, _, _) = longest.time, case .range(let other, _, _) = next.time else {
                return longest
            }
            return other < start ? next : longest
        }
    }

    private static func isBefore(_ left: PlannedQuery, _ right: PlannedQuery) -> Bool {
        (left.query.expression, left.rules.first ?? "", left.query.time.order)
            < (right.query.expression, right.rules.first ?? "", right.query.time.order)
    }
}

extension MetricQuery.Time {
    /// Instants before ranges, finer steps first.
    fileprivate var order: Double {
        switch self {
        case .instant: 0
        case .range(_, _, let step): step
        }
    }
}
