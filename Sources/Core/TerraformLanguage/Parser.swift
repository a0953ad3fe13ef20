/// Reads tokens into blocks, attributes and expressions, and refuses what Terraform refuses.
struct Parser {
    static let deepest = 200

    let bytes: [UInt8]
    /// Without comments.
    private let tokens: [Token]
    private let end: Int
    private var index = 0
    /// How deeply the next thing is nested in others.
    var depth: Int
    /// Within parentheses, brackets and templates line breaks mean nothing.
    var crossesLines = false

    init(_ bytes: [UInt8], range: Range<Int>? = nil, depth: Int = 0) throws(SyntaxError) {
        self.bytes = bytes
        self.depth = depth
        end = range?.upperBound ?? bytes.count
        var lexer = Lexer(bytes, range: range, depth: range == nil ? 0 : 1)
        tokens = try lexer.tokens().filter { $0.kind != .comment }
    }

    // MARK: The next token

    private var nextIndex: Int {
        var place = index
        while crossesLines, place < tokens.count, tokens[place].kind == .newline { place += 1 }
        return place
    }

    /// It is not consumed; nil at the end.
    var next: Token? { nextIndex < tokens.count ? tokens[nextIndex] : nil }

    var nextOffset: Int { next?.range.lowerBound ?? end }

    /// Where the last token that was read ends.
    var lastOffset: Int { index > 0 ? tokens[index - 1].range.upperBound : 0 }

    @discardableResult
    mutating func read() -> Token? {
        let token = next
        index = min(nextIndex + 1, tokens.count)
        return token
    }

    func isNext(_ symbol: String) -> Bool { next?.isSymbol(symbol) ?? false }

    mutating func take(_ symbol: String) -> Bool {
        guard isNext(symbol) else { return false }
        read()
        return true
    }

    /// The text of the next token, if it is a name.
    var nextName: String? { next.flatMap { $0.kind == .identifier ? text($0) : nil } }

    mutating func takeName() -> String? {
        guard let name = nextName else { return nil }
        read()
        return name
    }

    func text(_ token: Token) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

    // MARK: Nesting

    /// Reads with line breaks counting or not, one level deeper.
    mutating func nested<Result>(
        crossingLines: Bool, at start: Int, _ read: (inout Parser) throws(SyntaxError) -> Result
    ) throws(SyntaxError) -> Result {
        guard depth < Self.deepest else { throw SyntaxError("code that is nested too deeply", at: start) }
        let outer = crossesLines
        (crossesLines, depth) = (crossingLines, depth + 1)
        let result = try read(&self)
        (crossesLines, depth) = (outer, depth - 1)
        return result
    }

    // MARK: Refusing

    /// What stands at the next place instead of what should.
    func expected(_ what: String) -> SyntaxError {
        guard let next else { return SyntaxError("the text ends where \(what) should stand", at: nextOffset) }
        let found = next.kind == .newline ? "the line ends" : "'\(text(next).prefix(40))' stands"
        return SyntaxError("\(found) where \(what) should \(next.kind == .newline ? "stand" : "be")", at: nextOffset)
    }

    func unclosed(_ bracket: Token) -> SyntaxError {
        SyntaxError("a '\(text(bracket))' that is never closed", at: bracket.range.lowerBound)
    }
}
