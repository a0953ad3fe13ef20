extension Parser {
    // MARK: Tuples

    mutating func tuple(_ open: Token) throws(SyntaxError) -> Expression {
        read()
        let form = try nested(crossingLines: true, at: open.range.lowerBound) {
            (parser) throws(SyntaxError) -> Expression.Form in
            if parser.nextName == "for" { return .computed(try parser.comprehension(open)) }
            return .tuple(try parser.elements(open))
        }
        return Expression(form: form, range: open.range.lowerBound..<lastOffset)
    }

    private mutating func elements(_ open: Token) throws(SyntaxError) -> [Expression] {
        var elements: [Expression] = []
        while !take("]") {
            guard next != nil else { throw unclosed(open) }
            elements.append(try expression())
            guard isNext("]") || take(",") || next == nil else { throw expected("',' or ']'") }
        }
        return elements
    }

    // MARK: Objects

    mutating func object(_ open: Token) throws(SyntaxError) -> Expression {
        read()
        let isFor = try nested(crossingLines: true, at: open.range.lowerBound) { (parser) in parser.nextName == "for" }
        let form = try nested(crossingLines: isFor, at: open.range.lowerBound) {
            (parser) throws(SyntaxError) -> Expression.Form in
            isFor ? .computed(try parser.comprehension(open)) : .object(try parser.objectItems(open))
        }
        return Expression(form: form, range: open.range.lowerBound..<lastOffset)
    }

    private mutating func objectItems(_ open: Token) throws(SyntaxError) -> [ObjectItem] {
        var items: [ObjectItem] = []
        while !take("}") {
            guard let token = next else { throw unclosed(open) }
            guard token.kind != .newline else {
                read()
                continue
            }
            items.append(try objectItem(isComputed: token.isSymbol("(")))
            guard next?.kind == .newline || isNext("}") || take(",") || next == nil else {
                throw expected("',', '}' or the end of the line")
            }
        }
        return items
    }

    private mutating func objectItem(isComputed: Bool) throws(SyntaxError) -> ObjectItem {
        let key = try expression()
        guard take("=") || take(":") else { throw expected("the '=' after a key") }
        return ObjectItem(key: isComputed ? nil : Self.name(of: key), keyExpression: key, value: try expression())
    }

    /// The key that an expression writes out; nil for one that is computed.
    private static func name(of key: Expression) -> String? {
        switch key.form {
        case .name(let name), .literal(.string(let name)): return name
        case .literal(.bool(let value)): return value ? "true" : "false"
        case .literal(.null): return "null"
        case .literal(.number(let digits)):
            let isWhole = digits.allSatisfy(\.isWholeNumber) && (digits == "0" || !digits.hasPrefix("0"))
            return isWhole ? digits : nil
        default: return nil
        }
    }

    // MARK: For

    /// From `for` to the closing bracket.
    private mutating func comprehension(_ open: Token) throws(SyntaxError) -> [Expression] {
        read()
        var parts = [try source()]
        guard take(":") else { throw expected("the ':' of 'for'") }
        parts.append(try expression())
        let makesObject = open.isSymbol("{")
        if makesObject {
            guard take("=>") else { throw expected("the '=>' of 'for'") }
            parts.append(try expression())
            _ = take("...")
        }
        if nextName == "if" {
            read()
            parts.append(try expression())
        }
        guard next != nil else { throw unclosed(open) }
        guard take(makesObject ? "}" : "]") else { throw expected("the end of 'for'") }
        return parts
    }

    /// `name in collection` or `key, value in collection`; the collection.
    mutating func source() throws(SyntaxError) -> Expression {
        guard takeName() != nil else { throw expected("a name after 'for'") }
        if take(",") {
            guard takeName() != nil else { throw expected("a second name after 'for'") }
        }
        guard nextName == "in" else { throw expected("'in'") }
        read()
        return try expression()
    }
}
