/// A way from a block into its attributes: `root_block_device.0.volume_type`, `input.size`, `tags["a.b"]`.
package struct AttributePath: Hashable, Sendable {
    package let steps: [String]

    package init(steps: [String]) {
        self.steps = steps
    }

    /// Steps stand between dots, or as `[0]` and `["key"]`; nil for what is neither.
    package init?(_ text: String) {
        var steps: [String] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            if first == UInt8(ascii: "[") {
                guard let (key, count) = Self.key(Array(rest)) else { return nil }
                steps.append(key)
                rest = rest.dropFirst(count)
            } else {
                if first == UInt8(ascii: "."), !steps.isEmpty { rest = rest.dropFirst() }
                let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                guard !name.isEmpty else { return nil }
                steps.append(String(decoding: name, as: UTF8.self))
                rest = rest.dropFirst(name.count)
            }
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    /// What stands in brackets at the start, and how long it is with them.
    private static func key(_ bytes: [UInt8]) -> (key: String, count: Int)? {
        var lexer = Lexer(bytes, range: 1..<bytes.count)
        guard let token = try? lexer.next(), let close = try? lexer.next(), close.isSymbol("]") else { return nil }
        switch token.kind {
        case .number: return (String(decoding: bytes[token.range], as: UTF8.self), close.range.upperBound)
        case .string(let sequences) where sequences.isEmpty:
            return (Literal.unquoted(bytes[token.range]), close.range.upperBound)
        default: return nil
        }
    }

    /// One step as it stands in a path: plain where it looks like a name or a number.
    private static func shown(_ step: String) -> String {
        let isPlain = step.unicodeScalars.allSatisfy { $0 == "-" || $0.properties.isIDContinue }
        return isPlain && !step.isEmpty ? step : "[\(Literal.string(step).source)]"
    }

    static func joined(_ steps: [String]) -> String {
        steps.map(shown).reduce("") { $0.isEmpty || $1.hasPrefix("[") ? $0 + $1 : "\($0).\($1)" }
    }
}

extension AttributePath: CustomStringConvertible {
    package var description: String { Self.joined(steps) }
}
