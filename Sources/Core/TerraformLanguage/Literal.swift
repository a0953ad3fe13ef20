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

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r\n": result += "\\r\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.append(character)
            }
        }
        return result.replacing("${", with: "$${").replacing("%{", with: "%%{") + "\""
    }

    /// The text of a quoted string without interpolations.
    static func unquoted(_ quoted: ArraySlice<UInt8>) -> String {
        let inside = String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        var result = String.UnicodeScalarView()
        var scalars = inside.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\", let escaped = scalars.next() else {
                result.append(scalar)
                continue
            }
            switch escaped {
            case "n": result.append("\n")
            case "r": result.append("\r")
            case "t": result.append("\t")
            case "u": result.append(code(4, &scalars))
            case "U": result.append(code(8, &scalars))
            default: result.append(escaped)
            }
        }
        return String(result).replacing("$${", with: "${").replacing("%%{", with: "%{")
    }

    private static func code(_ digits: Int, _ scalars: inout String.UnicodeScalarView.Iterator) -> Unicode.Scalar {
        var hex = ""
        for _ in 0..<digits { if let next = scalars.next() { hex.unicodeScalars.append(next) } }
        return UInt32(hex, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    }
}
