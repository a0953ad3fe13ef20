import Domain

/// What the parts of one rule have to agree on.
struct RuleConsistency {
    /// Prometheus refuses more in one range query.
    private static let mostPoints = 11_000.0

    let map: MapReading
    let rule: Rule

    private var reading: Reading { map.reading }

    func check() {
        if rule.source == .state { checkState() }
        if rule.coverage.noData != .skip, rule.resource.type == nil {
            reading.refuse(
                "'nodata' needs 'resource.type'", hint: "without it nobody knows which resources have no data",
                at: map["coverage"] ?? map.node)
        }
        if rule.supersedes.contains(rule.id) {
            reading.refuse("the rule supersedes itself", at: map["supersedes"] ?? map.node)
        }
        checkPoints()
    }

    private func checkState() {
        guard rule.resource.type == nil else { return }
        reading.refuse(
            "a rule on state needs 'resource.type'", hint: "name the type of resource that it looks at",
            at: map["resource"] ?? map.node)
    }

    private func checkPoints() {
        guard let step = rule.step else { return }
        for case .compares(let leaf) in rule.condition?.leaves ?? [] {
            let window =
                switch leaf.measure {
                case .sustained(let duration, _): duration
                case .fraction: rule.window ?? 0
                case .buckets, .reduced, .forecast: 0.0
                }
            guard window / step > Self.mostPoints else { continue }
            reading.refuse(
                "\(DurationText.text(window)) at a step of \(DurationText.text(step)) are more than 11,000 points",
                hint: "leave out 'step', or make it longer", at: map["step"] ?? map.node)
        }
    }
}
