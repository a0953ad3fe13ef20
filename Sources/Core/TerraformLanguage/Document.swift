/// One file of HCL: its bytes as they are, and the places of blocks, attributes and expressions in them.
package struct Document: Hashable, Sendable {
    package let path: String
    package let bytes: [UInt8]
    package let body: Body

    private init(path: String, bytes: [UInt8], body: Body) {
        self.path = path
        self.bytes = bytes
        self.body = body
    }

    package static func parse(_ bytes: [UInt8], path: String) throws(SyntaxError) -> Document {
        var parser = try Parser(bytes)
        return Document(path: path, bytes: bytes, body: try parser.file())
    }

    package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    package func text(_ token: Token) -> String { text(token.range) }

    /// The tokens of a part that begins and ends with whole ones, comments and line breaks among them.
    package func tokens(in range: Range<Int>) -> [Token] { Lexer.tokens(in: range, of: bytes) }

    /// All tokens of the text; a template is one token.
    package var tokens: [Token] {
        var lexer = Lexer(bytes)
        return (try? lexer.tokens()) ?? []
    }

    /// Where the comments are, also those within templates, in the order of the text.
    package var comments: [Range<Int>] { comments(in: tokens) }

    private func comments(in tokens: [Token]) -> [Range<Int>] {
        tokens.flatMap { token in
            token.kind == .comment
                ? [token.range] : token.sequences.flatMap { comments(in: self.tokens(in: $0.range)) }
        }
    }

    /// The value of an expression that is a literal and nothing else.
    package func literal(_ attribute: Attribute) -> Literal? { attribute.expression.literal }

    /// The value of a string, number or word that stands alone; nil for what is computed.
    package func literal(_ token: Token) -> Literal? {
        switch token.kind {
        case .string(let sequences) where sequences.isEmpty: .string(Literal.unquoted(bytes[token.range]))
        case .number: .number(text(token))
        case .identifier: ["true": .bool(true), "false": .bool(false), "null": .null][text(token)]
        default: nil
        }
    }

    package func literal(_ expression: Expression) -> Literal? { expression.literal }

    /// The same bytes with one range replaced.
    package func replacing(_ range: Range<Int>, with text: String) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + Array(text.utf8) + Array(bytes[range.upperBound...])
    }
}
