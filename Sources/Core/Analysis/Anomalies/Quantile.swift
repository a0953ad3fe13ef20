/// Order statistics as Prometheus computes them.
package enum Quantile {
    /// The value at a share of the ranks, linear between neighbours; NaN where there are no values or any is NaN.
    ///
    /// `rank = q · (n − 1)`, as `quantile()` in Prometheus's `promql/quantile.go`, and as there q below 0 is −Inf and
    /// above 1 +Inf.
    package static func of(_ values: [Double], _ share: Double) -> Double {
        if values.isEmpty || share.isNaN || values.contains(where: \.isNaN) { return .nan }
        if share < 0 { return -.infinity }
        if share > 1 { return .infinity }
        return sorted(values.sorted(), share)
    }

    package static func median(_ values: [Double]) -> Double { of(values, 0.5) }

    /// The median distance from the median.
    package static func medianDeviation(_ values: [Double], around median: Double) -> Double {
        Quantile.median(values.map { abs($0 - median) })
    }

    private static func sorted(_ values: [Double], _ share: Double) -> Double {
        let rank = share * Double(values.count - 1)
        let lower = max(0, Int(rank.rounded(.down)))
        let upper = min(values.count - 1, lower + 1)
        let weight = rank - rank.rounded(.down)
        return values[lower] * (1 - weight) + values[upper] * weight
    }
}
