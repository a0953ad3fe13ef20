package import Domain

/// Answers that a rule test writes down itself, instead of series for a server.
package struct WrittenAnswers: MetricSource {
    /// Prometheus's own.
    private static let lookback = 300.0

    let test: RuleTest

    package init(_ test: RuleTest) {
        self.test = test
    }

    package func answer(_ query: MetricQuery) async throws(Problem) -> MetricAnswer {
        let written = test.results.filter { $0.expression == query.expression }
        guard !written.isEmpty else {
            throw Problem(
                .needsPerson, "'query_results' has no answer to: \(query.expression)",
                hint: "add one, or write 'input_series' and let Prometheus answer", location: test.location)
        }
        return MetricAnswer(
            series: written.map { result in
                Series(
                    labels: result.series.labels,
                    samples: times(of: query).compactMap { time in
                        value(of: result.series, at: time).map { Sample(time: time, value: $0) }
                    })
            }.filter { !$0.samples.isEmpty })
    }

    private func times(of query: MetricQuery) -> [Double] {
        switch query.time {
        case .instant(let time): [time]
        case .range(let start, let end, let step): Array(stride(from: start, through: end, by: step))
        }
    }

    /// The newest of the last five minutes; a staleness marker hides what is before it.
    private func value(of series: RuleTest.InputSeries, at time: Double) -> Double? {
        let place = Int(((time - test.start) / test.interval).rounded(.down))
        for index in stride(from: min(place, series.values.count - 1), through: 0, by: -1) {
            guard time - (test.start + Double(index) * test.interval) <= Self.lookback else { return nil }
            switch series.values[index] {
            case nil: continue
            case .stale?: return nil
            case .number(let number)?: return number
            }
        }
        return nil
    }
}
