/// Lengths of time as Prometheus writes them: `1h30m`, `14d`.
package enum DurationText {
    private static let units: [(name: String, seconds: Double)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1), ("ms", 0.001),
    ]
    /// Weeks and years are read and not written.
    private static let read: [String: Double] = [
        "ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000,
    ]

    package static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return "\(NumberText.text(seconds))s" }
        var rest = (abs(seconds) * 1_000).rounded()
        var text = ""
        for unit in units {
            let size = (unit.seconds * 1_000).rounded()
            let count = (rest / size).rounded(.down)
            if count > 0 { text += "\(Int64(count))\(unit.name)" }
            rest -= count * size
        }
        return (seconds < 0 && !text.isEmpty ? "-" : "") + (text.isEmpty ? "0s" : text)
    }

    /// A Prometheus duration such as `1h30m`, the larger units first and each one once; nil for anything else.
    package static func parse(_ text: some StringProtocol) -> Double? {
        var (total, last) = (0.0, Double.infinity)
        var rest = Substring(text)
        repeat {
            let digits = rest.prefix(while: isDigit)
            let unit = rest.dropFirst(digits.count).prefix { !isDigit($0) }
            guard digits.count <= 12, let count = Double(digits), let size = read[String(unit)], size < last else {
                return nil
            }
            total += count * size
            last = size
            rest = rest.dropFirst(digits.count + unit.count)
        } while !rest.isEmpty
        return total
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
