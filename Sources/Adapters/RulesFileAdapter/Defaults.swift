import Domain

/// `defaults:` of a file, for rules that do not say otherwise.
struct Defaults {
    private static let keys = ["window", "step", "offset", "severity", "min_ratio", "limit", "datasource"]

    var window: Double?
    var step: Double?
    var offset = 0.0
    var severity = Rule.Severity.medium
    var minRatio: Double?
    var limit = Rule.standardLimit

    init() {}

    init(_ node: YAMLNode?, _ reading: Reading) {
        guard let node, !node.isNull, let map = MapReading(node, called: "defaults", keys: Self.keys, reading) else {
            return
        }
        window = map.duration("window")
        step = map.step()
        offset = map.duration("offset") ?? 0
        severity = map.choice("severity", Rule.Severity.self) ?? .medium
        minRatio = map.share("min_ratio")
        limit = map.count("limit") ?? Rule.standardLimit
        map.refuseUnknownDatasource()
    }
}

extension MapReading {
    private static var longest: Double { 400 * 86_400 }

    /// A Prometheus duration in seconds; nil where the key is absent or wrong.
    func duration(_ key: String) -> Double? {
        guard let text = text(key), let node = self[key] else { return nil }
        guard let seconds = DurationText.parse(text) else {
            reading.refuse(
                "'\(key)' is '\(text)'; a duration is needed", hint: "write it with a unit, such as 90s, 15m or 14d",
                at: node)
            return nil
        }
        guard seconds <= Self.longest else {
            reading.refuse("'\(key)' is '\(text)'", hint: "write at most 400d", at: node)
            return nil
        }
        return seconds
    }

    /// `auto`, or a duration of a second or more.
    func step() -> Double? {
        guard let node = self["step"], node.text != "auto", let step = duration("step") else { return nil }
        guard step >= 1 else {
            reading.refuse("'step' is '\(node.text ?? "")'", hint: "write at least 1s, or auto", at: node)
            return nil
        }
        return step
    }

    /// A number from 0 to 1.
    func share(_ key: String) -> Double? {
        guard let number = number(key), let node = self[key] else { return nil }
        guard number >= 0, number <= 1 else {
            reading.refuse("'\(key)' is \(node.text ?? "")", hint: "write a number from 0 to 1", at: node)
            return nil
        }
        return number
    }

    func refuseUnknownDatasource() {
        guard let text = text("datasource"), text != "default", let node = self["datasource"] else { return }
        reading.refuse(
            "unknown datasource '\(text)'", hint: "there is one, 'default': what PROMETHEUS_URL names", at: node)
    }
}
