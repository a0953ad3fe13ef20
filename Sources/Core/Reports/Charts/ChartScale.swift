import Domain

/// Leads values and times to places in the chart.
struct ChartScale {
    private let start: Double
    private let end: Double
    private let low: Double
    private let high: Double

    init(_ evidence: Evidence, _ series: [Series]) {
        start = evidence.start
        end = max(evidence.end, evidence.start + 1)
        let values = (series.flatMap(\.samples).map(\.value) + [evidence.threshold].compactMap(\.self)).filter(
            \.isFinite)
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        let margin = max((most - least) * 0.1, abs(most) * 0.05, 1e-9)
        low = least >= 0 && least - margin < 0 ? 0 : least - margin
        high = most + margin
    }

    func x(_ time: Double) -> Double {
        let share = min(1, max(0, (time - start) / (end - start)))
        return EvidenceChart.plot.left + share * (EvidenceChart.plot.right - EvidenceChart.plot.left)
    }

    func y(_ value: Double) -> Double {
        let share = min(1, max(0, (value - low) / (high - low)))
        return EvidenceChart.plot.bottom - share * (EvidenceChart.plot.bottom - EvidenceChart.plot.top)
    }

    /// Four or five round values.
    var ticks: [Double] {
        let rough = (high - low) / 4
        guard rough.isFinite, rough > 0 else { return [low] }
        var magnitude = 1.0
        while magnitude * 10 <= rough { magnitude *= 10 }
        while magnitude > rough { magnitude /= 10 }
        let step = [1.0, 2, 5, 10].map { $0 * magnitude }.first { $0 >= rough } ?? rough
        let first = (low / step).rounded(.up)
        return (0..<6).map { (first + Double($0)) * step }.filter { $0 <= high }
    }

    /// One decimal, always with a point, so that the same chart has the same bytes everywhere.
    static func text(_ place: Double) -> String {
        let tenths = Int((place * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
