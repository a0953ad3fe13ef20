/// Splits HCL into tokens, as Terraform's scanner does (hashicorp/hcl, hclsyntax/spec.md and scan_tokens.rl).
///
/// What the scanner would only call invalid later is refused here, so that no text has two readings.
struct Lexer {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    static let deepest = 100

    let bytes: [UInt8]
    var position: Int
    let end: Int
    let depth: Int

    init(_ bytes: [UInt8], range: Range<Int>? = nil, depth: Int = 0) {
        self.bytes = bytes
        position = range?.lowerBound ?? (bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0)
        end = range?.upperBound ?? bytes.count
        self.depth = depth
    }

    mutating func tokens() throws(SyntaxError) -> [Token] {
        var tokens: [Token] = []
        while let token = try next() { tokens.append(token) }
        return tokens
    }

    /// The tokens of a part of a text that was read before.
    static func tokens(in range: Range<Int>, of bytes: [UInt8]) -> [Token] {
        // What follows has a part in where a heredoc ends.
        var lexer = Lexer(bytes, range: range.lowerBound..<bytes.count, depth: 1)
        var tokens: [Token] = []
        while lexer.position < range.upperBound, let token = try? lexer.next(),
            token.range.lowerBound < range.upperBound
        { tokens.append(token) }
        return tokens
    }

    mutating func next() throws(SyntaxError) -> Token? {
        while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        guard position < end else { return nil }
        let start = position
        let kind = try kind(startingWith: bytes[position])
        return Token(kind: kind, range: start..<position)
    }

    private mutating func kind(startingWith byte: UInt8) throws(SyntaxError) -> Token.Kind {
        switch byte {
        case UInt8(ascii: "\n"): return lineEnd(1)
        case UInt8(ascii: "\r") where peek(1) == UInt8(ascii: "\n"): return lineEnd(2)
        case UInt8(ascii: "#"): return lineComment()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): return lineComment()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): return try blockComment()
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "<") where peek(1) == UInt8(ascii: "<"): return try heredoc()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default: return identifier() ? .identifier : try symbol()
        }
    }

    func peek(_ distance: Int) -> UInt8? {
        position + distance < end ? bytes[position + distance] : nil
    }

    // MARK: Lines and comments

    private mutating func lineEnd(_ length: Int) -> Token.Kind {
        position += length
        return .newline
    }

    /// Ends before the line break, which is a token of its own.
    private mutating func lineComment() -> Token.Kind {
        while position < end, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        if position < end, bytes[position - 1] == UInt8(ascii: "\r") { position -= 1 }
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
}
