import Domain

/// `suppressions: [{rule, workspace, address, until, reason}]`.
struct SuppressionReading {
    private let map: MapReading

    init?(_ node: YAMLNode, _ reading: Reading) {
        let keys = ["rule", "workspace", "address", "until", "reason"]
        guard let map = MapReading(node, called: "a suppression", keys: keys, reading) else { return nil }
        self.map = map
    }

    /// A plugin's rules are not known here.
    func suppression(knownRules: [String]) -> Suppression? {
        let (rule, reason) = (map.required("rule"), map.required("reason", atMost: 500))
        let until = until()
        guard let rule, let node = map["rule"], let reason else { return nil }
        if !rule.hasPrefix("plugin/"), !knownRules.contains(where: { Globs.glob(rule).matches($0) }) {
            map.reading.refuse(unknown: rule, among: knownRules, at: node)
            return nil
        }
        return Suppression(
            rule: Globs.glob(rule), workspace: Globs.glob(map.text("workspace") ?? "*"),
            address: Globs.glob(map.text("address") ?? "*"), until: until, reason: reason,
            location: map.reading.location(map.node))
    }

    /// The last second of the day, in UTC.
    private func until() -> Double? { map.day("until").map { Double($0 + 1) * 86_400 - 1 } }
}
