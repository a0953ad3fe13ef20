import Domain
import Foundation

/// Fills a rule's templates with what was measured.
struct OpportunityText {
    let rule: Rule
    let labels: Labels
    let workspace: String
    let instance: String
    let address: String
    let value: Double

    /// A label that the series has not got is an empty text.
    func render(_ template: Template) -> String {
        template.parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let name, let filter): shown(name, filter)
            }
        }.joined()
    }

    private func shown(_ name: String, _ filter: Template.Filter?) -> String {
        if let number = number(name) { return Self.text(number, filter) }
        let text = Self.clean(text(name))
        return filter == .upper ? text.uppercased() : text
    }

    private func number(_ name: String) -> Double? {
        switch name {
        case "value": value
        case "threshold": rule.condition.threshold
        case "duration_minutes": rule.condition.duration / 60
        default: nil
        }
    }

    private func text(_ name: String) -> String {
        switch name {
        case "resource_id": instance
        case "address": address
        case "workspace": workspace
        case "rule": rule.id
        default: labels[String(name.dropFirst("labels.".count))] ?? ""
        }
    }

    /// Labels are third-party text: no control and direction characters, and a bounded length.
    private static func clean(_ text: String) -> String {
        let kept = text.unicodeScalars.filter {
            $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
        }
        return String(String.UnicodeScalarView(kept).prefix(300))
    }

    static func text(_ number: Double, _ filter: Template.Filter?) -> String {
        switch filter {
        case nil, .upper: plain(number)
        case .percent: "\(plain(rounded(number * 100, 2)))%"
        case .round(let digits): plain(rounded(number, digits))
        case .bytes: bytes(number)
        case .duration: duration(number)
        }
    }

    /// Whole numbers without a point, as people write them.
    static func plain(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    }

    private static func rounded(_ number: Double, _ digits: Int) -> Double {
        let scale = pow(10, Double(digits))
        let scaled = (number * scale).rounded()
        return scaled.isFinite ? scaled / scale : number
    }

    private static func bytes(_ number: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var (value, unit) = (number, 0)
        while abs(value) >= 1_024, unit < units.count - 1, value.isFinite {
            value /= 1_024
            unit += 1
        }
        return "\(plain(rounded(value, 1))) \(units[unit])"
    }

    private static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return plain(seconds) }
        var rest = Int64(abs(seconds).rounded())
        var parts: [String] = []
        for (unit, size) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] where rest >= size {
            parts.append("\(rest / size)\(unit)")
            rest %= size
        }
        return (seconds < 0 ? "-" : "") + (parts.isEmpty ? "0s" : parts.joined(separator: " "))
    }
}
