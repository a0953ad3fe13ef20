import Analysis
import Domain

/// Asks the metric source what an analysis wants, and keeps what was asked and what it cost.
struct QueryStage {
    let metrics: any MetricSource
    private(set) var answers = Answers()
    private(set) var asked: [AskedQuery] = []

    init(metrics: any MetricSource) {
        self.metrics = metrics
    }

    /// Rounds beyond this would mean that answers lead in a circle.
    private static let mostRounds = 6

    /// Asks until nothing more is wanted; every round's questions are asked side by side.
    mutating func ask(_ wanted: (Answers) -> [PlannedQuery]) async {
        for _ in 0..<Self.mostRounds {
            let planned = wanted(answers)
            if planned.isEmpty { return }
            let source = metrics
            let results = await planned.concurrently(limit: planned.count) { await Self.answer(to: $0.query, source) }
            for (planned, result) in zip(planned, results) {
                answers.add(result, to: planned.query)
                asked.append(
                    AskedQuery(
                        query: planned.query, rules: planned.rules, purposes: planned.purposes.map(\.rawValue),
                        result: result))
            }
        }
    }

    private static func answer(
        to query: MetricQuery, _ metrics: any MetricSource
    ) async -> Result<MetricAnswer, Problem> {
        do throws(Problem) {
            return .success(try await metrics.answer(query))
        } catch {
            return .failure(error)
        }
    }

    /// The rules and plugins that a series answered.
    var answered: Set<String> { Set(asked.filter { $0.series > 0 }.flatMap(\.rules)) }
}
