import Domain

/// Keeps evidence small without hiding its peaks.
enum Thinning {
    static let mostSamples = 200

    /// At most 200 samples: of each stretch the lowest and the highest, and always the first and the last.
    static func thinned(_ series: Series) -> Series {
        let samples = series.samples
        guard samples.count > mostSamples else { return series }
        let stretches = (mostSamples - 2) / 2
        var kept: Set<Int> = [0, samples.count - 1]
        for stretch in 0..<stretches {
            let range = (stretch * samples.count / stretches)..<((stretch + 1) * samples.count / stretches)
            let present = range.filter { !samples[$0].value.isNaN }
            if let low = present.min(by: { samples[$0].value < samples[$1].value }) { kept.insert(low) }
            if let high = present.max(by: { samples[$0].value < samples[$1].value }) { kept.insert(high) }
        }
        return Series(labels: series.labels, samples: kept.sorted().map { samples[$0] })
    }
}
