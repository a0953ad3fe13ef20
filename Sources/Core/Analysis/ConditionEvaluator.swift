package import Domain

/// How one series stands to one condition.
package enum Verdict: Hashable, Sendable {
    case firing(since: Double, value: Double)
    /// The last point is there, and the condition does not hold, or not for long enough.
    case clear(value: Double)
    /// Nothing at the last point; the newest point before it is too old, or was a moment ago.
    case stale(lastSeen: Double)
    case noData
}

/// Rebuilds Prometheus's `for` from the points of one range query.
///
/// As in Prometheus's `rules/alerting.go`: every point that is present and true keeps the alert pending, the first one
/// that is not drops it, and it fires once `time - activeAt >= for`. It is anchored at the end of the grid.
package enum ConditionEvaluator {
    package static func verdict(
        of samples: [Sample], on grid: Grid, _ condition: Rule.Condition
    ) -> Verdict {
        let points = grid.points(of: samples)
        guard let newest = points.max(by: { $0.key < $1.key }) else { return .noData }
        guard let last = points[grid.count - 1] else { return .stale(lastSeen: grid.time(of: newest.key)) }
        guard condition.comparison.holds(last, condition.threshold) else { return .clear(value: last) }
        var first = grid.count - 1
        while first > 0, let value = points[first - 1], condition.comparison.holds(value, condition.threshold) {
            first -= 1
        }
        let held = Double(grid.count - 1 - first) * grid.step
        return held >= condition.duration ? .firing(since: grid.time(of: first), value: last) : .clear(value: last)
    }
}

/// The times of a range query: both ends included, all steps the same.
package struct Grid: Hashable, Sendable {
    package let start: Double
    package let step: Double
    package let count: Int

    package init(start: Double, end: Double, step: Double) {
        self.start = start
        self.step = step
        count = max(1, Int(((end - start) / step).rounded()) + 1)
    }

    package func time(of index: Int) -> Double { start + Double(index) * step }

    /// Index → value; NaN is as absent as a missing point, and a point beside the grid is not one of it.
    func points(of samples: [Sample]) -> [Int: Double] {
        var points: [Int: Double] = [:]
        for sample in samples where !sample.value.isNaN {
            let index = ((sample.time - start) / step).rounded()
            guard index >= 0, index < Double(count), abs(start + index * step - sample.time) < step / 100 else {
                continue
            }
            points[Int(index)] = sample.value
        }
        return points
    }
}

extension Rule.Comparison {
    package func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .lessThan: value < threshold
        case .lessThanOrEqual: value <= threshold
        case .greaterThan: value > threshold
        case .greaterThanOrEqual: value >= threshold
        case .equals: value == threshold
        case .notEquals: value != threshold
        }
    }

    /// How far beyond the threshold a value is; the largest is the worst.
    func distance(_ value: Double, _ threshold: Double) -> Double {
        switch self {
        case .lessThan, .lessThanOrEqual: threshold - value
        case .greaterThan, .greaterThanOrEqual: value - threshold
        case .equals: -abs(value - threshold)
        case .notEquals: abs(value - threshold)
        }
    }
}
