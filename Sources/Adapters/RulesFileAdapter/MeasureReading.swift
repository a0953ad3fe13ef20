import Domain

/// What of a query's series is compared: `for`, `fraction`, `reduce`, buckets or a forecast.
struct MeasureReading {
    private static let forms = ["for", "duration_minutes", "fraction", "reduce", "forecast"]
    private static let longestMinutes = 576_000.0

    let map: MapReading
    let reading: Reading

    init(_ map: MapReading, _ reading: Reading) {
        self.map = map
        self.reading = reading
    }

    func measure() -> Rule.Measure? {
        let given = Self.forms.filter { map[$0] != nil }
        guard given.count <= 1 else {
            reading.refuse(
                "'\(given[0])' and '\(given[1])' exclude each other", hint: "keep one of them",
                at: map[given[1]] ?? map.node)
            return nil
        }
        if refusesStrangers(given.first) { return nil }
        switch given.first {
        case "fraction": return fraction()
        case "reduce": return reduced()
        case "forecast": return ForecastReading(map, reading)?.forecast().map(Rule.Measure.forecast)
        default: return sustained()
        }
    }

    /// `max_gap` goes with `for`; `bucket`, `at_least` and `of` with `reduce`.
    private func refusesStrangers(_ form: String?) -> Bool {
        let isSustained = form == nil || form == "for" || form == "duration_minutes"
        var isRefused = false
        for (key, isAtHome, home) in [
            ("max_gap", isSustained, "for"), ("bucket", form == "reduce", "reduce"),
            ("at_least", map["bucket"] != nil, "bucket"), ("of", map["bucket"] != nil, "bucket"),
        ] where !isAtHome {
            guard let node = map[key] else { continue }
            reading.refuse("'\(key)' has no meaning without '\(home)'", at: node)
            isRefused = true
        }
        return isRefused
    }

    private func sustained() -> Rule.Measure? {
        let gap = map.duration("max_gap")
        if map["max_gap"] != nil, gap == nil { return nil }
        if map["for"] != nil { return map.duration("for").map { .sustained(duration: $0, maxGap: gap ?? 0) } }
        return minutes().map { .sustained(duration: $0, maxGap: gap ?? 0) }
    }

    /// A share of 0 would hold of everything.
    private func fraction() -> Rule.Measure? {
        guard let share = map.share("fraction"), let node = map["fraction"] else { return nil }
        guard share > 0 else {
            reading.refuse(
                "'fraction' is \(node.text ?? "")", hint: "write a number above 0 and up to 1", at: node)
            return nil
        }
        return .fraction(share)
    }

    /// Seconds.
    private func minutes() -> Double? {
        guard let node = map["duration_minutes"] else { return 0 }
        guard let minutes = map.number("duration_minutes") else { return nil }
        guard minutes >= 0, minutes <= Self.longestMinutes else {
            reading.refuse(
                "'duration_minutes' is \(node.text ?? "")", hint: "write minutes from 0 to 400 days", at: node)
            return nil
        }
        return minutes * 60
    }

    // MARK: Reductions

    private func reduced() -> Rule.Measure? {
        guard let reduction = reduction() else { return nil }
        guard map["bucket"] != nil else { return .reduced(reduction) }
        guard let size = map.duration("bucket"), let least = map.count("at_least"), let count = map.count("of") else {
            for key in ["at_least", "of"] where map[key] == nil {
                reading.refuse("'\(key)' is missing beside 'bucket'", at: map.node)
            }
            return nil
        }
        guard size >= 60, count >= 1, count <= 1_000, least >= 1, least <= count else {
            reading.refuse(
                "'at_least' is \(least) of \(count) buckets of \(DurationText.text(size))",
                hint: "at_least is from 1 to 'of', and a bucket is a minute or more", at: map.node)
            return nil
        }
        return .buckets(size: size, reduction, atLeast: least, of: count)
    }

    private func reduction() -> Rule.Reduction? {
        guard let text = map.text("reduce"), let node = map["reduce"] else { return nil }
        let words: [String: Rule.Reduction] = [
            "last": .last, "min": .min, "max": .max, "avg": .avg, "sum": .sum, "stddev": .stddev, "count": .count,
            "rate": .rate, "median": .quantile(0.5),
        ]
        if let reduction = words[text] { return reduction }
        if text.hasPrefix("p"), let share = Double(text.dropFirst()), share > 0, share <= 100 {
            return .quantile(share / 100)
        }
        let near = Spelling.nearest(to: text, among: words.keys.sorted())
        reading.refuse(
            "unknown reduction '\(text)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "known: \(words.keys.sorted().joined(separator: ", ")), p95",
            at: node)
        return nil
    }
}

/// `forecast: {method, horizon, min_fit}`.
struct ForecastReading {
    private let map: MapReading

    init?(_ leaf: MapReading, _ reading: Reading) {
        guard let node = leaf["forecast"],
            let map = MapReading(node, called: "forecast", keys: ["method", "horizon", "min_fit"], reading)
        else { return nil }
        self.map = map
    }

    func forecast() -> Forecast? {
        if map["horizon"] == nil { map.reading.refuse("'horizon' is missing", at: map.node) }
        guard let horizon = map.duration("horizon") else { return nil }
        return Forecast(
            method: map.choice("method", Forecast.Method.self) ?? .linear, horizon: horizon,
            minFit: map.share("min_fit") ?? 0.5)
    }
}

/// `anomaly: {method, k, direction, baseline, recent, min_relative, min_absolute, min_samples, transform, utc_offset}`.
struct AnomalyReading {
    private static let keys = [
        "method", "k", "direction", "baseline", "recent", "min_relative", "min_absolute", "min_samples", "transform",
        "utc_offset",
    ]

    private let map: MapReading

    init?(_ leaf: MapReading, _ reading: Reading) {
        guard let node = leaf["anomaly"], let map = MapReading(node, called: "anomaly", keys: Self.keys, reading)
        else { return nil }
        self.map = map
    }

    func anomaly() -> Anomaly? {
        let k = positive("k", or: 3.5)
        let (relative, absolute) = (positive("min_relative", or: 0.25), positive("min_absolute", or: 0))
        let offset = hours()
        guard let k, let relative, let absolute, let offset else { return nil }
        return Anomaly(
            method: map.choice("method", Anomaly.Method.self) ?? .seasonalMAD, k: k,
            direction: map.choice("direction", Anomaly.Direction.self) ?? .both, baseline: map.duration("baseline"),
            recent: map.duration("recent"), minRelative: relative, minAbsolute: absolute,
            minSamples: map.count("min_samples") ?? 16,
            transform: map.choice("transform", Anomaly.Transform.self) ?? .none, utcOffset: offset)
    }

    private func positive(_ key: String, or standard: Double) -> Double? {
        guard map[key] != nil else { return standard }
        guard let number = map.number(key), let node = map[key] else { return nil }
        guard number >= 0 else {
            map.reading.refuse("'\(key)' is negative", at: node)
            return nil
        }
        return number
    }

    /// Hours east of UTC, as seconds.
    private func hours() -> Double? {
        guard map["utc_offset"] != nil else { return 0 }
        guard let hours = map.number("utc_offset"), let node = map["utc_offset"] else { return nil }
        guard abs(hours) <= 14 else {
            map.reading.refuse("'utc_offset' is \(node.text ?? "")", hint: "write hours from -14 to 14", at: node)
            return nil
        }
        return hours * 3_600
    }
}
