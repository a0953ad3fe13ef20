import Domain

/// All places of one block that a rule's series lead to, and how the block stands.
struct BlockOutcome {
    let rule: Rule
    let block: Location.Block
    let standings: [(place: Place, standing: Standing)]
    /// Instances in the state that no series leads to; nil where the state is not known.
    let unseen: [String]
    let end: Double

    /// An edit of the block changes all of its instances, so that all have to satisfy the condition.
    var outcome: (status: RuleStatus.Status, reason: String?) {
        let firing = standings.count { $0.standing.isFiring }
        let all = standings.count + unseen.count
        if firing == all || (firing > 0 && rule.resource.scope == .instance) { return (.firing, nil) }
        if firing > 0 { return (.clear, "partial: \(firing) of \(all) instances") }
        if isClear { return (.clear, nil) }
        return unknown
    }

    /// Every series was measured, and none fires.
    var isClear: Bool { !standings.isEmpty && standings.allSatisfy(\.standing.isClear) }

    private var unknown: (RuleStatus.Status, String?) {
        let verdicts = standings.map(\.standing.verdict)
        let reasons = verdicts.compactMap { verdict in
            if case .insufficient(let reason) = verdict { reason } else { nil }
        }
        if let reason = reasons.min() { return (.insufficientData, reason) }
        let stale = verdicts.filter { if case .stale = $0 { true } else { false } }
        guard !stale.isEmpty else {
            let isMeasured = standings.contains { $0.standing.isClear }
            return isMeasured ? (.stale, "a series has no value") : (.noData, "no series has a value")
        }
        let seen = stale.compactMap { if case .stale(let time) = $0 { time } else { nil } }
        return (.stale, staleReason(lastSeen: seen.max()))
    }

    private func staleReason(lastSeen: Double?) -> String {
        guard let lastSeen else { return "no value lately" }
        let age = end - lastSeen
        let shown = FigureText.duration(age)
        return age > ConditionEvaluator.freshness(step: rule.step ?? Schedule.shortestStep)
            ? "no value for \(shown)" : "no value at the end; the newest is \(shown) old"
    }

    /// The place whose text the opportunity takes: the farthest beyond the threshold.
    var worst: (place: Place, standing: Standing)? {
        standings.filter(\.standing.isFiring).min { isWorse($0, $1) }
    }

    private func isWorse(
        _ left: (place: Place, standing: Standing), _ right: (place: Place, standing: Standing)
    ) -> Bool {
        let (first, second) = (left.standing.distance, right.standing.distance)
        if first != second { return first > second }
        let (one, other) = (left.standing.measured.first?.order ?? "", right.standing.measured.first?.order ?? "")
        return (one, left.place) < (other, right.place)
    }
}

extension Standing {
    /// How far the value lies beyond its threshold; 0 where there is nothing to compare.
    fileprivate var distance: Double {
        guard let value, let bounds, case .compares(let leaf)? = leaf else { return 0 }
        return leaf.comparison.distance(value, bounds)
    }
}
