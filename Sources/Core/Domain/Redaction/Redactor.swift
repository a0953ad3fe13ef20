/// Takes secrets out of text and of JSON: known values, values under telling names, tokens in known formats, and words
/// that look random.
///
/// It is a pure value: the same input gives the same output, whatever was redacted before, and a second pass changes
/// nothing. Plans' figures, ids, ARNs, digests and the like stay (`RedactorTests.mustStay`).
package struct Redactor: Sendable {
    /// What is looked for beside known values.
    package struct Rules: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// Tokens, keys and passwords in the forms in which they are issued and sent.
        package static let formats = Rules(rawValue: 1)
        /// Values that are assigned to a name such as `password`.
        package static let names = Rules(rawValue: 2)
        /// Long words that nobody would write.
        package static let words = Rules(rawValue: 4)
        package static let all: Rules = [.formats, .names, .words]
    }

    package static let mark = "(redacted)"
    /// Knows no value, and what looks secret.
    package static let plain = Redactor()

    let known: KnownValues
    let rules: Rules

    package init(secrets: some Sequence<String> = [], rules: Rules = .all) {
        self.init(known: KnownValues(secrets), rules: rules)
    }

    private init(known: KnownValues, rules: Rules) {
        self.known = known
        self.rules = rules
    }

    /// The same known values, and other rules.
    package func with(_ rules: Rules) -> Redactor { Redactor(known: known, rules: rules) }

    // MARK: Text

    package func redact(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let places = places(in: bytes)
        guard !places.isEmpty else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var start = 0
        for place in places {
            result += bytes[start..<place.lowerBound]
            result += Self.mark.utf8
            start = place.upperBound
        }
        return String(decoding: result + bytes[start...], as: UTF8.self)
    }

    package func findsSecret(in text: String) -> Bool { !places(in: Array(text.utf8)).isEmpty }

    /// Sorted, and apart from one another: of secrets that overlap, no part is left.
    private func places(in bytes: [UInt8]) -> [Range<Int>] {
        var places = known.places(in: bytes)
        if rules.contains(.formats) { places += TokenFormat.places(in: bytes) }
        if rules.contains(.names) { places += Assignments.places(in: bytes) }
        if rules.contains(.words) { places += RandomWords.places(in: bytes) }
        return places.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, place in
            if let last = merged.last, place.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, place.upperBound)
            } else {
                merged.append(place)
            }
        }
    }
}

/// It knows the secrets, and prints none.
extension Redactor: CustomStringConvertible, CustomReflectable {
    package var description: String { "Redactor" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
