extension Document {
    /// An expression on one line without comments, spaced as `terraform fmt` would; equal texts are equal code.
    package func normalized(_ expression: Expression) -> String {
        let tokens = Self.separated(tokens(in: expression.range).filter { $0.kind != .comment }, in: self)
        var result = ""
        for (index, piece) in tokens.enumerated() {
            if index > 0, spaces(between: index - 1, in: tokens) { result += " " }
            result += piece.text
            // The marker of a heredoc ends its line.
            if piece.kind.isHeredoc, index + 1 < tokens.count { result += "\n" }
        }
        return result
    }

    private struct Piece {
        let kind: Token.Kind
        let text: String

        func isSymbol(_ symbols: String...) -> Bool {
            if case .symbol(let symbol) = kind { symbols.contains(symbol) } else { false }
        }
    }

    /// A comma for each line break that separates items of an object; other line breaks mean nothing.
    private static func separated(_ tokens: [Token], in document: Document) -> [Piece] {
        var pieces: [Piece] = []
        var open: [Bool] = []
        for (index, token) in tokens.enumerated() {
            let isOpening = token.isSymbol("{") || token.isSymbol("[") || token.isSymbol("(")
            if isOpening {
                let first = tokens[(index + 1)...].first { $0.kind != .newline }
                open.append(token.isSymbol("{") && first.map(document.text) != "for")
            }
            if token.isSymbol("}") || token.isSymbol("]") || token.isSymbol(")") {
                open.removeLast()
                if pieces.last?.isSymbol(",") == true { pieces.removeLast() }
            }
            guard token.kind == .newline else {
                pieces.append(Piece(kind: token.kind, text: document.text(token)))
                continue
            }
            guard open.last == true, pieces.last?.isSymbol(",", "{") == false else { continue }
            pieces.append(Piece(kind: .symbol(","), text: ","))
        }
        return pieces
    }

    /// The rules of `terraform fmt` (hashicorp/hcl, hclwrite/format.go), for the tokens that expressions have.
    private func spaces(between index: Int, in pieces: [Piece]) -> Bool {
        let (left, right) = (pieces[index], pieces[index + 1])
        let before = index > 0 ? pieces[index - 1] : nil
        if left.kind.isHeredoc { return false }
        if left.kind == .identifier, right.isSymbol("(", "::") { return false }
        if left.isSymbol("::", ".", "!") || right.isSymbol(".", ",", "...") { return false }
        if left.isSymbol(",") { return true }
        if left.text == "in", left.kind == .identifier, before?.kind == .identifier { return true }
        if right.isSymbol("[") {
            let isIndex = left.kind == .identifier || left.kind == .number || left.isSymbol("]", ")", "}")
            if isIndex { return false }
        }
        if left.isSymbol("-") { return before.map(Self.endsValue) ?? false }
        if left.isSymbol("{") || right.isSymbol("}") { return !(left.isSymbol("{") && right.isSymbol("}")) }
        return !left.isSymbol("[", "(") && !right.isSymbol("]", ")")
    }

    private static func endsValue(_ piece: Piece) -> Bool {
        guard case .symbol(let symbol) = piece.kind else { return true }
        return ["]", ")", "}"].contains(symbol)
    }
}

extension Token.Kind {
    fileprivate var isHeredoc: Bool { if case .heredoc = self { true } else { false } }
}
