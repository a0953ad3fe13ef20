import Domain

extension Escaping {
    /// Shows as nothing, and still parts a word when it has become a character again.
    private static let joint = "&#8203;"
    private static let specials: Set<Unicode.Scalar> = ["\\", "`", "*", "[", "]", "{", "}", "|", "~", "$"]
    /// What has a meaning at the beginning of a line only; `/approve` is an order to GitLab.
    private static let openers: Set<Unicode.Scalar> = ["#", "-", "+", "=", "/", ":"]

    /// For running Markdown text: one line without a mention, link, HTML, heading, list, table or fence of its own.
    package static func markdown(_ text: String) -> String {
        let scalars = Array(line(text, limit: .max).trimmed.unicodeScalars)
        let opener = opener(of: scalars)
        return scalars.indices.map { index in
            let escaped = escape(index, in: scalars)
            return index == opener ? "\\" + escaped : escaped
        }.joined()
    }

    private static func escape(_ index: Int, in text: [Unicode.Scalar]) -> String {
        let parted = References.parted(at: index, in: text, by: joint)
        switch text[index] {
        case "<": return "&lt;"
        case ">": return "&gt;"
        case "&": return "&amp;" + parted.dropFirst()
        case "_": return isInsideWord(index, text) ? "_" : "\\_"
        default: return (specials.contains(text[index]) ? "\\" : "") + parted
        }
    }

    /// An underscore between letters emphasises nothing, and addresses are full of them.
    private static func isInsideWord(_ index: Int, _ text: [Unicode.Scalar]) -> Bool {
        index > 0 && index + 1 < text.count && text[index - 1].isWord && text[index + 1].isWord
    }

    /// The place of what would make a heading, a list or an order of the line.
    private static func opener(of text: [Unicode.Scalar]) -> Int? {
        guard let first = text.first else { return nil }
        if openers.contains(first) { return 0 }
        let digits = text.prefix { "0"..."9" ~= $0 }.count
        return digits > 0 && digits < text.count && [".", ")"].contains(text[digits]) ? digits : nil
    }

    /// For one code span; the fence is longer than any run of backticks inside.
    package static func code(_ text: String) -> String {
        let clean = line(text, limit: .max)
        let fence = String(repeating: "`", count: longestRun(of: "`", in: clean) + 1)
        let ends = [clean.unicodeScalars.first, clean.unicodeScalars.last]
        let pad = clean.isEmpty || ends.contains("`") ? " " : ""
        return "\(fence)\(pad)\(clean)\(pad)\(fence)"
    }

    /// For code in a table's cell, which a `|` ends even within a code span.
    package static func cell(_ text: String, limit: Int = 120) -> String {
        let clean = line(text, limit: limit)
        guard clean.unicodeScalars.contains("|") else { return code(clean) }
        let entities = clean.unicodeScalars.map { scalar in
            scalar.isASCII && !scalar.isWord && scalar != " " ? "&#\(scalar.value);" : String(scalar)
        }
        return "<code>\(entities.joined())</code>"
    }

    /// For a fenced block that its content cannot close.
    package static func fenced(_ text: String, as language: String) -> String {
        let clean = plain(text)
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: clean) + 1))
        return "\(fence)\(language)\n\(clean)\(clean.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }

    private static func longestRun(of sign: Unicode.Scalar, in text: String) -> Int {
        var (longest, current) = (0, 0)
        for scalar in text.unicodeScalars {
            current = scalar == sign ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
