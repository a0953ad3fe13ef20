package import Domain

package enum ForecastVerdict: Hashable, Sendable {
    case value(Double, fit: Double)
    case insufficient(reason: String)
}

/// Where a line through the samples will be.
package enum ForecastJudge {
    static let fewest = 3

    /// The samples come in the order of time; NaN and infinities are left out.
    package static func value(of samples: [Sample], at end: Double, _ forecast: Forecast) -> ForecastVerdict {
        let known = samples.filter { $0.value.isFinite && $0.time <= end }
        guard known.count >= fewest else {
            return .insufficient(reason: "\(known.count) samples; at least \(fewest) are needed for a line")
        }
        let line = forecast.method == .linear ? Line.leastSquares(known, at: end) : Line.theilSen(known, at: end)
        guard line.fit >= forecast.minFit else {
            let fit = NumberText.text((line.fit * 100).rounded() / 100)
            return .insufficient(reason: "a line explains \(fit) of the variance; \(forecast.minFit) is needed")
        }
        return .value(line.intercept + line.slope * forecast.horizon, fit: line.fit)
    }
}

/// `value = intercept + slope · (time − end)`.
struct Line: Hashable {
    let slope: Double
    let intercept: Double
    /// The share of the variance that it explains (R²), 0 to 1; 1 for a constant.
    let fit: Double

    /// Ordinary least squares with its origin at the evaluation, as `linearRegression` in Prometheus's
    /// `promql/functions.go`: Kahan's sums, and a constant has the slope 0.
    static func leastSquares(_ samples: [Sample], at end: Double) -> Line {
        let first = samples[0].value
        if samples.allSatisfy({ $0.value == first }) { return Line(slope: 0, intercept: first, fit: 1) }
        let count = Double(samples.count)
        var (x, y, xy, xx) = (KahanSum(), KahanSum(), KahanSum(), KahanSum())
        for sample in samples {
            let time = sample.time - end
            x.add(time)
            y.add(sample.value)
            xy.add(time * sample.value)
            xx.add(time * time)
        }
        let covariance = xy.value - x.value * y.value / count
        let variance = xx.value - x.value * x.value / count
        guard variance > 0 else { return Line(slope: 0, intercept: y.value / count, fit: 0) }
        let slope = covariance / variance
        return fitted(slope, y.value / count - slope * x.value / count, samples, at: end)
    }

    /// The median of the slopes between all pairs of at most 200 medians of equal stretches (Theil 1950, Sen 1968).
    static func theilSen(_ samples: [Sample], at end: Double) -> Line {
        let points = stretches(samples)
        var slopes: [Double] = []
        for (index, left) in points.enumerated() {
            for right in points[(index + 1)...] where right.time > left.time {
                slopes.append((right.value - left.value) / (right.time - left.time))
            }
        }
        let slope = slopes.isEmpty ? 0 : Quantile.median(slopes)
        let intercept = Quantile.median(points.map { $0.value - slope * ($0.time - end) })
        return fitted(slope, intercept, points, at: end)
    }

    private static func stretches(_ samples: [Sample]) -> [Sample] {
        let most = 200
        guard samples.count > most else { return samples }
        return (0..<most).map { index in
            let part = samples[(index * samples.count / most)..<((index + 1) * samples.count / most)]
            return Sample(
                time: Quantile.median(part.map(\.time)), value: Quantile.median(part.map(\.value)))
        }
    }

    private static func fitted(
        _ slope: Double, _ intercept: Double, _ samples: [Sample], at end: Double
    ) -> Line {
        var (sum, left, all) = (KahanSum(), KahanSum(), KahanSum())
        for sample in samples { sum.add(sample.value) }
        let mean = sum.value / Double(samples.count)
        for sample in samples {
            let miss = sample.value - intercept - slope * (sample.time - end)
            left.add(miss * miss)
            all.add((sample.value - mean) * (sample.value - mean))
        }
        return Line(
            slope: slope, intercept: intercept, fit: all.value > 0 ? max(0, 1 - left.value / all.value) : 1)
    }
}

/// A sum that keeps what rounding would lose (Kahan 1965, with Neumaier's improvement of 1974).
struct KahanSum {
    private var sum = 0.0
    private var lost = 0.0

    var value: Double { sum + lost }

    mutating func add(_ number: Double) {
        let next = sum + number
        lost += abs(sum) >= abs(number) ? (sum - next) + number : (number - next) + sum
        sum = next
    }
}
