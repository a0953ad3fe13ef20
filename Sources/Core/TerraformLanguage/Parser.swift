/// Finds blocks and attributes in tokens; expressions are only delimited.
struct Parser {
    private static let deepest = 100

    private let bytes: [UInt8]
    private let tokens: [Token]
    private var index = 0

    init(_ bytes: [UInt8]) throws(SyntaxError) {
        self.bytes = bytes
        var lexer = Lexer(bytes)
        tokens = try lexer.tokens()
    }

    mutating func file() throws(SyntaxError) -> Body {
        let items = try items(depth: 0)
        if let token = peek() {
            throw SyntaxError("a '\(text(token))' that closes nothing", at: token.range.lowerBound)
        }
        return Body(items: items, range: 0..<bytes.count)
    }

    private mutating func items(depth: Int) throws(SyntaxError) -> [Body.Item] {
        var items: [Body.Item] = []
        var names: Set<String> = []
        while let token = skipBlankLines(), !token.isSymbol("}") {
            guard token.kind == .identifier else {
                throw SyntaxError(
                    "'\(text(token))' where an argument or a block should begin", at: token.range.lowerBound)
            }
            let item = try item(named: token, depth: depth)
            if case .attribute(let attribute) = item, !names.insert(attribute.name).inserted {
                throw SyntaxError("'\(attribute.name)' is set twice", at: attribute.range.lowerBound)
            }
            items.append(item)
        }
        return items
    }

    private mutating func item(named name: Token, depth: Int) throws(SyntaxError) -> Body.Item {
        index += 1
        if let token = peek(), token.isSymbol("=") {
            index += 1
            let expression = try expression()
            return .attribute(
                Attribute(
                    name: text(name), range: name.range.lowerBound..<expression.range.upperBound,
                    expression: expression))
        }
        return .block(try block(named: name, depth: depth))
    }

    private mutating func block(named name: Token, depth: Int) throws(SyntaxError) -> Block {
        guard depth < Self.deepest else { throw SyntaxError("blocks nested too deeply", at: name.range.lowerBound) }
        var labels: [String] = []
        while let token = peek(), !token.isSymbol("{") {
            labels.append(try label(token))
            index += 1
        }
        guard let open = peek() else {
            throw SyntaxError("a block without '{'", at: name.range.lowerBound)
        }
        index += 1
        let items = try items(depth: depth + 1)
        guard let close = peek(), close.isSymbol("}") else {
            throw SyntaxError("a block that is never closed", at: name.range.lowerBound)
        }
        index += 1
        return Block(
            type: text(name), labels: labels,
            body: Body(items: items, range: open.range.upperBound..<close.range.lowerBound),
            range: name.range.lowerBound..<close.range.upperBound)
    }

    private func label(_ token: Token) throws(SyntaxError) -> String {
        switch token.kind {
        case .identifier: return text(token)
        case .string(interpolations: []):
            return Literal.unquoted(bytes[token.range])
        default:
            throw SyntaxError("'\(text(token))' where '=', a label or '{' should stand", at: token.range.lowerBound)
        }
    }

    /// Up to the end of the line, or the brace that closes a block on the same line; brackets may span lines.
    private mutating func expression() throws(SyntaxError) -> Expression {
        var kept: [Token] = []
        var open: [String] = []
        let start = peek()?.range.lowerBound ?? bytes.count
        while let token = peek() {
            if open.isEmpty, token.kind == .newline || token.isSymbol("}") { break }
            index += 1
            if token.kind == .comment || token.kind == .newline {
                if !open.isEmpty, token.kind == .newline { kept.append(token) }
                continue
            }
            try track(token, &open)
            kept.append(token)
        }
        if let unclosed = open.last { throw SyntaxError("a '\(unclosed)' that is never closed", at: start) }
        guard let first = kept.first, let last = kept.last else { throw SyntaxError("a value is missing", at: start) }
        return Expression(tokens: kept, range: first.range.lowerBound..<last.range.upperBound)
    }

    private func track(_ token: Token, _ open: inout [String]) throws(SyntaxError) {
        guard case .symbol(let symbol) = token.kind else { return }
        switch symbol {
        case "{", "[", "(": open.append(symbol)
        case "}", "]", ")":
            let expected = ["}": "{", "]": "[", ")": "("][symbol]
            guard open.popLast() == expected else {
                throw SyntaxError("a '\(symbol)' that closes nothing", at: token.range.lowerBound)
            }
        default: return
        }
    }

    /// The next token that is neither a newline nor a comment; it is not consumed.
    private mutating func skipBlankLines() -> Token? {
        while let token = peek(), token.kind == .newline || token.kind == .comment { index += 1 }
        return peek()
    }

    private func peek() -> Token? { index < tokens.count ? tokens[index] : nil }
    private func text(_ token: Token) -> String { String(decoding: bytes[token.range], as: UTF8.self) }
}
