/// The running text of a page as a person reads it: without emphasis and code signs, with escapes and entities read.
enum InlineMarkdown {
    static func text(_ markdown: String) -> String {
        var result = ""
        var rest = Substring(markdown)
        while let next = rest.first {
            if next == "`" {
                result += code(&rest)
            } else if next == "\\", let escaped = rest.dropFirst().first, escaped.isASCII, !escaped.isLetter {
                result.append(escaped)
                rest = rest.dropFirst(2)
            } else if let (entity, character) = entity(rest) {
                result += character
                rest = rest.dropFirst(entity)
            } else if let link = rest.prefixMatch(of: /\[([^\]]*)\]\(([^)\s]*)\)/) {
                result += "\(text(String(link.1))): \(link.2)"
                rest = rest[link.range.upperBound...]
            } else if let mark = rest.prefixMatch(of: /\*\*|<\/?code>/) {
                rest = rest[mark.range.upperBound...]
            } else {
                result.append(next)
                rest = rest.dropFirst()
            }
        }
        return Escaping.plain(result)
    }

    /// A code span's content; backticks that nothing closes are text.
    private static func code(_ rest: inout Substring) -> String {
        let fence = rest.prefix { $0 == "`" }
        let inside = rest.dropFirst(fence.count)
        var end = inside.startIndex
        while let start = inside[end...].firstIndex(of: "`") {
            let run = inside[start...].prefix { $0 == "`" }
            if run.count == fence.count {
                rest = inside[run.endIndex...]
                let content = inside[..<start]
                let isPadded = content.hasPrefix(" ") && content.hasSuffix(" ") && content.contains { $0 != " " }
                return String(isPadded ? content.dropFirst().dropLast() : content)
            }
            end = run.endIndex
        }
        rest = inside
        return String(fence)
    }

    /// How long an entity is, and what it stands for.
    private static func entity(_ text: Substring) -> (Int, String)? {
        guard text.first == "&", let match = text.prefixMatch(of: /&(#(\d{1,7})|lt|gt|amp|quot);/) else { return nil }
        let length = match.0.count
        if let number = match.2 {
            return UInt32(number).flatMap(Unicode.Scalar.init).map { (length, String(Character($0))) }
        }
        return (length, ["lt": "<", "gt": ">", "amp": "&", "quot": "\""][match.1] ?? "")
    }
}
