/// A value that stands in the code as itself.
package enum Literal: Hashable, Sendable {
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    /// The value as text; nil for null.
    package var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null: nil
        }
    }

    /// The literal as HCL writes it.
    package var source: String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        }
    }

    // MARK: Writing

    private static func quoted(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = "\""
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            result += (scalar == "$" || scalar == "%") && next == "{" ? "\(scalar)\(scalar)" : escaped(scalar)
        }
        return result + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            guard isHidden(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            let length = digits.count > 4 ? 8 : 4
            return "\\\(length == 8 ? "U" : "u")\(String(repeating: "0", count: length - digits.count))\(digits)"
        }
    }

    /// Control characters and what changes the direction of a text: nobody who reads the code would see them.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    // MARK: Reading

    /// The text of a quoted string without sequences, whose escapes were found to be right.
    static func unquoted(_ quoted: ArraySlice<UInt8>) -> String {
        var rest = quoted.dropFirst().dropLast()
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"): result += escape(&rest)
            case UInt8(ascii: "$"), UInt8(ascii: "%"):
                result.append(byte)
                if rest.first == byte, rest.dropFirst().first == UInt8(ascii: "{") { rest = rest.dropFirst() }
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func escape(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        guard let letter = rest.popFirst() else { return [] }
        switch letter {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = rest.prefix(letter == UInt8(ascii: "u") ? 4 : 8)
            rest = rest.dropFirst(digits.count)
            let scalar = UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
            return Array(String(scalar ?? "\u{FFFD}").utf8)
        default: return [letter]
        }
    }
}
