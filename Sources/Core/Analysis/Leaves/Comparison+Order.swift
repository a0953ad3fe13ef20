package import Domain

extension Rule.Comparison {
    /// PromQL's comparison; NaN never comes here, as it is absent.
    package func holds(_ value: Double, _ threshold: Double) -> Bool { holds(value, Bounds(threshold)) }

    func holds(_ value: Double, _ bounds: Bounds) -> Bool {
        switch self {
        case .lessThan: value < bounds.low
        case .lessThanOrEqual: value <= bounds.low
        case .greaterThan: value > bounds.low
        case .greaterThanOrEqual: value >= bounds.low
        case .equals: value == bounds.low
        case .notEquals: value != bounds.low
        case .between: value >= bounds.low && value <= bounds.high
        case .outside: value < bounds.low || value > bounds.high
        }
    }

    /// How far beyond the threshold a value is, in the direction that fires; the largest is the worst.
    func distance(_ value: Double, _ bounds: Bounds) -> Double {
        let distance =
            switch self {
            case .lessThan, .lessThanOrEqual: bounds.low - value
            case .greaterThan, .greaterThanOrEqual: value - bounds.low
            case .equals: -abs(value - bounds.low)
            case .notEquals: abs(value - bounds.low)
            case .between: min(value - bounds.low, bounds.high - value)
            case .outside: max(bounds.low - value, value - bounds.high)
            }
        // Infinity less infinity.
        return distance.isNaN ? 0 : distance
    }
}
