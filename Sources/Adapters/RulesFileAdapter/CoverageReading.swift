import Domain

/// `coverage: {min_ratio, min_samples, min_span, nodata}`.
struct CoverageReading {
    private let map: MapReading

    init?(_ node: YAMLNode, _ reading: Reading) {
        let keys = ["min_ratio", "min_samples", "min_span", "nodata"]
        guard let map = MapReading(node, called: "coverage", keys: keys, reading) else { return nil }
        self.map = map
    }

    func coverage(_ defaults: Defaults) -> Rule.Coverage {
        Rule.Coverage(
            minRatio: map.share("min_ratio") ?? defaults.minRatio, minSamples: map.count("min_samples"),
            minSpan: map.duration("min_span"), noData: noData())
    }

    private func noData() -> Rule.Coverage.NoData {
        guard let text = map.text("nodata"), let node = map["nodata"] else { return .skip }
        switch text {
        case "skip": return .skip
        case "match": return .match
        case "error": return .error
        default:
            if let number = Numbers.read(text), number.isFinite { return .value(number) }
            map.reading.refuse(
                "'\(text)' is not a nodata", hint: "write skip, match, error or a number", at: node)
            return .skip
        }
    }
}
