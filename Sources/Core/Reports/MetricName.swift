/// The one metric that a query reads, if it is one and no arithmetic changes what it counts.
struct MetricName {
    private static let counting: Set<String> = ["count", "count_values", "count_over_time", "absent", "time", "sgn"]
    private static let rates: Set<String> = ["rate", "irate", "deriv"]

    private let name: String
    private let functions: Set<String>

    init?(in query: String) {
        var reader = Reader(query)
        guard reader.read(), reader.names.count == 1, reader.functions.isDisjoint(with: Self.counting) else {
            return nil
        }
        (name, functions) = (reader.names[0], reader.functions)
    }

    var unit: MetricUnit? {
        let isRate = !functions.isDisjoint(with: Self.rates)
        let words = name.split(separator: "_")
        if words.last == "bucket" {
            let isQuantile = functions.contains("histogram_quantile")
            return isQuantile ? Self.quantity(words.dropLast().last).map { MetricUnit($0) } : nil
        }
        guard let quantity = Self.quantity(words.last == "total" ? words.dropLast().last : words.last) else {
            return nil
        }
        // Seconds in a second are a share of it.
        if isRate, quantity == .seconds { return MetricUnit(.share) }
        return MetricUnit(quantity, isPerSecond: isRate)
    }

    /// The base units that Prometheus's naming convention puts at the end.
    private static func quantity(_ suffix: Substring?) -> MetricUnit.Quantity? {
        switch suffix {
        case "bytes": .bytes
        case "seconds": .seconds
        case "ratio": .share
        case "percent": .percent
        default: nil
        }
    }
}

/// Finds the names in a query outside strings, matchers, ranges and lists of labels.
private struct Reader {
    private static let grouping: Set<String> = ["by", "without", "on", "ignoring", "group_left", "group_right"]
    private static let operators: Set<String> = ["and", "or", "unless", "offset", "bool", "atan2"]

    private(set) var names: [String] = []
    private(set) var functions: Set<String> = []
    private var rest: ArraySlice<Unicode.Scalar>

    init(_ query: String) {
        rest = Array(query.unicodeScalars)[...]
    }

    /// Whether the query is made of functions, aggregations and names alone.
    mutating func read() -> Bool {
        while let next = rest.first {
            switch next {
            case "\"", "'", "`": skipString(next)
            case "{": skip(to: "}")
            case "[": skip(to: "]")
            case "(", ")", ",", " ", "\n", "\t": rest.removeFirst()
            default: guard readWord() else { return false }
            }
        }
        return true
    }

    private mutating func readWord() -> Bool {
        let word = String(String.UnicodeScalarView(rest.prefix { $0.isWord || "_:.".unicodeScalars.contains($0) }))
        guard !word.isEmpty, !Self.operators.contains(word) else { return false }
        rest = rest.dropFirst(word.unicodeScalars.count).drop { $0 == " " }
        if Self.grouping.contains(word) {
            skip(to: ")")
        } else if rest.first == "(" || rest.starts(with: "by".unicodeScalars)
            || rest.starts(with: "without".unicodeScalars)
        {
            functions.insert(word)
        } else if word.first?.isNumber == false {
            names.append(word)
        }
        return true
    }

    /// Strings may hold the sign that is looked for.
    private mutating func skip(to end: Unicode.Scalar) {
        while let next = rest.first, next != end {
            if "\"'`".unicodeScalars.contains(next) { skipString(next) } else { rest.removeFirst() }
        }
        rest = rest.dropFirst()
    }

    private mutating func skipString(_ quote: Unicode.Scalar) {
        rest.removeFirst()
        while let next = rest.popFirst(), next != quote {
            if next == "\\", quote != "`" { rest = rest.dropFirst() }
        }
    }
}
