extension Lexer {
    private static let long: Set<String> = ["...", "==", "!=", "<=", ">=", "&&", "||", "=>", "::"]

    // MARK: Names

    /// Skips a name, if one begins here.
    mutating func identifier() -> Bool {
        guard let first = scalar(at: position), Self.starts(first.scalar) else { return false }
        position += first.length
        while let next = scalar(at: position), Self.continues(next.scalar) { position += next.length }
        return true
    }

    private static func starts(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return isKnown(scalar) && scalar.properties.isIDStart }
        return scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static func continues(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return isKnown(scalar) && scalar.properties.isIDContinue }
        return starts(scalar) || scalar == "-" || ("0"..."9").contains(scalar)
    }

    /// Terraform's names are made of the letters of Unicode 9.
    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.age.map { $0.major <= 9 } ?? false
    }

    /// The character at a place and its length in bytes; nil at the end, and for what is no UTF-8.
    func scalar(at place: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        guard place < end else { return nil }
        let first = bytes[place]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let (length, least): (Int, UInt32) =
            first >= 0xF0 ? (4, 0x10000) : first >= 0xE0 ? (3, 0x800) : (2, 0x80)
        guard (0xC2...0xF4).contains(first), place + length <= end else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for byte in bytes[(place + 1)..<(place + length)] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }

    // MARK: Numbers

    /// The longest run of digits, dots and exponents that does not end with a dot; the parser knows which are numbers.
    mutating func number() -> Token.Kind {
        position += 1
        var place = position
        while place < end {
            let byte = bytes[place]
            if Self.isDigit(byte) {
                place += 1
            } else if byte | 0x20 == UInt8(ascii: "e"), let length = exponent(at: place + 1) {
                place += 1 + length
            } else if byte == UInt8(ascii: ".") {
                place += 1
                continue
            } else {
                break
            }
            position = place
        }
        return .number
    }

    /// The length of an optional sign and one digit.
    private func exponent(at place: Int) -> Int? {
        let sign = place < end && (bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-")) ? 1 : 0
        return place + sign < end && Self.isDigit(bytes[place + sign]) ? sign + 1 : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    // MARK: Symbols

    mutating func symbol() throws(SyntaxError) -> Token.Kind {
        let length = peek(0) == UInt8(ascii: ".") ? 3 : 2
        if let next = peek(1), "=&|>:.}".utf8.contains(next), position + length <= end {
            let text = String(decoding: bytes[position..<(position + length)], as: UTF8.self)
            if Self.long.contains(text) || (text == "~}" && depth > 0) {
                position += length
                return .symbol(text)
            }
        }
        guard "{}[]()=,.:?!<>+-*/%".utf8.contains(bytes[position]) else { throw unknown() }
        position += 1
        return .symbol(String(decoding: [bytes[position - 1]], as: UTF8.self))
    }

    private func unknown() -> SyntaxError {
        guard let scalar = scalar(at: position)?.scalar else { return notUTF8 }
        let advice: String
        switch scalar {
        case "'", "\u{201C}", "\u{201D}": advice = "; texts stand in double quotes (\")"
        case "`": advice = "; a text of several lines is a heredoc (<<EOT)"
        case ";": advice = "; arguments and blocks end with their line"
        case "&": advice = "; 'and' is '&&'"
        case "|": advice = "; 'or' is '||'"
        case "\r": advice = "; a line ends with a line feed, or with a carriage return and a line feed"
        default: advice = ""
        }
        return SyntaxError("\(Self.shown(scalar)) means nothing here\(advice)", at: position)
    }

    /// What prints as itself, or the number of the character.
    private static func shown(_ scalar: Unicode.Scalar) -> String {
        let isVisible = scalar.properties.isGraphemeBase && !scalar.properties.isWhitespace
        let number = String(scalar.value, radix: 16, uppercase: true)
        let zeros = String(repeating: "0", count: max(0, 4 - number.count))
        return isVisible ? "'\(scalar)'" : "the character U+\(zeros)\(number)"
    }

    var notUTF8: SyntaxError { SyntaxError("bytes that are not UTF-8; save the file as UTF-8", at: position) }
}
