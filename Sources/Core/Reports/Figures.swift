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

    package static func duration(_ seconds: Double) -> String {
        var rest = Int64(max(0, seconds))
        var parts: [String] = []
        for (unit, size) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] where rest >= size {
            parts.append("\(rest / size) \(unit)")
            rest %= size
        }
        return parts.isEmpty ? "0 s" : parts.joined(separator: " ")
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
