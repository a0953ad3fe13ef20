/// A request that was made to the metric source in a run, why, and what it cost.
package struct AskedQuery: Hashable, Sendable {
    package let query: MetricQuery
    /// Sorted ids of the rules and plugins that it serves.
    package let rules: [String]
    package let purposes: [String]
    package let series: Int
    package let points: Int
    /// Bytes of the answer; 0 where the source does not say.
    package let bytes: Int
    package private(set) var problem: Problem?

    package init(
        query: MetricQuery, rules: [String], purposes: [String], result: Result<MetricAnswer, Problem>
    ) {
        self.query = query
        self.rules = rules
        self.purposes = purposes
        switch result {
        case .success(let answer):
            series = answer.series.count
            points = answer.series.reduce(0) { $0 + $1.samples.count }
            bytes = answer.bytes
            problem = nil
        case .failure(let failure): (series, points, bytes, problem) = (0, 0, 0, failure)
        }
    }

    package func telling(_ problem: Problem?) -> AskedQuery {
        var told = self
        told.problem = problem
        return told
    }
}
