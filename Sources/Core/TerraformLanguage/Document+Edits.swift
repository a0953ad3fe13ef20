extension Document {
    /// The bytes with the value at a path of a body set to a literal; every other byte stays, but for the blanks that
    /// `terraform fmt` would change with it, where the lines around were aligned before.
    ///
    /// A path whose last step is missing is added below the last sibling; nil where the step before it is missing, too,
    /// or can have no more.
    package func setting(
        _ path: String, to literal: Literal, in body: Body, aligning: Bool = true
    ) -> [UInt8]? {
        guard let edit = edit(path, to: literal, in: body) else { return nil }
        let after = replacing(edit.range, with: edit.text)
        let edited = edit.range.lowerBound..<(edit.range.lowerBound + edit.text.utf8.count)
        guard aligning, var alignment = Alignment(after, edited: edited, before: bytes) else { return after }
        return alignment.aligned()
    }

    private typealias Edit = (range: Range<Int>, text: String)

    private func edit(_ path: String, to literal: Literal, in body: Body) -> Edit? {
        if let expression = expression(at: path, in: body) { return (expression.range, literal.source) }
        guard let steps = AttributePath(path)?.steps, let name = steps.last else { return nil }
        guard steps.count > 1 else { return adding(name, literal, to: body) }
        let parent = expression(at: AttributePath.joined(Array(steps.dropLast())), in: body)
        if let parent, parent.objectItems != nil {
            // An object that begins with the name 'for' is another thing.
            let key = Self.isName(name) && name != "for" ? name : Literal.string(name).source
            return adding("\(key) = \(literal.source)", to: parent)
        }
        return nestedBody(at: steps.dropLast(), in: body).flatMap { adding(name, literal, to: $0) }
    }

    private static func isName(_ text: String) -> Bool {
        var lexer = Lexer(Array(text.utf8))
        return lexer.identifier() && lexer.position == lexer.end
    }

    private func nestedBody(at steps: ArraySlice<String>, in body: Body) -> Body? {
        guard !steps.isEmpty else { return body }
        return Self.nested(steps, in: body).flatMap { nestedBody(at: $0.rest, in: $0.body) }
    }

    // MARK: New lines

    /// Below the last argument, or at the start where there is none.
    private func adding(_ name: String, _ literal: Literal, to body: Body) -> Edit? {
        guard Self.isName(name), body.attribute(name) == nil else { return nil }
        let line = "\(name) = \(literal.source)"
        let isFile = body.range == 0..<bytes.count
        if !isFile, !hasLineBreak(body.range) { return expanding(body.range, with: line) }
        if let last = body.attributes.last { return below(last.range, line, in: body.range) }
        if isFile {
            let isOpen = bytes.last != 10 && !tokens.isEmpty
            return (bytes.count..<bytes.count, "\(isOpen ? lineEnd : "")\(line)\(lineEnd)")
        }
        let indentation = body.items.first.map { self.indentation(at: $0.range.lowerBound) } ?? inner(body.range)
        return lineBreak(in: body.range).map { ($0.upperBound..<$0.upperBound, "\(indentation)\(line)\(lineEnd)") }
    }

    private func adding(_ item: String, to object: Expression) -> Edit? {
        let inside = (object.range.lowerBound + 1)..<(object.range.upperBound - 1)
        guard let last = object.objectItems?.last?.value else { return addingFirst(item, in: inside) }
        if let edit = below(last.range, item, in: inside) { return edit }
        let rest = tokens(in: last.range.upperBound..<inside.upperBound)
        guard let comma = rest.first, comma.isSymbol(",") else {
            return (last.range.upperBound..<last.range.upperBound, ", \(item)")
        }
        return (comma.range.upperBound..<comma.range.upperBound, " \(item)")
    }

    /// Into braces that hold no item, and perhaps comments.
    private func addingFirst(_ item: String, in inside: Range<Int>) -> Edit {
        if let end = lineBreak(in: inside)?.upperBound { return (end..<end, "\(inner(inside))\(item)\(lineEnd)") }
        let comments = text(inside).trimmed
        return (inside, comments.isEmpty ? " \(item) " : " \(comments) \(item) ")
    }

    /// On a line of its own below a sibling; nil where the sibling's line has no end within a range.
    private func below(_ sibling: Range<Int>, _ line: String, in range: Range<Int>) -> Edit? {
        let isLast = range.upperBound == bytes.count && !hasLineBreak(sibling.upperBound..<range.upperBound)
        let place = isLast ? bytes.count : lineBreak(in: sibling.upperBound..<range.upperBound)?.lowerBound
        return place.map { ($0..<$0, "\(lineEnd)\(indentation(at: sibling.lowerBound))\(line)") }
    }

    /// Braces on one line are opened for a second line.
    private func expanding(_ range: Range<Int>, with line: String) -> Edit {
        let old = text(range).trimmed
        let lines = (old.isEmpty ? [] : [old]) + [line]
        let outer = indentation(at: range.lowerBound)
        return (range, lineEnd + lines.map { "\(outer)  \($0)\(lineEnd)" }.joined() + outer)
    }

    // MARK: Line breaks and indentation

    /// That of most files: all lines end alike.
    private var lineEnd: String {
        bytes.firstIndex(of: 10).map { $0 > 0 && bytes[$0 - 1] == 13 } == true ? "\r\n" : "\n"
    }

    /// The first line break that is not within a comment or a template.
    private func lineBreak(in range: Range<Int>) -> Range<Int>? {
        tokens(in: range).first { $0.kind == .newline }?.range
    }

    private func hasLineBreak(_ range: Range<Int>) -> Bool { lineBreak(in: range) != nil }

    /// The blanks at the start of the line that holds a byte.
    private func indentation(at offset: Int) -> String {
        let start = bytes[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start..<offset].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    /// That of a line within braces.
    private func inner(_ range: Range<Int>) -> String { indentation(at: range.lowerBound) + "  " }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
