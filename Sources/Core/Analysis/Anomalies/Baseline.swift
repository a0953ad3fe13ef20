import Domain

/// The past samples that a recent value is comparable with.
struct Baseline {
    private static let day = 86_400.0
    /// Around the same time of day.
    private static let halfHours = 3_600.0
    private static let fewestDays = 3

    let anomaly: Anomaly
    /// The middle of what is recent, in seconds since 1970.
    let center: Double

    struct Part {
        let values: [Double]
        let days: Int
        let isSeasonal: Bool

        func shortfall(_ anomaly: Anomaly) -> String? {
            if isSeasonal, days < Baseline.fewestDays {
                return "comparable days: \(days); at least \(Baseline.fewestDays) are needed"
            }
            guard values.count < anomaly.minSamples else { return nil }
            return "\(values.count) comparable samples; at least \(anomaly.minSamples) are needed"
        }
    }

    /// `mad` takes all; `level_shift` the same part of the week; `seasonal_mad` also the same time of day.
    func part(of past: [Sample]) -> Part {
        let chosen =
            switch anomaly.method {
            case .mad: past
            case .levelShift: past.filter(isSamePartOfWeek)
            case .seasonalMAD: past.filter { isSameTimeOfDay($0) && isSamePartOfWeek($0) }
            }
        return Part(
            values: chosen.map(\.value), days: Set(chosen.map { local($0.time, shiftedBy: 0) }).count,
            isSeasonal: anomaly.method != .mad)
    }

    private func isSameTimeOfDay(_ sample: Sample) -> Bool {
        let distance = abs(timeOfDay(sample.time) - timeOfDay(center))
        return min(distance, Self.day - distance) <= Self.halfHours
    }

    private func isSamePartOfWeek(_ sample: Sample) -> Bool { isWeekend(sample.time) == isWeekend(center) }

    private func timeOfDay(_ time: Double) -> Double {
        let seconds = (time + anomaly.utcOffset).truncatingRemainder(dividingBy: Self.day)
        return seconds < 0 ? seconds + Self.day : seconds
    }

    /// Days since 1970, which began on a Thursday.
    private func local(_ time: Double, shiftedBy days: Int) -> Int {
        Int(((time + anomaly.utcOffset) / Self.day).rounded(.down)) + days
    }

    private func isWeekend(_ time: Double) -> Bool {
        let weekday = ((local(time, shiftedBy: 3) % 7) + 7) % 7
        return weekday >= 5
    }
}
