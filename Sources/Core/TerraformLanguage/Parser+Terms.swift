extension Parser {
    /// A value without operators around it and steps after it.
    mutating func term() throws(SyntaxError) -> Expression {
        guard let token = next, token.kind != .newline else {
            throw SyntaxError("a value is missing", at: nextOffset)
        }
        switch token.kind {
        case .number: return try number()
        case .identifier: return try name()
        case .string(let sequences):
            read()
            guard !sequences.isEmpty else {
                return Expression(
                    form: .literal(.string(Literal.unquoted(bytes[token.range]))), range: token.range)
            }
            return Expression(form: .template(try template(sequences)), range: token.range)
        case .heredoc(let sequences):
            read()
            return Expression(form: .template(try template(sequences)), range: token.range)
        case .symbol("("): return try parentheses(token)
        case .symbol("["): return try tuple(token)
        case .symbol("{"): return try object(token)
        default: throw expected("a value")
        }
    }

    mutating func number() throws(SyntaxError) -> Expression {
        guard let token = read() else { throw expected("a number") }
        let text = text(token)
        guard Self.isNumber(text) else {
            throw SyntaxError("'\(text.prefix(40))' is not a number", at: token.range.lowerBound)
        }
        return Expression(form: .literal(.number(text)), range: token.range)
    }

    /// At most one dot, then at most one exponent that Terraform's numbers have room for.
    private static func isNumber(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard parts.count <= 2, parts[0].count(where: { $0 == "." }) <= 1 else { return false }
        return parts.count == 1 || (Int(parts[1]).map { $0.magnitude <= 2_000_000_000 } ?? false)
    }

    private mutating func name() throws(SyntaxError) -> Expression {
        guard let token = read() else { throw expected("a name") }
        let first = text(token)
        if isNext("(") || isNext("::") { return try call(first, from: token.range.lowerBound) }
        let known: [String: Literal] = ["true": .bool(true), "false": .bool(false), "null": .null]
        return Expression(form: known[first].map(Expression.Form.literal) ?? .name(first), range: token.range)
    }

    private mutating func call(_ first: String, from start: Int) throws(SyntaxError) -> Expression {
        var (name, namespace) = (first, [String]())
        while take("::") {
            guard let part = takeName() else { throw expected("the name of a function") }
            namespace.append(name)
            name = part
        }
        guard let open = next, open.isSymbol("(") else { throw expected("the '(' of a function") }
        read()
        let arguments = try nested(crossingLines: true, at: start) { (parser) throws(SyntaxError) in
            try parser.arguments(open)
        }
        let range = start..<lastOffset
        return Expression(
            form: .call(FunctionCall(name: name, namespace: namespace, arguments: arguments, range: range)),
            range: range)
    }

    private mutating func arguments(_ open: Token) throws(SyntaxError) -> [Expression] {
        var arguments: [Expression] = []
        while !take(")") {
            guard next != nil else { throw unclosed(open) }
            arguments.append(try expression())
            if take("...") {
                guard take(")") else { throw expected("the ')' after '...'") }
                break
            }
            guard isNext(")") || take(",") || next == nil else { throw expected("',' or ')'") }
        }
        return arguments
    }

    private mutating func parentheses(_ open: Token) throws(SyntaxError) -> Expression {
        read()
        let inside = try nested(crossingLines: true, at: open.range.lowerBound) { (parser) throws(SyntaxError) in
            let inside = try parser.expression()
            guard parser.next != nil else { throw parser.unclosed(open) }
            guard parser.take(")") else { throw parser.expected("')'") }
            return inside
        }
        return computed([inside], from: open.range.lowerBound)
    }
}
