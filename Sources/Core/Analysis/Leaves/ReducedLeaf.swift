import Domain

/// A window reduced to one value by the server, from raw samples where the query is a selector.
///
/// Sub-sampling a window would lose its peaks. NaN is absent here and a value there: `min` and `max` pass over it, a
/// result that is NaN is asked for again without it, and a quantile is told by the sum, which any NaN makes NaN.
struct ReducedLeaf: LeafEvaluation {
    let leaf: Rule.Leaf
    let question: Question
    let reduction: Rule.Reduction

    private var schedule: Schedule { question.schedule }
    private var isQuantile: Bool { if case .quantile = reduction { true } else { false } }

    private var reduced: String {
        PromQL.reduced(reduction, PromQL.window(question.query, schedule.window, step: schedule.step))
    }

    private var value: MetricQuery { schedule.instant(reduced) }

    private var sum: MetricQuery {
        schedule.instant(PromQL.reduced(.sum, PromQL.window(question.query, schedule.window, step: schedule.step)))
    }

    private var withoutNaN: MetricQuery {
        let points = PromQL.points(PromQL.present(question.query), schedule.window, step: schedule.step)
        return schedule.instant(PromQL.reduced(reduction, points))
    }

    // MARK: Coverage

    /// Coarser than the grid, as it costs a look at every point.
    static func pace(_ schedule: Schedule) -> Double {
        max(schedule.step, (schedule.window / Schedule.cheapPoints / schedule.step).rounded(.up) * schedule.step)
    }

    private var pace: Double { Self.pace(schedule) }

    private var present: MetricQuery {
        let points = PromQL.points(PromQL.present(question.query), schedule.window, step: pace)
        return schedule.instant("count_over_time(\(points))")
    }

    /// `max` passes over NaN, so that what is NaN alone is not fresh.
    private var fresh: MetricQuery {
        schedule.instant(
            PromQL.reduced(.max, PromQL.window(question.query, schedule.freshness, step: schedule.step)))
    }

    // MARK: Asking

    func wanted(_ answers: Answers) -> [Wanted] {
        var wanted = [
            question.wanted(value, .values), question.wanted(present, .coverage), question.wanted(fresh, .coverage),
        ]
        if isQuantile { wanted.append(question.wanted(sum, .coverage)) }
        if needsNaNLeftOut(answers) { wanted.append(question.wanted(withoutNaN, .withoutNaN)) }
        return wanted
    }

    private func needsNaNLeftOut(_ answers: Answers) -> Bool {
        guard case .success(let answer)? = answers.result(isQuantile ? sum : value) else { return false }
        return answer.series.contains { $0.samples.last?.value.isNaN ?? false }
    }

    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries] {
        let known = try question.refusingTooMany(question.series(value, answers))
        let counts = try question.values(present, answers)
        let newest = try question.values(fresh, answers)
        let sums = isQuantile ? try question.values(sum, answers) : [:]
        let clean = needsNaNLeftOut(answers) ? try question.values(withoutNaN, answers) : [:]
        return known.map { series in
            let labels = series.labels.nameless
            var value = series.samples.last?.value ?? .nan
            if value.isNaN || sums[labels]?.isNaN == true { value = clean[labels] ?? .nan }
            let count = Int(counts[labels] ?? 0)
            let isFresh = newest[labels].map { !$0.isNaN } ?? false
            return LeafSeries(series.labels) { verdict(value, count: count, isFresh: isFresh, $0) }
        }
    }

    private func verdict(_ value: Double, count: Int, isFresh: Bool, _ bounds: Bounds) -> Verdict {
        guard !value.isNaN, count > 0 || isFresh else { return .noData }
        guard isFresh else { return .stale(lastSeen: nil) }
        let expected = Int(schedule.window / pace) + 1
        let span = Double(max(0, count - 1)) * pace
        if let reason = question.rule.coverage.shortfall(
            present: count, expected: expected, span: span, window: schedule.window)
        {
            return .insufficient(reason)
        }
        return leaf.comparison.holds(value, bounds)
            ? .firing(since: schedule.end - schedule.window, value: value) : .clear(value: value)
    }

    /// Peaks are what a maximum or minimum is about, so each point shows that of its stretch.
    func evidence(_ bounds: Bounds) -> MetricQuery? {
        let filter = PromQL.compared(reduced, leaf.comparison, bounds)
        let restricted = { PromQL.restricted($0, by: filter, at: schedule.end) }
        guard case .range(_, _, let pace) = schedule.evidence("").time, reduction == .max || reduction == .min else {
            return schedule.evidence(restricted(question.query))
        }
        let stretch = PromQL.reduced(reduction, PromQL.window(question.query, pace, step: schedule.step))
        return schedule.evidence(restricted(stretch))
    }
}
