/// Answers PromQL.
package protocol MetricSource: Sendable {
    func answer(_ query: MetricQuery) async throws(Problem) -> MetricAnswer
}
