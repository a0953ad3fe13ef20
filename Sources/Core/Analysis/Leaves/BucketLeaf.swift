import Domain

/// A comparison of some whole buckets, such as four of the last fourteen UTC days.
struct BucketLeaf: LeafEvaluation {
    let leaf: Rule.Leaf
    let question: Question
    let size: Double
    let reduction: Rule.Reduction
    let atLeast: Int
    let count: Int

    /// The last bucket that is over.
    private var end: Double { (question.schedule.end / size).rounded(.down) * size }
    private var start: Double { end - Double(count - 1) * size }

    /// What lies on the border of two buckets belongs to the earlier one, whichever end of a range a server leaves out.
    private var buckets: MetricQuery {
        let (query, step) = (question.query, question.schedule.step)
        let window =
            PromQL.isSelector(query)
            ? PromQL.window(query, size - 0.001, step: step) : PromQL.points(query, size - step, step: step)
        return MetricQuery(PromQL.reduced(reduction, window), .range(start: start, end: end, step: size))
    }

    func wanted(_ answers: Answers) -> [Wanted] { [question.wanted(buckets, .values)] }

    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries] {
        try question.refusingTooMany(question.series(buckets, answers)).map { series in
            LeafSeries(series.labels, series.samples) { verdict(of: series.samples, $0) }
        }
    }

    func evidence(_ bounds: Bounds) -> MetricQuery? { nil }

    private func verdict(of samples: [Sample], _ bounds: Bounds) -> Verdict {
        let present = samples.filter { !$0.value.isNaN }
        guard let last = present.last else { return .noData }
        guard end - last.time < size / 2 else { return .stale(lastSeen: last.time) }
        let held = present.filter { leaf.comparison.holds($0.value, bounds) }
        // What is missing could turn neither outcome round.
        if held.count >= atLeast, let first = held.first {
            return .firing(since: first.time - size, value: last.value)
        }
        guard held.count + count - present.count < atLeast else {
            return .insufficient("\(present.count) of \(count) buckets of \(DurationText.text(size))")
        }
        return .clear(value: last.value)
    }
}
