extension Parser {
    mutating func file() throws(SyntaxError) -> Body {
        let items = try items()
        if next != nil { throw SyntaxError("a '}' that closes nothing", at: nextOffset) }
        return Body(items: items, range: 0..<bytes.count)
    }

    /// Up to the end, or to a closing brace.
    private mutating func items() throws(SyntaxError) -> [Body.Item] {
        var items: [Body.Item] = []
        var names: Set<String> = []
        while let token = next, !token.isSymbol("}") {
            guard token.kind != .newline else {
                read()
                continue
            }
            let item = try item()
            if case .attribute(let attribute) = item, !names.insert(attribute.name).inserted {
                throw SyntaxError("'\(attribute.name)' is set twice", at: attribute.range.lowerBound)
            }
            items.append(item)
            guard next == nil || next?.kind == .newline else { throw expected("the end of the line") }
        }
        return items
    }

    private mutating func item() throws(SyntaxError) -> Body.Item {
        guard let name = next, name.kind == .identifier else { throw expected("an argument or a block") }
        read()
        if take("=") {
            return .attribute(try attribute(name))
        }
        return .block(
            try nested(crossingLines: false, at: name.range.lowerBound) { (parser) throws(SyntaxError) in
                try parser.block(name)
            })
    }

    private mutating func attribute(_ name: Token) throws(SyntaxError) -> Attribute {
        let value = try expression()
        return Attribute(
            name: text(name), range: name.range.lowerBound..<value.range.upperBound, expression: value)
    }

    private mutating func block(_ name: Token) throws(SyntaxError) -> Block {
        var labels: [String] = []
        while !isNext("{") { labels.append(try label(isFirst: labels.isEmpty)) }
        read()
        let start = lastOffset
        let items = next == nil || next?.kind == .newline || isNext("}") ? try items() : try onlyItem()
        guard let close = next else {
            throw SyntaxError("a block that is never closed", at: name.range.lowerBound)
        }
        guard take("}") else { throw expected("the '}' of a block on one line") }
        return Block(
            type: text(name), labels: labels, body: Body(items: items, range: start..<close.range.lowerBound),
            range: name.range.lowerBound..<close.range.upperBound)
    }

    /// A block on one line holds one argument and no block.
    private mutating func onlyItem() throws(SyntaxError) -> [Body.Item] {
        guard let name = next, name.kind == .identifier else { throw expected("an argument") }
        read()
        guard take("=") else { throw expected("the '=' of the only argument of a block on one line") }
        return [.attribute(try attribute(name))]
    }

    private mutating func label(isFirst: Bool) throws(SyntaxError) -> String {
        let wanted = isFirst ? "'=', a label or '{'" : "a label or '{'"
        guard let token = next else { throw expected(wanted) }
        switch token.kind {
        case .identifier: break
        case .string(let sequences) where sequences.isEmpty: break
        case .string: throw SyntaxError("a label with a template in it", at: token.range.lowerBound)
        default: throw expected(wanted)
        }
        read()
        return token.kind == .identifier ? text(token) : Literal.unquoted(bytes[token.range])
    }
}
