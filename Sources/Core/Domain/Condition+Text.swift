extension Rule.Condition: CustomStringConvertible {
    /// As a reviewer reads it, such as `all of (max of cpu less than 5; …)`; it holds all that the condition says.
    package var description: String {
        switch self {
        case .all(let parts): "all of (\(parts.map(\.description).joined(separator: "; ")))"
        case .any(let parts): "any of (\(parts.map(\.description).joined(separator: "; ")))"
        case .not(let part): "not (\(part))"
        case .compares(let leaf): leaf.description
        case .anomaly(let query, let anomaly): Rule.named(query) + anomaly.description
        }
    }
}

extension Rule.Leaf: CustomStringConvertible {
    package var description: String {
        let compared = "\(comparison.rawValue.replacing("_", with: " ")) \(threshold)"
        switch measure {
        case .sustained(let duration, let gap):
            let bridged = gap > 0 ? ", gaps up to \(DurationText.text(gap)) bridged" : ""
            return Rule.named(query) + compared + (duration > 0 ? " for \(DurationText.text(duration))" : "") + bridged
        case .fraction(let share):
            return Rule.named(query) + "\(compared) in \(NumberText.text(share * 100))% of the window"
        case .buckets(let size, let reduction, let least, let count):
            let buckets = "in at least \(least) of \(count) buckets of \(DurationText.text(size))"
            return "\(reduction) of " + Rule.named(query) + "\(compared) \(buckets)"
        case .reduced(let reduction): return "\(reduction) of " + Rule.named(query) + compared
        case .forecast(let forecast): return Rule.named(query) + "\(forecast) \(compared)"
        }
    }
}

extension Rule.Threshold: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let number): NumberText.text(number)
        case .range(let low, let high): "\(NumberText.text(low)) and \(NumberText.text(high))"
        case .attribute(let path, let scale): "attribute \(path)" + Self.times(scale)
        case .query(let name, let scale): "query \(name)" + Self.times(scale)
        }
    }

    private static func times(_ scale: Double) -> String { scale == 1 ? "" : " × \(NumberText.text(scale))" }
}

extension Rule.Reduction: CustomStringConvertible {
    package var description: String {
        switch self {
        case .last: "last"
        case .min: "min"
        case .max: "max"
        case .avg: "avg"
        case .sum: "sum"
        case .stddev: "stddev"
        case .count: "count"
        case .rate: "rate"
        case .quantile(let share): share == 0.5 ? "median" : "p\(NumberText.text(share * 100))"
        }
    }
}

extension Rule {
    /// The only query of a rule needs no name.
    fileprivate static func named(_ query: String) -> String { query == onlyQuery ? "value " : "\(query) " }
}
