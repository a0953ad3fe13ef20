package import Domain

/// What was asked so far, and what came back.
package struct Answers: Sendable {
    package typealias Result = Swift.Result<MetricAnswer, Problem>

    private struct RangeKey: Hashable {
        let expression: String
        let end: Double
        let step: Double
    }

    private var results: [MetricQuery: Result] = [:]
    private var ranges: [RangeKey: [MetricQuery]] = [:]

    package init(_ results: [MetricQuery: Result] = [:]) {
        for (query, result) in results { add(result, to: query) }
    }

    package mutating func add(_ result: Result, to query: MetricQuery) {
        results[query] = result
        guard case .range(let start, let end, let step) = query.time else { return }
        let key = RangeKey(expression: query.expression, end: end, step: step)
        ranges[key, default: []].append(query)
        _ = start
    }

    /// The answer to the query, or to one that reaches back farther; nil where neither was asked.
    func result(_ query: MetricQuery) -> Result? {
        if let result = results[query] { return result }
        guard case .range(let start, let end, let step) = query.time else { return nil }
        let asked = ranges[RangeKey(expression: query.expression, end: end, step: step)] ?? []
        return asked.first { longer in
            if case .range(let earlier, _, _) = longer.time { earlier <= start } else { false }
        }.flatMap { results[$0] }
    }
}
