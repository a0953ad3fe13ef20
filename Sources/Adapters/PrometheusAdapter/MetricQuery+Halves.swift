import Domain

extension MetricQuery {
    /// Both halves of a range, which share no point; nil for an instant and for a single point.
    var halves: (MetricQuery, MetricQuery)? {
        guard case .range(let start, let end, let step) = time else { return nil }
        let steps = ((end - start) / step).rounded(.down)
        guard steps >= 1 else { return nil }
        let middle = start + (steps / 2).rounded(.down) * step
        return (
            MetricQuery(expression, .range(start: start, end: middle, step: step)),
            MetricQuery(expression, .range(start: middle + step, end: end, step: step))
        )
    }
}

extension MetricAnswer {
    /// The answer to a range from those to its halves; series keep the order in which they first appear.
    func followed(by later: MetricAnswer) -> MetricAnswer {
        var samples = Dictionary(later.series.map { ($0.labels, $0.samples) }) { $0 + $1 }
        var joined = series.map {
            Series(labels: $0.labels, samples: $0.samples + (samples.removeValue(forKey: $0.labels) ?? []))
        }
        joined += later.series.filter { samples[$0.labels] != nil }
        return MetricAnswer(series: joined, warnings: warnings + later.warnings, bytes: bytes + later.bytes)
    }
}
