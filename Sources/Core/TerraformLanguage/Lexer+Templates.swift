extension Lexer {
    // MARK: Quoted strings

    mutating func string() throws(SyntaxError) -> Token.Kind {
        let start = position
        position += 1
        var sequences: [TemplateSequence] = []
        while let byte = peek(0), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return .string(sequences)
            case UInt8(ascii: "\\"): try escape()
            default: try templatePart(into: &sequences)
            }
        }
        throw SyntaxError("a string that is never closed on its line", at: start)
    }

    /// Skips a backslash and what it stands for.
    private mutating func escape() throws(SyntaxError) {
        let start = position
        position += 2
        switch peek(-1) {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "\""), UInt8(ascii: "\\"): return
        case UInt8(ascii: "u"): try code(4, from: start)
        case UInt8(ascii: "U"): try code(8, from: start)
        default:
            throw SyntaxError("a backslash that begins no escape; a backslash itself is written '\\\\'", at: start)
        }
    }

    private mutating func code(_ digits: Int, from start: Int) throws(SyntaxError) {
        let last = position + digits
        let text = last <= end ? String(decoding: bytes[position..<last], as: UTF8.self) : ""
        guard text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(text, radix: 16), Unicode.Scalar(value) != nil
        else {
            throw SyntaxError("an escape that is no character; write \\u and four digits, or \\U and eight", at: start)
        }
        position = last
    }

    /// One character, an escaped marker, or a whole `${ }` or `%{ }`.
    private mutating func templatePart(into sequences: inout [TemplateSequence]) throws(SyntaxError) {
        let byte = bytes[position]
        guard byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") else {
            guard let length = scalar(at: position)?.length else { throw notUTF8 }
            position += length
            return
        }
        if peek(1) == byte, peek(2) == UInt8(ascii: "{") {
            position += 3
        } else if peek(1) == UInt8(ascii: "{") {
            sequences.append(try sequence())
        } else {
            position += 1
        }
    }

    /// Lexes the inside, so that braces in nested strings and comments do not count.
    private mutating func sequence() throws(SyntaxError) -> TemplateSequence {
        let start = position
        guard depth < Self.deepest else { throw SyntaxError("templates that are nested too deeply", at: start) }
        let inside = position + (peek(2) == UInt8(ascii: "~") ? 3 : 2)
        var inner = Lexer(bytes, range: min(inside, end)..<end, depth: depth + 1)
        var open = 1
        while let token = try inner.next() {
            if token.isSymbol("{") { open += 1 }
            if token.isSymbol("}") || token.isSymbol("~}") { open -= 1 }
            guard open > 0 else {
                position = inner.position
                return TemplateSequence(
                    range: inside..<token.range.lowerBound, isDirective: bytes[start] == UInt8(ascii: "%"))
            }
            if token.isSymbol("~}") { throw SyntaxError("a '~}' that closes no template", at: token.range.lowerBound) }
        }
        throw SyntaxError("a '\(bytes[start] == UInt8(ascii: "%") ? "%{" : "${")' that is never closed", at: start)
    }

    // MARK: Heredocs

    mutating func heredoc() throws(SyntaxError) -> Token.Kind {
        let start = position
        position += peek(2) == UInt8(ascii: "-") ? 3 : 2
        let name = position
        let hasName = identifier()
        let marker = bytes[name..<position]
        guard hasName, skipLineEnd() else {
            throw SyntaxError("a '<<' without a marker that ends the line, such as <<EOT", at: start)
        }
        var sequences: [TemplateSequence] = []
        while position < end {
            if endsHere(marker) { return .heredoc(sequences) }
            try heredocLine(into: &sequences)
        }
        throw SyntaxError(
            "a heredoc that is never closed; '\(String(decoding: marker, as: UTF8.self))' has to stand on a line of its own",
            at: start)
    }

    private mutating func heredocLine(into sequences: inout [TemplateSequence]) throws(SyntaxError) {
        while position < end, !skipLineEnd() {
            guard bytes[position] != UInt8(ascii: "\r") else {
                throw SyntaxError("a carriage return without a line feed", at: position)
            }
            try templatePart(into: &sequences)
        }
    }

    private mutating func skipLineEnd() -> Bool {
        let length = peek(0) == UInt8(ascii: "\r") ? 2 : 1
        guard peek(length - 1) == UInt8(ascii: "\n") else { return false }
        position += length
        return true
    }

    /// At the start of a line: skips all but its break, if it has the marker and white space of any kind.
    private mutating func endsHere(_ marker: ArraySlice<UInt8>) -> Bool {
        var place = afterSpace(from: position)
        guard bytes[place..<end].starts(with: marker) else { return false }
        place = afterSpace(from: place + marker.count)
        let isEnd = place < end && (bytes[place] == 0x0A || (place + 1 < end && bytes[place + 1] == 0x0A))
        guard isEnd, bytes[place] == 0x0A || bytes[place] == 0x0D else { return false }
        position = place
        return true
    }

    private func afterSpace(from start: Int) -> Int {
        var place = start
        while let next = scalar(at: place), next.scalar != "\n", next.scalar != "\r",
            next.scalar.properties.isWhitespace
        { place += next.length }
        return place
    }
}
