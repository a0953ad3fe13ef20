import Domain

/// A rule's condition at the time of the run: its leaves, and the queries whose last values are thresholds.
struct LeafPlan {
    /// What a window is where neither the rule nor the defaults say (the earlier program's, in seconds).
    static let standardWindow = 900.0
    static let forecastWindow = 21_600.0
    /// Of an anomaly's history, which is asked for whole.
    private static let anomalyStep = 300.0
    private static let longHistory = 172_800.0

    let rule: Rule
    let leaves: [Rule.Condition: any LeafEvaluation]
    /// Query name → the request for its values now.
    let thresholds: [String: MetricQuery]

    init(_ rule: Rule, now: Double) {
        self.rule = rule
        var leaves: [Rule.Condition: any LeafEvaluation] = [:]
        var thresholds: [String: MetricQuery] = [:]
        for condition in rule.condition?.leaves ?? [] {
            leaves[condition] = Self.evaluation(condition, rule, now)
            guard case .compares(let leaf) = condition, case .query(let name, _) = leaf.threshold else { continue }
            let schedule = Schedule(rule, window: Self.standardWindow, now: now)
            thresholds[name] = schedule.instant(rule.queries[name] ?? "")
        }
        (self.leaves, self.thresholds) = (leaves, thresholds)
    }

    func wanted(_ answers: Answers) -> [Wanted] {
        leaves.values.flatMap { $0.wanted(answers) }
            + thresholds.values.map { Wanted($0, rule: rule.id, .values) }
    }

    // MARK: Leaves

    private static func evaluation(
        _ condition: Rule.Condition, _ rule: Rule, _ now: Double
    ) -> (any LeafEvaluation)? {
        switch condition {
        case .all, .any, .not: return nil
        case .compares(let leaf): return evaluation(leaf, rule, now)
        case .anomaly(let query, let anomaly):
            let window = anomaly.baseline + anomaly.recent
            let shortest = window >= longHistory ? anomalyStep : Schedule.shortestStep
            let schedule = Schedule(rule, window: window, now: now, shortest: shortest)
            return AnomalyLeaf(
                anomaly: anomaly,
                question: Question(rule: rule, query: rule.queries[query] ?? "", schedule: schedule))
        }
    }

    private static func evaluation(_ leaf: Rule.Leaf, _ rule: Rule, _ now: Double) -> any LeafEvaluation {
        let question = { (window: Double) in
            Question(
                rule: rule, query: rule.queries[leaf.query] ?? "", schedule: Schedule(rule, window: window, now: now))
        }
        switch leaf.measure {
        case .sustained(let duration, let gap):
            return SustainedLeaf(
                leaf: leaf, question: question(duration + gap + Schedule.margin), duration: duration, maxGap: gap)
        case .fraction(let share):
            return FractionLeaf(leaf: leaf, question: question(rule.window ?? standardWindow), share: share)
        case .buckets(let size, let reduction, let least, let count):
            return BucketLeaf(
                leaf: leaf, question: question(size), size: size, reduction: reduction, atLeast: least, count: count)
        case .reduced(let reduction):
            return ReducedLeaf(leaf: leaf, question: question(rule.window ?? standardWindow), reduction: reduction)
        case .forecast(let forecast):
            return ForecastLeaf(
                leaf: leaf, forecast: forecast, question: question(rule.window ?? forecastWindow))
        }
    }
}
