/// Splits HCL into tokens, as its native syntax specification says (hashicorp/hcl, hclsyntax/spec.md).
struct Lexer {
    private static let deepest = 100
    private static let pairs: Set<String> = ["==", "!=", "<=", ">=", "&&", "||", "=>", "::"]

    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int
    private let depth: Int

    init(_ bytes: [UInt8], range: Range<Int>? = nil, depth: Int = 0) {
        self.bytes = bytes
        position = range?.lowerBound ?? (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        end = range?.upperBound ?? bytes.count
        self.depth = depth
    }

    mutating func tokens() throws(SyntaxError) -> [Token] {
        var tokens: [Token] = []
        while let token = try next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() throws(SyntaxError) -> Token? {
        while position < end, [0x20, 0x09, 0x0D].contains(bytes[position]) { position += 1 }
        guard position < end else { return nil }
        let start = position
        let kind = try kind(startingWith: bytes[position])
        return Token(kind: kind, range: start..<position)
    }

    private mutating func kind(startingWith byte: UInt8) throws(SyntaxError) -> Token.Kind {
        switch byte {
        case UInt8(ascii: "\n"):
            position += 1
            return .newline
        case UInt8(ascii: "#"): return lineComment()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): return lineComment()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): return try blockComment()
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "<") where isHeredoc: return try heredoc()
        case _ where Self.startsIdentifier(byte): return identifier()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default: return try symbol()
        }
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < end ? bytes[position + distance] : nil
    }

    // MARK: Words

    /// Letters, `_`, and any byte of a character beyond ASCII.
    private static func startsIdentifier(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    private static func continuesIdentifier(_ byte: UInt8) -> Bool {
        startsIdentifier(byte) || byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte)
    }

    private mutating func identifier() -> Token.Kind {
        while position < end, Self.continuesIdentifier(bytes[position]) { position += 1 }
        return .identifier
    }

    private mutating func number() -> Token.Kind {
        while position < end {
            let byte = bytes[position]
            let isSign = (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && bytes[position - 1] | 0x20 == 0x65
            let isDot = byte == UInt8(ascii: ".") && (peek(1).map { (0x30...0x39).contains($0) } ?? false)
            guard (0x30...0x39).contains(byte) || byte | 0x20 == 0x65 || isSign || isDot else { break }
            position += 1
        }
        return .number
    }

    private mutating func symbol() throws(SyntaxError) -> Token.Kind {
        if let next = peek(1) {
            let pair = String(decoding: [bytes[position], next], as: UTF8.self)
            if Self.pairs.contains(pair) {
                position += 2
                return .symbol(pair)
            }
        }
        let byte = bytes[position]
        guard "{}[]()=,.:?!<>+-*/%&|".utf8.contains(byte) else {
            throw SyntaxError("a character that HCL does not know", at: position)
        }
        position += 1
        return .symbol(String(decoding: [byte], as: UTF8.self))
    }

    // MARK: Comments

    private mutating func lineComment() -> Token.Kind {
        while position < end, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        return .comment
    }

    private mutating func blockComment() throws(SyntaxError) -> Token.Kind {
        let start = position
        position += 2
        while position + 1 < end {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return .comment
            }
            position += 1
        }
        throw SyntaxError("a comment that is never closed", at: start)
    }

    // MARK: Templates

    private mutating func string() throws(SyntaxError) -> Token.Kind {
        let start = position
        position += 1
        var interpolations: [Range<Int>] = []
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return .string(interpolations: interpolations)
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\n"): throw SyntaxError("a string that is never closed", at: start)
            default: try templatePart(into: &interpolations)
            }
        }
        throw SyntaxError("a string that is never closed", at: start)
    }

    /// One byte of literal text, an escaped marker, or a whole `${ }` or `%{ }`.
    private mutating func templatePart(into interpolations: inout [Range<Int>]) throws(SyntaxError) {
        let byte = bytes[position]
        guard byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") else {
            position += 1
            return
        }
        if peek(1) == byte, peek(2) == UInt8(ascii: "{") {
            position += 3
        } else if peek(1) == UInt8(ascii: "{") {
            interpolations.append(try interpolation())
        } else {
            position += 1
        }
    }

    /// Lexes the inside, so that braces in nested strings and comments do not count.
    private mutating func interpolation() throws(SyntaxError) -> Range<Int> {
        let start = position
        guard depth < Self.deepest else { throw SyntaxError("templates nested too deeply", at: start) }
        var inner = Lexer(bytes, range: (position + 2)..<end, depth: depth + 1)
        var open = 1
        while let token = try inner.next() {
            if token.isSymbol("{") { open += 1 }
            if token.isSymbol("}") { open -= 1 }
            if open == 0 {
                position = inner.position
                return (start + 2)..<token.range.lowerBound
            }
        }
        throw SyntaxError("a template expression that is never closed", at: start)
    }

    // MARK: Heredocs

    private var isHeredoc: Bool {
        guard peek(1) == UInt8(ascii: "<"), let next = peek(2) else { return false }
        return Self.startsIdentifier(next)
            || (next == UInt8(ascii: "-") && (peek(3).map(Self.startsIdentifier) ?? false))
    }

    private mutating func heredoc() throws(SyntaxError) -> Token.Kind {
        let start = position
        position += bytes[position + 2] == UInt8(ascii: "-") ? 3 : 2
        let name = position
        while position < end, Self.continuesIdentifier(bytes[position]) { position += 1 }
        let marker = bytes[name..<position]
        if position < end, bytes[position] == UInt8(ascii: "\r") { position += 1 }
        guard position < end, bytes[position] == UInt8(ascii: "\n") else {
            throw SyntaxError("a heredoc whose marker does not end its line", at: start)
        }
        position += 1
        var interpolations: [Range<Int>] = []
        while position < end {
            if endsHere(marker) { return .heredoc(interpolations: interpolations) }
            while position < end, bytes[position] != UInt8(ascii: "\n") { try templatePart(into: &interpolations) }
            position += 1
        }
        throw SyntaxError("a heredoc that is never closed", at: start)
    }

    /// At the start of a line: skips white space and the marker if that is all the line has.
    private mutating func endsHere(_ marker: ArraySlice<UInt8>) -> Bool {
        var place = position
        while place < end, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
        guard bytes[place..<end].starts(with: marker) else { return false }
        place += marker.count
        let isEnd = place == end || bytes[place] == 0x0A || bytes[place] == 0x0D
        if isEnd { position = place }
        return isEnd
    }
}
