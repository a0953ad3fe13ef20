extension Parser {
    private static let operators: Set<String> = [
        "||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%",
    ]

    /// A whole expression: operands with operators between them, and conditions.
    mutating func expression() throws(SyntaxError) -> Expression {
        let start = nextOffset
        return try nested(crossingLines: crossesLines, at: start) { (parser) throws(SyntaxError) in
            var parts = [try parser.operation()]
            while parser.take("?") {
                parts.append(try parser.expression())
                guard parser.take(":") else { throw parser.expected("the ':' of a condition") }
                parts.append(try parser.operation())
            }
            return parts.count == 1 ? parts[0] : parser.computed(parts, from: start)
        }
    }

    private mutating func operation() throws(SyntaxError) -> Expression {
        let start = nextOffset
        var operands = [try operand()]
        while case .symbol(let symbol)? = next?.kind, Self.operators.contains(symbol) {
            read()
            operands.append(try operand())
        }
        return operands.count == 1 ? operands[0] : computed(operands, from: start)
    }

    private mutating func operand() throws(SyntaxError) -> Expression {
        let start = nextOffset
        var signs = 0
        var isNegative = false
        while isNext("-") || isNext("!") {
            isNegative = isNext("-")
            signs += 1
            read()
        }
        let value = try traversal(from: try term())
        if signs == 0 { return value }
        if signs == 1, isNegative, case .literal(.number(let digits)) = value.form {
            return Expression(form: .literal(.number("-\(digits)")), range: start..<value.range.upperBound)
        }
        return computed([value], from: start)
    }

    func computed(_ parts: [Expression], from start: Int) -> Expression {
        Expression(form: .computed(parts), range: start..<lastOffset)
    }

    // MARK: Steps

    private mutating func traversal(from root: Expression) throws(SyntaxError) -> Expression {
        var steps: [Expression.Step] = []
        while isNext(".") || isNext("[") {
            if isNext("[") {
                steps.append(try index())
            } else {
                read()
                steps += try afterDot()
            }
        }
        return steps.isEmpty
            ? root : Expression(form: .traversal(root, steps), range: root.range.lowerBound..<lastOffset)
    }

    /// A name, a number as an index, or `*` and the names that it is taken of.
    private mutating func afterDot() throws(SyntaxError) -> [Expression.Step] {
        if let name = takeName() { return [.attribute(name)] }
        if next?.kind == .number { return [.index(try legacyIndex())] }
        guard take("*") else { throw expected("a name after the '.'") }
        var steps: [Expression.Step] = [.splat]
        while take(".") {
            if let name = takeName() {
                steps.append(.attribute(name))
            } else {
                guard next?.kind == .number else { throw expected("a name after the '.'") }
                steps.append(.index(try legacyIndex()))
            }
        }
        return steps
    }

    private mutating func legacyIndex() throws(SyntaxError) -> Expression {
        guard let token = next, !text(token).contains(".") else {
            throw SyntaxError("two indexes after dots; write them in brackets, as in [0][1]", at: nextOffset)
        }
        return try number()
    }

    private mutating func index() throws(SyntaxError) -> Expression.Step {
        guard let open = read() else { throw expected("'['") }
        if take("*") {
            guard take("]") else { throw expected("the ']' of '[*]'") }
            return .splat
        }
        return .index(
            try nested(crossingLines: true, at: open.range.lowerBound) { (parser) throws(SyntaxError) in
                let index = try parser.expression()
                guard parser.next != nil else { throw parser.unclosed(open) }
                guard parser.take("]") else { throw parser.expected("the ']' of an index") }
                return index
            })
    }
}
