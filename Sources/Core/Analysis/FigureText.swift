import Domain

/// Numbers as a template shows them.
enum FigureText {
    static func text(_ number: Double, _ filter: Template.Filter?) -> String {
        switch filter {
        case nil, .upper: plain(number)
        case .percent: "\(plain(rounded(number * 100, 2)))%"
        case .round(let digits): plain(rounded(number, digits))
        case .bytes: bytes(number)
        case .duration: duration(number)
        }
    }

    /// Whole numbers without a point; what is no number as Prometheus writes it.
    static func plain(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    }

    private static func rounded(_ number: Double, _ digits: Int) -> Double {
        let scale = (0..<max(0, digits)).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (number * scale).rounded()
        return scaled.isFinite ? scaled / scale : number
    }

    /// IEC units.
    private static func bytes(_ number: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (value, unit) = (number, 0)
        while abs(value) >= 1_024, unit < units.count - 1, value.isFinite {
            value /= 1_024
            unit += 1
        }
        return "\(plain(rounded(value, 1))) \(units[unit])"
    }

    /// Seconds as `1h 5m`.
    private static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return plain(seconds) }
        var rest = Int64(abs(seconds).rounded())
        var parts: [String] = []
        for (unit, size) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] where rest >= size {
            parts.append("\(rest / size)\(unit)")
            rest %= size
        }
        return (seconds < 0 && !parts.isEmpty ? "-" : "") + (parts.isEmpty ? "0s" : parts.joined(separator: " "))
    }
}
