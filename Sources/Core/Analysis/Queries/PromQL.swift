import Domain

/// Builds expressions from a rule's query, so that the server reduces and filters what would else be sent.
enum PromQL {
    /// Whether the query is a bare selector such as `cpu{job="a"}`, whose raw samples a range can follow.
    static func isSelector(_ query: String) -> Bool {
        let text = Array(query.trimmed.utf8)
        var index = 0
        while index < text.count, isName(text[index]) { index += 1 }
        if index > 0, (48...57).contains(text[0]) { return false }
        if index == text.count { return index > 0 && !words.contains(String(decoding: text, as: UTF8.self)) }
        guard text[index] == UInt8(ascii: "{") else { return false }
        return end(ofBraces: text, from: index) == text.count
    }

    /// Numbers that look like names.
    private static let words: Set<String> = ["nan", "NaN", "inf", "Inf"]

    private static func isName(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...58).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// The place after the closing brace; quotes may hold braces.
    private static func end(ofBraces text: [UInt8], from start: Int) -> Int? {
        var quote: UInt8?
        var index = start
        while index < text.count {
            let byte = text[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") {
                    index += 1
                } else if byte == open {
                    quote = nil
                }
            } else if "\"'`".utf8.contains(byte) {
                quote = byte
            } else if byte == UInt8(ascii: "}") {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    // MARK: Windows

    /// The raw samples of a selector, or the points of any other query, over a window up to the evaluation.
    static func window(_ query: String, _ seconds: Double, step: Double) -> String {
        isSelector(query) ? "\(query)[\(duration(seconds))]" : points(query, seconds, step: step)
    }

    /// The points of a grid, both ends included.
    ///
    /// The second more is for both ends, as newer servers leave the older one out.
    static func points(_ query: String, _ seconds: Double, step: Double) -> String {
        "(\(query))[\(duration(seconds + 1)):\(duration(step))]"
    }

    static func offset(_ seconds: Double) -> String { seconds > 0 ? " offset \(duration(seconds))" : "" }

    /// The query's values some time before the evaluation; `offset` itself follows selectors alone.
    static func moved(_ query: String, by seconds: Double) -> String {
        guard seconds > 0 else { return query }
        return isSelector(query)
            ? query + offset(seconds) : "last_over_time((\(query))[1ms:1ms]\(offset(seconds)))"
    }

    static func reduced(_ reduction: Rule.Reduction, _ window: String) -> String {
        switch reduction {
        case .rate: "rate(\(window))"
        case .quantile(let share): "quantile_over_time(\(number(share)), \(window))"
        case .last, .min, .max, .avg, .sum, .stddev, .count: "\(reduction)_over_time(\(window))"
        }
    }

    /// Without NaN, which is absent for Sphinx and a value for Prometheus.
    static func present(_ query: String) -> String { "(\(query)) == (\(query))" }

    // MARK: Filters

    /// The series for which the comparison holds; NaN holds for none.
    static func compared(_ query: String, _ comparison: Rule.Comparison, _ bounds: Bounds) -> String {
        let (low, high) = (number(bounds.low), number(bounds.high))
        return switch comparison {
        case .lessThan: "(\(query)) < \(low)"
        case .lessThanOrEqual: "(\(query)) <= \(low)"
        case .greaterThan: "(\(query)) > \(low)"
        case .greaterThanOrEqual: "(\(query)) >= \(low)"
        case .equals: "(\(query)) == \(low)"
        case .notEquals: "((\(query)) != \(low)) == (\(query))"
        case .between: "((\(query)) >= \(low)) <= \(high)"
        case .outside: "((\(query)) < \(low)) or ((\(query)) > \(high))"
        }
    }

    /// The query's series that a filter leaves at one moment; the moment's filter is evaluated once for all steps.
    ///
    /// Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#modifier
    static func restricted(_ query: String, by filter: String, at time: Double) -> String {
        "(\(query)) and last_over_time((\(filter))[1ms:1ms] @ \(number(time)))"
    }

    // MARK: Texts

    static func duration(_ seconds: Double) -> String { DurationText.text(seconds) }

    /// As Prometheus reads numbers.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}

/// What a value is compared with: one number, or both ends of a range.
struct Bounds: Hashable, Sendable {
    let low: Double
    let high: Double

    init(_ number: Double) {
        (low, high) = (number, number)
    }

    init(low: Double, high: Double) {
        (self.low, self.high) = (low, high)
    }
}
