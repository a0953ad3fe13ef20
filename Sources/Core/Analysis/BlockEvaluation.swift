import Domain

/// A series that leads to a block, and how it stands.
struct Measured {
    let series: Series
    let verdict: Verdict
    /// With its key where that is known.
    let instance: String
    /// The state holds just this instance.
    let isInstance: Bool
    let how: String

    /// Nil where the series does not fire.
    var firing: (since: Double, value: Double)? {
        guard case .firing(let since, let value) = verdict else { return nil }
        return (since, value)
    }

    var isClear: Bool { if case .clear = verdict { true } else { false } }

    /// Nil where the last point is there, or no point at all.
    var lastSeen: Double? { if case .stale(let time) = verdict { time } else { nil } }
}

/// All series of one rule that lead to one block.
struct BlockEvaluation {
    let rule: Rule
    let grid: Grid
    let block: Location.Block
    let measured: [Measured]

    // MARK: Outcome

    /// An instance fires with its worst series, a block only with all instances that were seen: an edit changes all.
    var outcome: (status: RuleStatus.Status, reason: String?) {
        let instances = instances
        let firing = instances.count { $0.contains { $0.firing != nil } }
        if firing == instances.count { return (.firing, nil) }
        if firing > 0 { return (.clear, "partial: \(firing) of \(instances.count) instances") }
        if isClear { return (.clear, nil) }
        if let lastSeen = measured.compactMap(\.lastSeen).max() { return (.stale, stale(lastSeen: lastSeen)) }
        let isMeasured = measured.contains(where: \.isClear)
        return isMeasured ? (.stale, "a series has no value") : (.noData, "no series has a value")
    }

    var isClear: Bool { measured.allSatisfy(\.isClear) }

    /// A series whose instance nobody knows may be of any instance, and counts as one of its own.
    private var instances: [[Measured]] {
        let known = Dictionary(grouping: measured.filter(\.isInstance), by: \.instance)
        return Array(known.values) + measured.filter { !$0.isInstance }.map { [$0] }
    }

    private func stale(lastSeen: Double) -> String {
        let age = grid.end - lastSeen
        let shown = FigureText.duration(age)
        return age > ConditionEvaluator.freshness(step: grid.step)
            ? "no value for \(shown)" : "no value at the end; the newest is \(shown) old"
    }

    // MARK: Opportunity

    func finding() -> Findings {
        let sorted = measured.sorted(by: isWorse)
        guard let worst = sorted.first, let (since, value) = worst.firing else { return Findings() }
        let text = OpportunityText(
            rule: rule, labels: worst.series.labels, workspace: block.workspace, instance: worst.instance,
            address: block.address, value: value)
        let evidence = Evidence(
            query: rule.expression, condition: rule.condition?.description ?? "", start: grid.start, end: grid.end,
            step: grid.step,
            threshold: rule.condition?.single?.number, instances: Set(measured.map(\.instance)).sorted(),
            series: sorted.map { Thinning.thinned($0.series) }, located: worst.how)
        let opportunity = Opportunity(
            workspace: block.workspace, rule: rule, address: block.address, title: text.render(rule.title),
            description: text.render(rule.description), since: since, value: value, evidence: evidence)
        return Findings(opportunities: [opportunity], problems: text.missingLabels.map(missing))
    }

    private func missing(_ label: String) -> Problem {
        Problem(
            .needsPerson,
            "the rule '\(rule.id)' shows the label '\(label)', which the series of \(block.address) in "
                + "\(block.workspace) does not carry",
            hint: "it is shown as an empty text; keep the label in the query, such as in 'by (\(label))'")
    }

    /// Farthest beyond the threshold first, what does not fire last; labels break ties, never the source's order.
    private func isWorse(_ left: Measured, _ right: Measured) -> Bool {
        switch (distance(left), distance(right)) {
        case (let first?, let second?) where first != second: first > second
        case (_?, nil): true
        case (nil, _?): false
        default: Self.order(left.series) < Self.order(right.series)
        }
    }

    private func distance(_ measured: Measured) -> Double? {
        guard let leaf = rule.condition?.single, let number = leaf.number else { return nil }
        return measured.firing.map { leaf.comparison.distance($0.value, number) }
    }

    private static func order(_ series: Series) -> String {
        series.labels.sorted { $0.key < $1.key }.map { "\($0.key)\u{1}\($0.value)" }.joined(separator: "\u{2}")
    }
}
