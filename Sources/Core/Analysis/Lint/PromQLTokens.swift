/// PromQL as tokens, as far as looking at rules needs it; what it does not know is a token of one character.
struct PromQLTokens {
    enum Token: Hashable {
        /// A name, a keyword, a number or a duration.
        case word(String)
        case string(String)
        case sign(String)
    }

    struct Placed: Hashable {
        let token: Token
        /// Open parentheses, braces and brackets around it.
        let depth: Int
        /// Within `{…}`.
        let isMatcher: Bool
    }

    let all: [Placed]

    private static let signs = ["=~", "!~", "==", "!=", "<=", ">="]

    init(_ query: String) {
        var placed: [Placed] = []
        var open: [Character] = []
        let text = Array(query)
        var index = 0
        while index < text.count {
            let character = text[index]
            if character.isWhitespace {
                index += 1
            } else if character == "#" {
                index = text[index...].firstIndex(where: \.isNewline) ?? text.count
            } else if "\"'`".contains(character) {
                let end = Self.end(ofString: text, from: index)
                placed.append(
                    Placed(
                        token: .string(String(text[min(index + 1, end)..<end])), depth: open.count,
                        isMatcher: open.last == "{"))
                index = min(end + 1, text.count)
            } else if character.isLetter || character.isNumber || "_:.".contains(character) {
                let end =
                    text[index...].firstIndex { !($0.isLetter || $0.isNumber || "_:.".contains($0)) } ?? text.count
                placed.append(
                    Placed(
                        token: .word(String(text[index..<end])), depth: open.count, isMatcher: open.last == "{"))
                index = end
            } else {
                let two = String(text[index..<min(index + 2, text.count)])
                let sign = Self.signs.contains(two) ? two : String(character)
                if ")}]".contains(character) { _ = open.popLast() }
                placed.append(Placed(token: .sign(sign), depth: open.count, isMatcher: open.last == "{"))
                if "({[".contains(character) { open.append(character) }
                index += sign.count
            }
        }
        all = placed
    }

    /// The place of the closing quote, or the end.
    private static func end(ofString text: [Character], from start: Int) -> Int {
        var index = start + 1
        while index < text.count, text[index] != text[start] {
            index += text[index] == "\\" && text[start] != "`" ? 2 : 1
        }
        return min(index, text.count)
    }

    func hasWord(_ words: Set<String>) -> Bool {
        all.contains { if case .word(let word) = $0.token { words.contains(word) } else { false } }
    }
}
