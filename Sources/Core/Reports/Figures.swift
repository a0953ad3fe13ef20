import Foundation

/// Numbers, times and bounded texts as reports show them.
package enum Figures {
    /// Whole numbers without a point; others with at most six significant digits.
    package static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return number.formatted(
            .number.precision(.significantDigits(1...6)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
    }

    /// A rule on state measures nothing.
    package static func text(_ number: Double?) -> String { number.map { text($0) } ?? "the state" }

    /// ISO 8601, UTC, whole seconds.
    package static func time(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
    }

    /// Whole days in words.
    package static func days(_ seconds: Double) -> String {
        let days = seconds / 86_400
        guard days == days.rounded(), days >= 1 else { return duration(seconds) }
        return "\(Int64(min(days, longest))) day\(days == 1 ? "" : "s")"
    }

    package static func duration(_ seconds: Double) -> String {
        var rest = Int64(min(max(0, seconds), longest))
        var parts: [String] = []
        for (unit, size) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] where rest >= size {
            parts.append("\(rest / size) \(unit)")
            rest %= size
        }
        return parts.isEmpty ? "0 s" : parts.joined(separator: " ")
    }

    /// Four digits behind the point, without the rounding of binary fractions; records of costs may hold any number.
    package static func dollars(_ amount: Double) -> String {
        let scaled = (abs(amount) * 10_000).rounded()
        guard scaled < longest else { return text(amount) }
        let parts = Int(scaled)
        let rest = String(parts % 10_000)
        let sign = amount < 0 && parts > 0 ? "-" : ""
        return "\(sign)\(parts / 10_000).\(String(repeating: "0", count: 4 - rest.count))\(rest)"
    }

    /// Whole numbers beyond it have no place, or no exact one.
    private static let longest = 9e15

    /// `1 234 567`, with thin spaces that no line breaks at.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        let text = digits.indices.map { index in
            index > 0 && (digits.count - index).isMultiple(of: 3) ? "\u{202F}\(digits[index])" : String(digits[index])
        }
        return (number < 0 ? "-" : "") + text.joined()
    }

    /// The end of a text, as a plan's summary stands there; cut at a line.
    package static func cutFromTop(_ text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var size = text.utf8.count
        while size > limit, let first = lines.first {
            size -= first.utf8.count + 1
            lines = lines.dropFirst()
        }
        return "… the beginning was cut; plan.txt has all of it\n" + lines.joined(separator: "\n")
    }
}
