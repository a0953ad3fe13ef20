import Domain

/// A comparison that has to hold for a while, as Prometheus's `for`.
///
/// A short window is asked for whole. Of a long one the values at its end are asked first, as only a series that is
/// true there can fire, and then the points of those series alone.
struct SustainedLeaf: LeafEvaluation {
    let leaf: Rule.Leaf
    let question: Question
    let duration: Double
    let maxGap: Double

    private var schedule: Schedule { question.schedule }

    /// A threshold that the server does not know leaves nothing to filter by.
    private var bounds: Bounds? { schedule.isCheap ? nil : leaf.fixedBounds }

    private var whole: MetricQuery { schedule.range(question.query) }
    private var newest: MetricQuery { schedule.instant(question.query) }
    private var seen: MetricQuery {
        schedule.instant("last_over_time(\(PromQL.window(question.query, schedule.window, step: schedule.step)))")
    }

    private func candidates(_ bounds: Bounds) -> MetricQuery {
        schedule.range(
            PromQL.restricted(
                question.query, by: PromQL.compared(question.query, leaf.comparison, bounds), at: schedule.end))
    }

    func wanted(_ answers: Answers) -> [Wanted] {
        guard let bounds else { return [question.wanted(whole, .values)] }
        var wanted = [question.wanted(newest, .values), question.wanted(seen, .coverage)]
        if case .success(let answer)? = answers.result(newest),
            answer.series.contains(where: { $0.samples.last.map { leaf.comparison.holds($0.value, bounds) } ?? false })
        {
            wanted.append(question.wanted(candidates(bounds), .candidates))
        }
        return wanted
    }

    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries] {
        guard let bounds else {
            return try question.refusingTooMany(question.series(whole, answers)).map(judged)
        }
        let known = try question.refusingTooMany(question.series(seen, answers))
        let values = try question.values(newest, answers)
        let isAny = values.values.contains { leaf.comparison.holds($0, bounds) }
        let points = isAny ? try question.series(candidates(bounds), answers) : []
        let byLabels = Dictionary(points.map { ($0.labels.nameless, $0) }) { first, _ in first }
        return known.map { series in
            let labels = series.labels.nameless
            if let points = byLabels[labels] { return judged(points) }
            guard let value = values[labels], !value.isNaN else {
                return LeafSeries(series.labels) { _ in .stale(lastSeen: nil) }
            }
            return LeafSeries(series.labels) { _ in .clear(value: value) }
        }
    }

    func evidence(_ bounds: Bounds) -> MetricQuery? { nil }

    private func judged(_ series: Series) -> LeafSeries {
        LeafSeries(series.labels, series.samples) { bounds in
            ConditionEvaluator.verdict(
                of: series.samples, on: schedule.grid, leaf.comparison, bounds, duration: duration,
                bridging: maxGap)
        }
    }
}

extension Rule.Leaf {
    /// The numbers that the rule itself compares with.
    var fixedBounds: Bounds? {
        switch threshold {
        case .number(let number): Bounds(number)
        case .range(let low, let high): Bounds(low: low, high: high)
        case .attribute, .query: nil
        }
    }
}
