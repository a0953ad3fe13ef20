import Domain

/// One comparison in PromQL, with what has to be known before it counts.
struct ExportedLeaf {
    /// The series for which the comparison is decided, one way or the other.
    let known: String
    /// Those of them for which it holds.
    let fires: String

    /// Throws what Prometheus cannot say.
    init(_ rule: Rule, _ leaf: Rule.Leaf) throws(PrometheusExport.Untold) {
        guard let bounds = leaf.fixedBounds else {
            throw PrometheusExport.Untold(text: "its threshold is not a number")
        }
        let writer = LeafWriter(rule: rule, leaf: leaf, bounds: bounds)
        self = try writer.written()
    }

    fileprivate init(known: String, fires: String) {
        (self.known, self.fires) = (known, fires)
    }

    /// A value that counts where every guard has series.
    fileprivate init(_ measured: String, _ leaf: Rule.Leaf, _ bounds: Bounds, guards: [String]) {
        let joined = guards.map { " and (\($0))" }.joined()
        known = "((\(measured)) >= -Inf)" + joined
        fires = "(\(PromQL.compared(measured, leaf.comparison, bounds)))" + joined
    }
}

/// Writes a leaf as the analysis asks and judges it.
private struct LeafWriter {
    let rule: Rule
    let leaf: Rule.Leaf
    let bounds: Bounds

    private var query: String { rule.queries[leaf.query] ?? "" }
    private var held: String { PromQL.compared(query, leaf.comparison, bounds) }

    private func schedule(_ window: Double) -> Schedule { Schedule(rule, window: window, now: 0) }

    func written() throws(PrometheusExport.Untold) -> ExportedLeaf {
        switch leaf.measure {
        case .sustained(_, let gap) where gap > 0:
            throw PrometheusExport.Untold(text: "'max_gap' has no like in Prometheus")
        case .sustained(let duration, _): return sustained(duration)
        case .reduced(let reduction): return reduced(reduction)
        case .fraction(let share): return fraction(share)
        case .buckets: throw PrometheusExport.Untold(text: "buckets end at whole days")
        case .forecast(let forecast):
            guard forecast.method == .linear, forecast.minFit == 0 else {
                throw PrometheusExport.Untold(text: "the fit of a forecast is Sphinx's own")
            }
            return line(forecast)
        }
    }

    // MARK: Measures

    /// True at every point from its beginning on, which is what `for` means to a part of a condition.
    private func sustained(_ duration: Double) -> ExportedLeaf {
        let now = PromQL.moved(query, by: rule.offset)
        let fires = PromQL.compared(now, leaf.comparison, bounds)
        guard duration > 0 else { return ExportedLeaf(known: PromQL.present(now), fires: fires) }
        let step = schedule(duration + Schedule.margin).step
        let steps = ((duration - 0.0005) / step).rounded(.up)
        let count = "count_over_time(\(points(held, steps * step, step: step))) >= \(PromQL.number(steps + 1))"
        return ExportedLeaf(known: PromQL.present(now), fires: "(\(fires)) and (\(count))")
    }

    private func reduced(_ reduction: Rule.Reduction) -> ExportedLeaf {
        let schedule = schedule(rule.window ?? LeafPlan.standardWindow)
        // A count counts every point; what else is NaN is absent, as far as a window of points can leave it out.
        let seen = PromQL.isSelector(query) || reduction == .count ? query : PromQL.present(query)
        let measured = PromQL.reduced(reduction, window(seen, schedule.window, step: schedule.step))
        let fresh = PromQL.reduced(.max, window(query, schedule.freshness, step: schedule.step))
        let pace = ReducedLeaf.pace(schedule)
        let guards = ["\(fresh) >= -Inf"] + covered(schedule, every: pace, expected: Int(schedule.window / pace) + 1)
        return ExportedLeaf(measured, leaf, bounds, guards: guards)
    }

    private func fraction(_ share: Double) -> ExportedLeaf {
        let schedule = schedule(rule.window ?? LeafPlan.standardWindow)
        let counted = { (expression: String) in
            "count_over_time(\(points(expression, schedule.window, step: schedule.step)))"
        }
        let present = PromQL.present(query)
        let newest = "last_over_time(\(points(present, schedule.freshness, step: schedule.step)))"
        let guards = covered(schedule, every: schedule.step, expected: schedule.grid.count)
        let known = (["(\(newest))"] + guards.map { "(\($0))" }).joined(separator: " and ")
        let enough = "\(counted(held)) / \(counted(present)) >= \(PromQL.number(share))"
        return ExportedLeaf(known: known, fires: "\(known) and (\(enough))")
    }

    /// Through the points of the window, which stand at whole paces here and count from the run's end there.
    private func line(_ forecast: Forecast) -> ExportedLeaf {
        let schedule = schedule(rule.window ?? LeafPlan.forecastWindow)
        guard case .range(let start, let end, let pace) = schedule.evidence("").time else {
            return ExportedLeaf(known: "", fires: "")
        }
        let present = PromQL.present(query)
        let window = points(present, end - start, step: pace)
        // Prometheus's line starts at the evaluation, whatever the offset.
        let measured = "predict_linear(\(window), \(PromQL.number(forecast.horizon - rule.offset)))"
        let fresh = "count_over_time(\(points(present, schedule.freshness, step: schedule.step)))"
        let guards = [fresh, "count_over_time(\(window)) >= \(ForecastJudge.fewest)"]
        return ExportedLeaf(measured, leaf, bounds, guards: guards)
    }

    // MARK: Windows

    private func window(_ query: String, _ seconds: Double, step: Double) -> String {
        PromQL.window(query, seconds, step: step) + PromQL.offset(rule.offset)
    }

    private func points(_ query: String, _ seconds: Double, step: Double) -> String {
        PromQL.points(query, seconds, step: step) + PromQL.offset(rule.offset)
    }

    /// As many points as the coverage asks for.
    private func covered(_ schedule: Schedule, every pace: Double, expected: Int) -> [String] {
        let enough = (0...expected).first { count in
            rule.coverage.shortfall(
                present: count, expected: expected, span: Double(max(0, count - 1)) * pace, window: schedule.window)
                == nil
        }
        let least = max(1, enough ?? expected + 1)
        let window = points(PromQL.present(query), schedule.window, step: pace)
        return ["count_over_time(\(window)) >= \(least)"]
    }
}
