/// Where the parts of a chart stand; the letters have one size in both, so that a phone shows them as large.
package struct ChartLayout: Sendable {
    /// What letters of eleven pixels take at most, on the average.
    static let letter = 6.4
    static let line = 16.0

    package let width: Double
    let left = 72.0
    let top = 32.0
    let plotHeight: Double
    /// Labels on the axis of time.
    let mostTimes: Int

    package static let wide = ChartLayout(width: 720, plotHeight: 180, mostTimes: 7)
    package static let narrow = ChartLayout(width: 340, plotHeight: 150, mostTimes: 3)

    var right: Double { width - 12 }
    var bottom: Double { top + plotHeight }
    var plotWidth: Double { right - left }

    /// The baseline of a line of text below the plot.
    func below(_ number: Int) -> Double { bottom + Self.line * Double(number) }

    func height(lines: Int) -> Double { below(lines) + 10 }

    /// A text that fits from a place to the right end.
    func fitted(_ text: String, from x: Double) -> String {
        Escaping.line(text, limit: max(4, Int((right - x) / Self.letter)))
    }
}

/// Numbers in SVG: one decimal, always with a point, so that the same chart has the same bytes everywhere.
enum Coordinate {
    static func text(_ place: Double) -> String {
        let tenths = Int((place * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
