import Domain

/// A comparison of what a line through the window reaches.
struct ForecastLeaf: LeafEvaluation {
    let leaf: Rule.Leaf
    let forecast: Forecast
    let question: Question

    private var whole: MetricQuery { question.schedule.evidence(question.query) }

    func wanted(_ answers: Answers) -> [Wanted] { [question.wanted(whole, .values)] }

    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries] {
        try question.refusingTooMany(question.series(whole, answers)).map { series in
            LeafSeries(series.labels, series.samples) { verdict(of: series.samples, $0) }
        }
    }

    func evidence(_ bounds: Bounds) -> MetricQuery? { nil }

    private func verdict(of samples: [Sample], _ bounds: Bounds) -> Verdict {
        let schedule = question.schedule
        guard let last = samples.last(where: { !$0.value.isNaN }) else { return .noData }
        guard schedule.end - last.time <= schedule.freshness else { return .stale(lastSeen: last.time) }
        switch ForecastJudge.value(of: samples, at: schedule.end, forecast) {
        case .insufficient(let reason): return .insufficient(reason)
        case .value(let value, _):
            return leaf.comparison.holds(value, bounds)
                ? .firing(since: schedule.end, value: value) : .clear(value: value)
        }
    }
}
