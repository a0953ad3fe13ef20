import Domain
import Foundation

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
    private func until() -> Double? {
        guard let text = map.text("until"), let node = map["until"] else { return nil }
        let isDate = text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil
        guard isDate, let date = try? Date("\(text)T23:59:59Z", strategy: .iso8601),
            date.formatted(.iso8601).hasPrefix(text)
        else {
            map.reading.refuse("'until' is '\(text)'", hint: "write a day like 2027-03-31", at: node)
            return nil
        }
        return date.timeIntervalSince1970
    }
}
