import Domain

/// A comparison that has to hold at a share of the window's present points.
struct FractionLeaf: LeafEvaluation {
    let leaf: Rule.Leaf
    let question: Question
    let share: Double

    private var schedule: Schedule { question.schedule }
    private var bounds: Bounds? { schedule.isCheap ? nil : leaf.fixedBounds }
    private var whole: MetricQuery { schedule.range(question.query) }

    private func counted(_ expression: String) -> String {
        "count_over_time(\(PromQL.points(expression, schedule.window, step: schedule.step)))"
    }

    private var presentCount: String { counted(PromQL.present(question.query)) }

    private func trueCount(_ bounds: Bounds) -> String {
        counted(PromQL.compared(question.query, leaf.comparison, bounds))
    }

    /// The values that are fresh: the last that is present within the freshness.
    private var newest: MetricQuery {
        let points = PromQL.points(PromQL.present(question.query), schedule.freshness, step: schedule.step)
        return schedule.instant("last_over_time(\(points))")
    }

    func wanted(_ answers: Answers) -> [Wanted] {
        guard let bounds else { return [question.wanted(whole, .values)] }
        return [
            question.wanted(schedule.instant(presentCount), .coverage), question.wanted(newest, .values),
            question.wanted(schedule.instant(trueCount(bounds)), .values),
        ]
    }

    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries] {
        guard let bounds else {
            return try question.refusingTooMany(question.series(whole, answers)).map { series in
                LeafSeries(series.labels, series.samples) { verdict(of: series.samples, $0) }
            }
        }
        let present = try question.refusingTooMany(question.series(schedule.instant(presentCount), answers))
        let held = try question.values(schedule.instant(trueCount(bounds)), answers)
        let values = try question.values(newest, answers)
        return present.map { series in
            let labels = series.labels.nameless
            let count = Int(series.samples.last?.value ?? 0)
            return LeafSeries(series.labels) { _ in
                verdict(
                    present: count, held: Int(held[labels] ?? 0), newest: values[labels],
                    span: Double(count - 1) * schedule.step)
            }
        }
    }

    func evidence(_ bounds: Bounds) -> MetricQuery? {
        guard self.bounds != nil else { return nil }
        let filter = "(\(trueCount(bounds))) / (\(presentCount)) >= \(PromQL.number(share))"
        return schedule.evidence(PromQL.restricted(question.query, by: filter, at: schedule.end))
    }

    // MARK: Verdict

    private func verdict(of samples: [Sample], _ bounds: Bounds) -> Verdict {
        let present = samples.filter { !$0.value.isNaN }
        guard let first = present.first, let last = present.last else { return .noData }
        guard schedule.end - last.time <= schedule.freshness else { return .stale(lastSeen: last.time) }
        return verdict(
            present: present.count, held: present.count { leaf.comparison.holds($0.value, bounds) },
            newest: last.value, span: last.time - first.time)
    }

    private func verdict(present: Int, held: Int, newest: Double?, span: Double) -> Verdict {
        guard let newest else { return .stale(lastSeen: nil) }
        let expected = schedule.grid.count
        if let reason = question.rule.coverage.shortfall(
            present: present, expected: expected, span: span, window: schedule.window)
        {
            return .insufficient(reason)
        }
        return Double(held) >= share * Double(present) - 1e-9
            ? .firing(since: schedule.end - schedule.window, value: newest) : .clear(value: newest)
    }
}
