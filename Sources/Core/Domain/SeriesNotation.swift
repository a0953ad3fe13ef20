/// Series as promtool's unit tests write them: `metric{label="value"}` and `1+2x3 _ stale NaN`.
///
/// Source: Prometheus, "Unit testing for rules", the section on series.
package enum SeriesNotation {
    package enum Value: Hashable, Sendable {
        case number(Double)
        /// A staleness marker.
        case stale
    }

    package struct Mistake: Error, Equatable {
        package let message: String
    }

    private static let mostValues = 1_000_000

    // MARK: Values

    /// `a+bxn` is a and n more, each b larger; `a-bxn` smaller; `axn` is a, n + 1 times; `_xn` is n gaps.
    package static func values(_ text: String) throws(Mistake) -> [Value?] {
        var values: [Value?] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            values += try self.values(ofWord: String(word))
            if values.count > mostValues { throw Mistake(message: "a series has more than \(mostValues) values") }
        }
        return values
    }

    private static func values(ofWord word: String) throws(Mistake) -> [Value?] {
        if word == "stale" { return [.stale] }
        if word.hasPrefix("_") {
            guard word != "_" else { return [nil] }
            guard word.hasPrefix("_x"), let count = count(word.dropFirst(2)) else { throw unknown(word) }
            return Array(repeating: nil, count: count)
        }
        if let number = number(word) { return [.number(number)] }
        guard let times = word.lastIndex(of: "x"), let count = count(word[word.index(after: times)...]) else {
            throw unknown(word)
        }
        let formula = String(word[..<times])
        if let number = number(formula) { return Array(repeating: .number(number), count: count + 1) }
        guard let (first, step) = progression(formula) else { throw unknown(word) }
        return (0...count).map { .number(first + Double($0) * step) }
    }

    private static func unknown(_ word: String) -> Mistake {
        Mistake(message: "'\(word)' is no value; write it like 5, 1+2x10, 3x5, _x4, stale or NaN")
    }

    private static func count(_ text: Substring) -> Int? {
        Int(text).flatMap { (0...mostValues).contains($0) ? $0 : nil }
    }

    private static func number(_ text: String) -> Double? {
        text.contains("x") || text.contains("X") ? nil : Double(text)
    }

    /// The sign between both is neither the first character nor that of an exponent.
    private static func progression(_ text: String) -> (first: Double, step: Double)? {
        let characters = Array(text)
        for index in characters.indices.dropFirst()
        where "+-".contains(characters[index]) && !"eE".contains(characters[index - 1]) {
            guard let first = Double(String(characters[..<index])),
                let step = Double(String(characters[(index + 1)...]))
            else { continue }
            return (first, characters[index] == "-" ? -step : step)
        }
        return nil
    }

    // MARK: Labels

    /// `metric{a="b"}` or `{a="b"}`.
    package static func labels(_ text: String) throws(Mistake) -> Labels {
        var labels: Labels = [:]
        let trimmed = text.trimmed
        let name = trimmed.prefix { $0 != "{" }.trimmed
        if !name.isEmpty { labels["__name__"] = name }
        guard name.isEmpty || isName(name, with: "_:") else { throw noSeries(text) }
        var rest = trimmed.dropFirst(trimmed.prefix { $0 != "{" }.count)
        guard !rest.isEmpty else { return labels }
        rest = rest.dropFirst()
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == "," }
            if rest.first == "}" {
                guard rest.dropFirst().allSatisfy(\.isWhitespace) else { break }
                return labels
            }
            guard let equal = rest.firstIndex(of: "="), let (value, after) = quoted(rest[rest.index(after: equal)...])
            else { break }
            let label = rest[..<equal].trimmed
            // Prometheus takes no label twice.
            guard isName(label, with: "_"), labels.updateValue(value, forKey: label) == nil else { break }
            rest = after
        }
        throw noSeries(text)
    }

    private static func noSeries(_ text: String) -> Mistake {
        Mistake(message: "'\(text)' is no series; write it like up{job=\"api\"}")
    }

    private static func isName(_ text: String, with signs: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || signs.contains($0)) }
    }

    private static func quoted(_ text: Substring) -> (value: String, rest: Substring)? {
        var rest = text.drop(while: \.isWhitespace)
        guard let quote = rest.popFirst(), quote == "\"" || quote == "'" else { return nil }
        var value = ""
        while let character = rest.popFirst() {
            if character == quote { return (value, rest) }
            guard character == "\\" else {
                value.append(character)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            value.append(["n": "\n", "t": "\t"][escaped] ?? escaped)
        }
        return nil
    }
}
