import Domain

/// A recent value that its own past does not explain.
struct AnomalyLeaf: LeafEvaluation {
    let anomaly: Anomaly
    let question: Question

    private var whole: MetricQuery { question.schedule.range(question.query) }

    func wanted(_ answers: Answers) -> [Wanted] { [question.wanted(whole, .values)] }

    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries] {
        try question.refusingTooMany(question.series(whole, answers)).map { series in
            LeafSeries(series.labels, series.samples) { _ in verdict(of: series.samples) }
        }
    }

    func evidence(_ bounds: Bounds) -> MetricQuery? { nil }

    private func verdict(of samples: [Sample]) -> Verdict {
        let schedule = question.schedule
        guard let last = samples.last(where: { !$0.value.isNaN }) else { return .noData }
        guard schedule.end - last.time <= schedule.freshness else { return .stale(lastSeen: last.time) }
        switch AnomalyJudge.verdict(of: samples, at: schedule.end, anomaly) {
        case .normal(let measure): return .clear(value: measure.recent)
        case .anomalous(let measure): return .firing(since: schedule.end - anomaly.recent, value: measure.recent)
        case .insufficient(let reason): return .insufficient(reason)
        }
    }
}
