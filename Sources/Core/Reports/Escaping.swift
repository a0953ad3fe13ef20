/// Makes third-party text harmless where people read it.
///
/// All of it works on Unicode scalars, as parsers of Markdown and HTML do: a combining mark after a `<` or a quote makes
/// one character of both, which would not be the sign that is looked for.
package enum Escaping {
    /// For a terminal: no control, direction or invisible characters but line breaks and tabs.
    package static func plain(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t": kept.append(scalar)
            case "\u{85}", "\u{2028}", "\u{2029}": kept.append("\n")
            default: if !isHidden(scalar) { kept.append(scalar) }
            }
        }
        return String(kept)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// One line of at most so many scalars.
    package static func line(_ text: String, limit: Int) -> String {
        let one = plain(text).split(whereSeparator: \.isNewline).joined(separator: " ")
        guard one.unicodeScalars.count > limit else { return one }
        return String(String.UnicodeScalarView(one.unicodeScalars.prefix(max(0, limit - 1)))) + "…"
    }

    /// For a commit's subject and trailers: forges show them as they are, and yet look for mentions and references.
    package static func subject(_ text: String, limit: Int) -> String {
        let scalars = Array(line(text, limit: .max).unicodeScalars)
        let parted = scalars.indices.map { References.parted(at: $0, in: scalars, by: " ") }.joined()
        return line(parted, limit: limit)
    }

    /// For the text and the attributes of XML and HTML.
    package static func xml(_ text: String) -> String {
        plain(text).unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

/// What forges turn into links by themselves, even where Markdown escapes it, as they look at the rendered text.
enum References {
    /// `@name`, `#1`, `!1`, `$1`, `%1`, `~label`, `&1`, `^alert#1`, `*iteration:1`.
    private static let signs: Set<Unicode.Scalar> = ["@", "#", "!", "$", "%", "~", "&", "^", "*"]

    /// One scalar, with a joint in it where a link would begin.
    static func parted(at index: Int, in text: [Unicode.Scalar], by joint: String) -> String {
        let scalar = text[index]
        let next = index + 1 < text.count ? text[index + 1] : " "
        if signs.contains(scalar), isName(next) { return "\(scalar)\(joint)" }
        if scalar == ":", next == "/" { return ":\(joint)" }
        if scalar == ".", isWord("www", before: index, in: text) { return "\(joint)." }
        if scalar == "-", "0"..."9" ~= next, isWord("gh", before: index, in: text) { return "-\(joint)" }
        return String(scalar)
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isWord || ["\"", "_", "-", "[", "{"].contains(scalar)
    }

    private static func isWord(_ word: String, before index: Int, in text: [Unicode.Scalar]) -> Bool {
        guard index >= word.unicodeScalars.count else { return false }
        let found = text[(index - word.unicodeScalars.count)..<index].map { $0.properties.lowercaseMapping }
        return found.joined() == word
    }
}

extension Unicode.Scalar {
    /// Of letters and numbers.
    var isWord: Bool { properties.isAlphabetic || properties.numericType != nil }
}
