import Domain

/// When a rule looks, and how far back: one aligned end for each step, so that runs ask the same and caches can answer.
struct Schedule: Hashable, Sendable {
    /// Prometheus's default evaluation interval, in seconds.
    static let shortestStep = 60.0
    /// Prometheus refuses more in one range query.
    static let mostPoints = 11_000.0
    /// Seconds before the condition's own duration, so that its beginning and a stale end can be seen.
    static let margin = 900.0
    /// Points up to which asking for a range costs no more than asking whether it is worth it.
    static let cheapPoints = 500.0

    let end: Double
    let step: Double
    /// Whole steps.
    let window: Double

    /// `shortest` is the finest step that `step: auto` takes.
    init(_ rule: Rule, window: Double, now: Double, shortest: Double = shortestStep) {
        var step = rule.step ?? shortest
        if rule.step == nil { while window / step > Self.mostPoints { step *= 2 } }
        self.step = step
        self.window = (window / step).rounded(.up) * step
        end = ((now - rule.offset) / step).rounded(.down) * step
    }

    var grid: Grid { Grid(start: end - window, end: end, step: step) }

    func range(_ expression: String) -> MetricQuery {
        MetricQuery(expression, .range(start: end - window, end: end, step: step))
    }

    func instant(_ expression: String) -> MetricQuery { MetricQuery(expression, .instant(end)) }

    var isCheap: Bool { window / step <= Self.cheapPoints }

    /// The age up to which a last point speaks for the present (S5: two steps, or ten minutes).
    var freshness: Double { max(2 * step, 600) }

    /// Steps that give no more points than evidence may have.
    func evidence(_ expression: String) -> MetricQuery {
        let coarse = (window / Double(Thinning.mostSamples) / step).rounded(.up) * step
        let pace = max(coarse, step)
        let start = end - (window / pace).rounded(.down) * pace
        return MetricQuery(expression, .range(start: start, end: end, step: pace))
    }
}
