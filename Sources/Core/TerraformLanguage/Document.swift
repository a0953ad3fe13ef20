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

    /// Where the comments are, outside of templates; in the order of the text.
    package var comments: [Range<Int>] {
        var lexer = Lexer(bytes)
        return ((try? lexer.tokens()) ?? []).filter { $0.kind == .comment }.map(\.range)
    }

    /// The top-level blocks with an address, such as `aws_instance.web`.
    package func blocks(at address: String) -> [Block] {
        body.blocks.filter { $0.address == address }
    }

    /// The same bytes with one range replaced.
    package func replacing(_ range: Range<Int>, with text: String) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + Array(text.utf8) + Array(bytes[range.upperBound...])
    }
}
