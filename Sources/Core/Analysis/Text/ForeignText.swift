import Domain

/// Text from outside, such as a label's value, made fit for one line; escaping is left to who prints it.
enum ForeignText {
    static let longest = 300

    /// Without control, direction and invisible characters, and never longer than 300 characters.
    static func clean(_ text: String) -> String {
        // A character may have any number of scalars, so these are what is counted.
        let scalars = text.unicodeScalars.lazy.filter { !isHidden($0) }.prefix(longest + 1)
        var kept = String.UnicodeScalarView(scalars)
        guard kept.count > longest else { return String(kept) }
        kept.removeLast()
        kept.append("…")
        return String(kept)
    }

    /// For people: without what looks secret, which after a cut would look so no more.
    static func told(_ text: String) -> String { clean(Redactor.plain.redact(text)) }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// `{a="1", b="2"}`, sorted by name.
    static func labels(_ labels: [String: String]) -> String {
        let pairs = labels.sorted { $0.key < $1.key }.prefix(20).map {
            "\($0.key)=\"\($0.value.utf8.count > longest ? told($0.value) : clean($0.value))\""
        }
        return "{" + (pairs + (labels.count > 20 ? ["…"] : [])).joined(separator: ", ") + "}"
    }
}
