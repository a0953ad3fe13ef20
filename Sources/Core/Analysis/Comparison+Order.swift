package import Domain

extension Rule.Comparison {
    /// PromQL's comparison; NaN never comes here, as it is absent.
    package func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .lessThan: value < threshold
        case .lessThanOrEqual: value <= threshold
        case .greaterThan: value > threshold
        case .greaterThanOrEqual: value >= threshold
        case .equals: value == threshold
        case .notEquals: value != threshold
        case .between, .outside: false
        }
    }

    /// How far beyond the threshold a value is, in the direction that fires; the largest is the worst.
    func distance(_ value: Double, _ threshold: Double) -> Double {
        let distance =
            switch self {
            case .lessThan, .lessThanOrEqual: threshold - value
            case .greaterThan, .greaterThanOrEqual: value - threshold
            case .equals: -abs(value - threshold)
            case .notEquals: abs(value - threshold)
            case .between, .outside: 0.0
            }
        // Infinity less infinity.
        return distance.isNaN ? 0 : distance
    }
}
