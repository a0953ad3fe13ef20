import Domain

/// Leads values and times to places in the chart.
struct ChartScale {
    private let start: Double
    private let end: Double
    private let low: Double
    private let high: Double
    private let layout: ChartLayout
    private let unit: (factor: Double, symbol: String)

    init(_ evidence: Evidence, _ series: [Series], _ unit: MetricUnit, _ layout: ChartLayout) {
        self.layout = layout
        start = evidence.start
        end = max(evidence.end, evidence.start + 1)
        let values = (series.flatMap(\.samples).map(\.value) + [evidence.threshold].compactMap(\.self)).filter(
            \.isFinite)
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        let margin = max((most - least) * 0.1, abs(most) * 0.05, 1e-9)
        low = least >= 0 && least - margin < 0 ? 0 : least - margin
        high = most + margin
        self.unit = unit.scale(for: max(abs(least), abs(most)))
    }

    func x(_ time: Double) -> Double {
        let share = min(1, max(0, (time - start) / (end - start)))
        return layout.left + share * layout.plotWidth
    }

    func y(_ value: Double) -> Double {
        let share = min(1, max(0, (value - low) / (high - low)))
        return layout.bottom - share * layout.plotHeight
    }

    /// A value as the axis shows it; what is too long for the axis is no figure to read.
    func text(_ value: Double) -> String { Escaping.line(Figures.text(value * unit.factor), limit: 9) + unit.symbol }

    /// Four or five values that are round in the unit.
    var ticks: [Double] {
        let rough = (high - low) * unit.factor / 4
        guard rough.isFinite, rough > 0 else { return [low] }
        var magnitude = 1.0
        while magnitude * 10 <= rough { magnitude *= 10 }
        while magnitude > rough { magnitude /= 10 }
        let step = [1.0, 2, 5, 10].map { $0 * magnitude }.first { $0 >= rough } ?? rough
        let first = (low * unit.factor / step).rounded(.up)
        return (0..<6).map { (first + Double($0)) * step / unit.factor }.filter { $0 <= high }
    }

    /// Times that are round in UTC, at most as many as there is room for.
    var times: [Double] {
        let steps: [Double] = [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000]
        let step = steps.first { (end - start) / $0 <= Double(layout.mostTimes) } ?? (end - start)
        let first = (start / step).rounded(.up)
        return (0..<layout.mostTimes).map { (first + Double($0)) * step }.filter { $0 <= end }
    }

    /// The time of day, or the day at its beginning.
    static func clock(_ time: Double) -> String {
        let text = Figures.time(time)
        let clock = text.dropFirst(11).prefix(5)
        return String(clock == "00:00" ? text.dropFirst(5).prefix(5) : clock)
    }
}
