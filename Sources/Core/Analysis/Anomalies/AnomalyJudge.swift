package import Domain

/// How far the recent value lies from what its past would have.
package struct AnomalyMeasure: Hashable, Sendable {
    /// The median of the recent samples, and that of the baseline.
    package let recent: Double
    package let expected: Double
    /// The distance from the expected value up to which nothing is unusual.
    package let halfWidth: Double

    /// Above 1 is anomalous, as in vmanomaly's unified score.
    package var score: Double {
        let distance = abs(recent - expected)
        return halfWidth > 0 ? distance / halfWidth : (distance > 0 ? .infinity : 0)
    }
}

package enum AnomalyVerdict: Hashable, Sendable {
    case normal(AnomalyMeasure)
    case anomalous(AnomalyMeasure)
    case insufficient(reason: String)
}

/// Compares the median of the recent samples with a band around the median of a baseline.
///
/// The band's half width is `max(k · 1.4826 · MAD, minRelative · |median|, minAbsolute)`. MAD is the median absolute
/// deviation; 1.4826 makes it the standard deviation of normal values, so that k = 3.5 is the modified z-score of
/// Iglewicz and Hoaglin, "How to Detect and Handle Outliers", ASQC, 1993. The floors stand where MAD is 0, because
/// the mean deviation that is often put there is not robust.
package enum AnomalyJudge {
    private static let normalConsistency = 1.4826

    /// The samples come in the order of time and end at `end`, in seconds since 1970; NaN is left out.
    package static func verdict(of samples: [Sample], at end: Double, _ anomaly: Anomaly) -> AnomalyVerdict {
        let known = samples.filter { $0.value.isFinite && (anomaly.transform == .none || $0.value > 0) }
        let start = end - anomaly.recent
        let recent = known.filter { $0.time > start && $0.time <= end }.map(\.value)
        let past = known.filter { $0.time <= start && $0.time >= start - anomaly.baseline }
        guard !recent.isEmpty else {
            return .insufficient(reason: "no sample in the last \(DurationText.text(anomaly.recent))")
        }
        let baseline = Baseline(anomaly: anomaly, center: start + anomaly.recent / 2).part(of: past)
        if let reason = baseline.shortfall(anomaly) { return .insufficient(reason: reason) }
        return judged(recent, baseline.values, anomaly)
    }

    private static func judged(_ recent: [Double], _ baseline: [Double], _ anomaly: Anomaly) -> AnomalyVerdict {
        let value = Quantile.median(recent)
        let expected = Quantile.median(baseline)
        if expected == 0, anomaly.minAbsolute == 0 {
            return .insufficient(reason: "the baseline's median is 0, so that no relative deviation can be told")
        }
        let measure = AnomalyMeasure(
            recent: value, expected: expected,
            halfWidth: max(
                spread(baseline, toward: value - expected, anomaly), anomaly.minRelative * abs(expected),
                anomaly.minAbsolute))
        let isAllowed =
            switch anomaly.direction {
            case .both: true
            case .above: value > expected
            case .below: value < expected
            }
        return isAllowed && measure.score > 1 ? .anomalous(measure) : .normal(measure)
    }

    /// k robust standard deviations; of logarithms they are a factor, and so wider above than below.
    private static func spread(_ baseline: [Double], toward direction: Double, _ anomaly: Anomaly) -> Double {
        guard anomaly.transform == .log else {
            let median = Quantile.median(baseline)
            return anomaly.k * normalConsistency * Quantile.medianDeviation(baseline, around: median)
        }
        let logarithms = baseline.map { Logarithm.natural($0) }
        let median = Quantile.median(logarithms)
        let width = anomaly.k * normalConsistency * Quantile.medianDeviation(logarithms, around: median)
        let expected = Logarithm.exponential(median)
        return abs(Logarithm.exponential(median + (direction < 0 ? -width : width)) - expected)
    }
}
