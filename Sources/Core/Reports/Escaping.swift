/// Makes third-party text harmless where people read it.
package enum Escaping {
    /// For running Markdown text: no mention, link, HTML, heading, list, table or fence of its own.
    package static func markdown(_ text: String) -> String {
        var result = ""
        for character in plain(text) {
            if character == "\n" {
                result.append(" ")
            } else if character == "<" {
                result += "&lt;"
            } else if character == ">" {
                result += "&gt;"
            } else if character == "&" {
                result += "&amp;"
            } else if character == "@" {
                // A zero-width joiner would be invisible, and is dropped elsewhere; the entity shows the same sign.
                result += "&#64;"
            } else if "\\`*_{}[]()#+!|~$".contains(character) {
                result += "\\\(character)"
            } else {
                result.append(character)
            }
        }
        return result.replacing("://", with: "&#58;//").replacing("www.", with: "www&#46;")
    }

    /// For one code span; the fence is longer than any run of backticks inside.
    package static func code(_ text: String) -> String {
        let clean = plain(text).replacing("\n", with: " ")
        let fence = String(repeating: "`", count: longestRun(of: "`", in: clean) + 1)
        let pad = clean.hasPrefix("`") || clean.hasSuffix("`") || clean.isEmpty ? " " : ""
        return "\(fence)\(pad)\(clean)\(pad)\(fence)"
    }

    /// For a fenced block that its content cannot close.
    package static func fenced(_ text: String, as language: String) -> String {
        let clean = plain(text)
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: clean) + 1))
        return "\(fence)\(language)\n\(clean)\(clean.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }

    /// For a terminal and for one-line subjects: no control, direction or zero-width characters but line breaks.
    package static func plain(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { scalar in
            if scalar == "\n" || scalar == "\t" { return true }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: return false
            default: return true
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    package static func line(_ text: String, limit: Int) -> String {
        let one = plain(text).split(whereSeparator: \.isNewline).joined(separator: " ")
        return one.count <= limit ? one : one.prefix(max(0, limit - 1)) + "…"
    }

    package static func xml(_ text: String) -> String {
        plain(text).reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var (longest, current) = (0, 0)
        for next in text {
            current = next == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
