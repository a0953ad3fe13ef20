package import Domain

/// Rebuilds Prometheus's `for` from the points of one range query.
///
/// As in Prometheus's `rules/alerting.go`: every point that is present and true keeps the alert pending, the first one
/// that is not drops it, and it fires once `time - activeAt >= for`. It is anchored at the end of the grid, so that a
/// condition that held yesterday does not fire. NaN is as absent as a missing point and holds for no comparison
/// (in PromQL `NaN != 1` is true).
package enum ConditionEvaluator {
    /// Prometheus counts `for` in milliseconds.
    private static let halfMillisecond = 0.0005

    /// The samples come in the order of time, as a source gives them; of a condition that is one sustained comparison.
    package static func verdict(
        of samples: [Sample], on grid: Grid, _ condition: Rule.Condition?
    ) -> Verdict {
        guard let leaf = condition?.single, let bounds = leaf.fixedBounds,
            case .sustained(let duration, let gap) = leaf.measure
        else { return .noData }
        return verdict(
            of: samples, on: grid, leaf.comparison, bounds, duration: duration, bridging: gap)
    }

    /// Absent points of up to `gap` seconds in a row are bridged; a point that is there and false never is.
    static func verdict(
        of samples: [Sample], on grid: Grid, _ comparison: Rule.Comparison, _ bounds: Bounds, duration: Double,
        bridging gap: Double = 0
    ) -> Verdict {
        let bridged = gap > 0 && grid.step > 0 ? Int(min(gap / grid.step, Double(grid.count)).rounded(.down)) : 0
        var newest: (index: Int, value: Double)?
        var first = grid.count
        for sample in samples.reversed() where !sample.value.isNaN {
            guard let index = grid.index(of: sample.time) else { continue }
            if newest == nil { newest = (index, sample.value) }
            let isJoined = first == grid.count ? index == grid.count - 1 : first - 1 - index <= bridged
            guard isJoined, comparison.holds(sample.value, bounds) else { break }
            first = index
        }
        guard let newest else { return .noData }
        guard newest.index == grid.count - 1 else { return .stale(lastSeen: grid.time(of: newest.index)) }
        let held = Double(grid.count - 1 - first) * grid.step
        return held + halfMillisecond >= duration && first < grid.count
            ? .firing(since: grid.time(of: first), value: newest.value) : .clear(value: newest.value)
    }

    /// The age from which a last point says that the series is gone, rather than that one evaluation missed it.
    static func freshness(step: Double) -> Double { max(2 * step, 600) }
}
