package import Domain

/// A series in one line of text, from the lowest to the highest bar.
package enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")
    private static let gap: Character = "·"

    /// Nil where nothing finite was measured.
    package static func text(_ samples: [Sample], width: Int = 40) -> String? {
        let finite = samples.filter(\.value.isFinite)
        guard let first = samples.first, let last = samples.last, let low = finite.map(\.value).min(),
            let high = finite.map(\.value).max()
        else { return nil }
        let columns = max(1, min(width, samples.count))
        let stretch = max(last.time - first.time, 1e-9) / Double(columns)
        var highest = [Double?](repeating: nil, count: columns)
        for sample in finite {
            let column = min(columns - 1, Int((sample.time - first.time) / stretch))
            highest[column] = max(highest[column] ?? sample.value, sample.value)
        }
        return String(highest.map { $0.map { bar($0, low, high) } ?? gap })
    }

    private static func bar(_ value: Double, _ low: Double, _ high: Double) -> Character {
        guard high > low else { return bars[3] }
        // Halved, as the distance of two finite numbers may be none.
        let share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return bars[min(bars.count - 1, max(0, Int(share * Double(bars.count))))]
    }
}
