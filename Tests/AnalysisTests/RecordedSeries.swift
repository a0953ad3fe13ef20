import Domain

/// Samples as they were scraped, and what Prometheus 2.42 makes of them.
struct RecordedSeries {
    enum Point: Hashable {
        case value(Double)
        /// A staleness marker.
        case stale
    }

    static let lookback = 300.0

    let labels: Labels
    let points: [(time: Double, point: Point)]

    /// One character or number a minute from a start, separated by spaces, as promtool writes series.
    init(_ text: String, labels: Labels = [:], from start: Double = 0, every interval: Double = 60) {
        self.labels = labels
        points = text.split(separator: " ").enumerated().compactMap { index, word in
            let time = start + Double(index) * interval
            switch word {
            case "_": return nil
            case "stale": return (time, .stale)
            default: return Double(word).map { (time, .value($0)) }
            }
        }
    }

    init(points: [(time: Double, point: Point)], labels: Labels = [:]) {
        self.points = points
        self.labels = labels
    }

    /// The newest sample of the last five minutes, both ends included; a staleness marker hides what is before it.
    func value(at time: Double) -> Double? {
        guard let newest = points.last(where: { $0.time <= time }), newest.time >= time - Self.lookback,
            case .value(let value) = newest.point
        else { return nil }
        return value
    }

    /// What a range query answers.
    func answer(to query: MetricQuery) -> Series {
        guard case .range(let start, let end, let step) = query.time else { return Series(labels: labels, samples: []) }
        let samples = stride(from: start, through: end, by: step).compactMap { time in
            value(at: time).map { Sample(time: time, value: $0) }
        }
        return Series(labels: labels, samples: samples)
    }
}
