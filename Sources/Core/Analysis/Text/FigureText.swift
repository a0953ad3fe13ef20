import Domain

/// What a placeholder stands for, on its way through its filters.
enum Figure {
    /// Nil is shown as nothing.
    case number(Double?)
    case text(String)

    var text: String {
        switch self {
        case .number(let number): number.map(FigureText.plain) ?? ""
        case .text(let text): text
        }
    }

    /// A text that is no number passes the filters for numbers unchanged.
    func filtered(_ filter: Template.Filter) -> Figure {
        switch (self, filter) {
        case (_, .upper): .text(text.uppercased())
        case (.number(nil), _): self
        case (.number(let number?), _): FigureText.filtered(number, filter)
        case (.text(let text), _): Double(text).map { FigureText.filtered($0, filter) } ?? self
        }
    }
}

/// Numbers as a template shows them.
enum FigureText {
    static func filtered(_ number: Double, _ filter: Template.Filter) -> Figure {
        switch filter {
        case .upper: .text(plain(number))
        case .percent: .text("\(plain(rounded(number * 100, 2)))%")
        case .round(let digits): .number(rounded(number, digits))
        case .bytes: .text(bytes(number))
        case .duration: .text(duration(number))
        case .times(let factor): .number(number * factor)
        case .atLeast(let least): .number(max(number, least))
        case .atMost(let most): .number(min(number, most))
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
    static func duration(_ seconds: Double) -> String {
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
