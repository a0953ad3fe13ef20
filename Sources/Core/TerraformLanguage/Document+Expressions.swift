/// One `key = value` of an object constructor.
package struct ObjectItem: Hashable, Sendable {
    /// Nil for a key that is an expression.
    package let key: String?
    package let value: Expression
}

/// A function that is called by its name.
package struct FunctionCall: Hashable, Sendable {
    /// With its namespace, such as `provider::aws::arn_parse`.
    package let name: String
    /// From the name to the closing parenthesis.
    package let range: Range<Int>
}

extension Document {
    /// The value of an expression that is a literal and nothing else.
    package func literal(_ attribute: Attribute) -> Literal? { literal(attribute.expression) }

    package func literal(_ expression: Expression) -> Literal? {
        let tokens = expression.tokens
        if tokens.count == 2, tokens[0].isSymbol("-"), tokens[1].kind == .number {
            return .number("-" + text(tokens[1]))
        }
        guard tokens.count == 1, let token = tokens.first else { return nil }
        switch token.kind {
        case .string(interpolations: []): return .string(Literal.unquoted(bytes[token.range]))
        case .number: return .number(text(token))
        case .identifier:
            return ["true": .bool(true), "false": .bool(false), "null": .null][text(token)]
        default: return nil
        }
    }

    /// The items of an object constructor; nil for any other expression, `for` expressions among them.
    package func objectItems(_ expression: Expression) -> [ObjectItem]? {
        let tokens = expression.tokens
        guard let first = tokens.first, first.isSymbol("{"), closing(tokens, at: 0) == tokens.count - 1 else {
            return nil
        }
        if tokens.count > 1, let second = tokens.dropFirst().first(where: { $0.kind != .newline }),
            second.kind == .identifier, text(second) == "for"
        {
            let isKey = tokens.drop { $0.range.upperBound <= second.range.upperBound }.first.map {
                $0.isSymbol("=") || $0.isSymbol(":")
            }
            guard isKey == true else { return nil }
        }
        var items: [ObjectItem] = []
        for part in parts(tokens[1..<(tokens.count - 1)], separatedByNewlines: true) {
            guard let sign = topLevel(part, where: { $0.isSymbol("=") || $0.isSymbol(":") }) else { return nil }
            let key = trimmed(part[..<sign])
            guard let value = self.expression(of: part[(sign + 1)...]), !key.isEmpty else { return nil }
            items.append(ObjectItem(key: self.key(key), value: value))
        }
        return items
    }

    /// The elements of a tuple constructor; nil for any other expression.
    package func elements(_ expression: Expression) -> [Expression]? {
        let tokens = expression.tokens
        guard let first = tokens.first, first.isSymbol("["), closing(tokens, at: 0) == tokens.count - 1 else {
            return nil
        }
        let inside = tokens[1..<(tokens.count - 1)]
        if let second = inside.first(where: { $0.kind != .newline }), text(second) == "for" { return nil }
        return parts(inside, separatedByNewlines: false).compactMap(expression(of:))
    }

    /// Every function called in some tokens, also inside templates.
    package func calls(in tokens: [Token]) -> [FunctionCall] {
        var calls: [FunctionCall] = []
        for (index, token) in tokens.enumerated() {
            for range in token.interpolations { calls += self.calls(in: nested(range)) }
            guard token.kind == .identifier, index + 1 < tokens.count, tokens[index + 1].isSymbol("(") else { continue }
            let end = closing(tokens, at: index + 1).map { tokens[$0].range.upperBound } ?? token.range.upperBound
            let start = namespace(before: index, in: tokens)
            let name = tokens[start...index].map(text).joined()
            calls.append(FunctionCall(name: name, range: tokens[start].range.lowerBound..<end))
        }
        return calls
    }

    /// Where a name such as `provider::aws::arn_parse` begins.
    private func namespace(before index: Int, in tokens: [Token]) -> Int {
        var start = index
        while start > 1, tokens[start - 1].isSymbol("::"), tokens[start - 2].kind == .identifier { start -= 2 }
        return start
    }

    /// Every traversal such as `var.size` or `aws_instance.web.id`, also inside templates.
    package func references(in tokens: [Token]) -> [String] {
        var references: [String] = []
        var index = 0
        while index < tokens.count {
            for range in tokens[index].interpolations { references += self.references(in: nested(range)) }
            guard tokens[index].kind == .identifier else {
                index += 1
                continue
            }
            var steps = [text(tokens[index])]
            while index + 2 < tokens.count, tokens[index + 1].isSymbol("."), tokens[index + 2].kind == .identifier {
                steps.append(text(tokens[index + 2]))
                index += 2
            }
            if steps.count > 1 { references.append(steps.joined(separator: ".")) }
            index += 1
        }
        return references
    }

    /// The tokens inside a template expression, which were lexed once without error already.
    private func nested(_ range: Range<Int>) -> [Token] {
        var lexer = Lexer(bytes, range: range)
        return (try? lexer.tokens())?.filter { $0.kind != .comment } ?? []
    }

    // MARK: Delimiting

    private func key(_ tokens: ArraySlice<Token>) -> String? {
        guard tokens.count == 1, let token = tokens.first else { return nil }
        switch token.kind {
        case .identifier, .number: return text(token)
        case .string(interpolations: []): return Literal.unquoted(bytes[token.range])
        default: return nil
        }
    }

    private func expression(of tokens: ArraySlice<Token>) -> Expression? {
        let kept = trimmed(tokens)
        guard let first = kept.first, let last = kept.last else { return nil }
        return Expression(tokens: Array(kept), range: first.range.lowerBound..<last.range.upperBound)
    }

    private func trimmed(_ tokens: ArraySlice<Token>) -> ArraySlice<Token> {
        let start = tokens.firstIndex { $0.kind != .newline } ?? tokens.endIndex
        let end = tokens.lastIndex { $0.kind != .newline }.map { $0 + 1 } ?? start
        return tokens[start..<end]
    }

    /// Splits at commas, and at newlines where they separate, outside of any brackets.
    private func parts(_ tokens: ArraySlice<Token>, separatedByNewlines: Bool) -> [ArraySlice<Token>] {
        var parts: [ArraySlice<Token>] = []
        var (start, depth) = (tokens.startIndex, 0)
        for index in tokens.indices {
            let token = tokens[index]
            depth += change(token)
            let separates = token.isSymbol(",") || (separatedByNewlines && token.kind == .newline)
            if depth == 0, separates {
                parts.append(tokens[start..<index])
                start = index + 1
            }
        }
        parts.append(tokens[start...])
        return parts.filter { !trimmed($0).isEmpty }
    }

    private func topLevel(_ tokens: ArraySlice<Token>, where matches: (Token) -> Bool) -> Int? {
        var depth = 0
        for index in tokens.indices {
            if depth == 0, matches(tokens[index]) { return index }
            depth += change(tokens[index])
        }
        return nil
    }

    /// The index of the bracket that closes the one at an index.
    private func closing(_ tokens: [Token], at start: Int) -> Int? {
        var depth = 0
        for index in start..<tokens.count {
            depth += change(tokens[index])
            if depth == 0 { return index }
        }
        return nil
    }

    private func change(_ token: Token) -> Int {
        guard case .symbol(let symbol) = token.kind else { return 0 }
        return "{[(".contains(symbol) ? 1 : "}])".contains(symbol) ? -1 : 0
    }
}
