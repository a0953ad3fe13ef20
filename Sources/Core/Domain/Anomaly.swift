/// How a recent value is compared with its own past.
package struct Anomaly: Hashable, Sendable {
    package enum Method: String, CaseIterable, Sendable {
        /// The baseline is the same time of day on the same part of the week.
        case seasonalMAD = "seasonal_mad"
        /// The baseline is all of the past.
        case mad
        /// A longer recent median against that of the days before.
        case levelShift = "level_shift"
    }

    package enum Direction: String, CaseIterable, Sendable {
        case both, above, below
    }

    package enum Transform: String, CaseIterable, Sendable {
        case none
        /// For values that spread in proportion to their size.
        case log
    }

    private static let day = 86_400.0

    package let method: Method
    /// Robust standard deviations that a value may be away.
    package let k: Double
    package let direction: Direction
    /// Seconds of the past, and of what is recent.
    package let baseline: Double
    package let recent: Double
    /// Both have to be exceeded: a share of the median, and a difference.
    package let minRelative: Double
    package let minAbsolute: Double
    /// Comparable points that the baseline needs.
    package let minSamples: Int
    package let transform: Transform
    /// Seconds east of UTC, for the time of day and the part of the week.
    package let utcOffset: Double

    /// The standards are those of the trial that AnalysisTests reproduces; 16 samples as vmanomaly's `min_n_samples_seen`.
    package init(
        method: Method = .seasonalMAD, k: Double = 3.5, direction: Direction = .both, baseline: Double? = nil,
        recent: Double? = nil, minRelative: Double = 0.25, minAbsolute: Double = 0, minSamples: Int = 16,
        transform: Transform = .none, utcOffset: Double = 0
    ) {
        self.method = method
        self.k = k
        self.direction = direction
        self.baseline = baseline ?? (method == .levelShift ? 13 * Self.day : 14 * Self.day)
        self.recent = recent ?? (method == .levelShift ? Self.day : 3_600)
        self.minRelative = minRelative
        self.minAbsolute = minAbsolute
        self.minSamples = minSamples
        self.transform = transform
        self.utcOffset = utcOffset
    }
}

extension Anomaly: CustomStringConvertible {
    /// It holds all that the anomaly says.
    package var description: String {
        let scale = transform == .log ? ", logarithms" : ""
        let zone = utcOffset == 0 ? "" : ", \(DurationText.text(utcOffset)) east of UTC"
        return "is an anomaly (\(method.rawValue), k \(NumberText.text(k)), \(direction.rawValue), "
            + "\(DurationText.text(recent)) against \(DurationText.text(baseline)), "
            + "at least \(NumberText.text(minRelative * 100))% and \(NumberText.text(minAbsolute)) away, "
            + "\(minSamples) samples\(scale)\(zone))"
    }
}
