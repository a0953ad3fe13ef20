import Foundation

/// Values that are known to be secret, in every form in which they are written, indexed for one pass over a text.
struct KnownValues: Sendable {
    /// Shorter ones occur by chance; replacing them would destroy the text and hide nothing.
    static let shortest = 4
    /// Shorter ones are only taken out as whole words, so that a secret `prod` does not destroy `production`.
    static let shortestWithinWords = 8
    /// What any text may say, and no one can guess a secret from.
    private static let words: Set<String> = ["true", "false", "null"]

    private let scalars: Set<String>
    /// By their first four bytes; the longest come first.
    private let patterns: [UInt32: [[UInt8]]]
    private let starts: [Bool]

    init(_ secrets: some Sequence<String>) {
        scalars = Set(secrets.filter { $0.count >= Self.shortest && !Self.words.contains($0) })
        let forms = Set(scalars.flatMap(SecretForms.all)).filter { $0.count >= Self.shortest && $0.utf8.count >= 4 }
        patterns = Dictionary(grouping: forms.map { Array($0.utf8) }) { Self.start(of: $0, at: 0) }
            .mapValues { $0.sorted { $0.count > $1.count } }
        var starts = [Bool](repeating: false, count: 256)
        for form in forms { if let first = form.utf8.first { starts[Int(first)] = true } }
        self.starts = starts
    }

    /// A number that a mask hid stands elsewhere as a number, too.
    func contains(scalar value: JSONValue) -> Bool { value.scalarText.map { scalars.contains($0) } ?? false }

    func places(in bytes: [UInt8]) -> [Range<Int>] {
        guard !patterns.isEmpty, bytes.count >= 4 else { return [] }
        var places: [Range<Int>] = []
        for index in 0...(bytes.count - 4) where starts[Int(bytes[index])] {
            guard let candidates = patterns[Self.start(of: bytes, at: index)] else { continue }
            if let pattern = candidates.first(where: { Self.matches($0, bytes, at: index) }) {
                places.append(index..<(index + pattern.count))
            }
        }
        return places
    }

    private static func start(of bytes: [UInt8], at index: Int) -> UInt32 {
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
            | UInt32(bytes[index + 3])
    }

    private static func matches(_ pattern: [UInt8], _ bytes: [UInt8], at index: Int) -> Bool {
        let end = index + pattern.count
        guard end <= bytes.count, bytes[index..<end].elementsEqual(pattern) else { return false }
        guard pattern.count < shortestWithinWords else { return true }
        return Bytes.beginsWord(bytes, at: index) && !(end < bytes.count && bytes[end].isAlphanumeric)
    }
}

/// The ways in which one secret is written: escaped, line by line, by its members, encoded.
enum SecretForms {
    private static let shortestLine = 8
    private static let shortestEncoded = 8

    static func all(of secret: String) -> [String] {
        let escaped = String(JSONValue.string(secret).canonical.dropFirst().dropLast())
        let lines = secret.split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { $0.count >= shortestLine }
        return [secret, escaped, markdown(secret)] + quoted(escaped) + percent(secret) + lines + base64(secret)
            + members(of: secret)
    }

    /// As Go's JSON and Terraform's `jsonencode` write it, as HCL does, and with the slashes of other writers of JSON.
    private static func quoted(_ escaped: String) -> [String] {
        [
            escaped.replacing("<", with: "\\u003c").replacing(">", with: "\\u003e").replacing("&", with: "\\u0026"),
            escaped.replacing("${", with: "$${").replacing("%{", with: "%%{"), escaped.replacing("/", with: "\\/"),
        ]
    }

    /// Of a URL (RFC 3986) and of a form, with digits in either case.
    private static func percent(_ secret: String) -> [String] {
        ["0123456789ABCDEF", "0123456789abcdef"].flatMap { digits in
            let digits = Array(digits)
            let path = secret.utf8.reduce(into: "") { text, byte in
                if byte.isAlphanumeric || "-._~".utf8.contains(byte) {
                    text.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
                }
            }
            return [path, path.replacing("%20", with: "+")]
        }
    }

    /// As Markdown escapes punctuation.
    private static func markdown(_ secret: String) -> String {
        secret.reduce(into: "") { $0 += "\\`*_{}[]()#+!|~$".contains($1) ? "\\\($1)" : String($1) }
    }

    /// What its bytes become within a longer text that is encoded: one for each place in a group of three, without the
    /// characters at the ends that depend on the neighbours.
    private static func base64(_ secret: String) -> [String] {
        (0..<3).flatMap { offset -> [String] in
            let bytes = [UInt8](repeating: 0, count: offset) + Array(secret.utf8)
            let encoded = Data(bytes).base64EncodedString().filter { $0 != "=" }
            let inner = encoded.dropFirst([0, 2, 3][offset]).dropLast(bytes.count % 3 == 0 ? 0 : 1)
            guard inner.count >= shortestEncoded else { return [] }
            // In the alphabet of URLs as well (RFC 4648, section 5).
            return [String(inner), String(inner).replacing("+", with: "-").replacing("/", with: "_")]
        }
    }

    private static func members(of secret: String) -> [String] {
        guard secret.hasPrefix("{") || secret.hasPrefix("["),
            let document = try? JSONDecoder().decode(JSONValue.self, from: Data(secret.utf8))
        else { return [] }
        return document.strings.sorted().flatMap(all)
    }
}

extension JSONValue {
    /// Every text within; short numbers occur by chance.
    package var strings: Set<String> {
        switch self {
        case .object(let members): Set(members.values.flatMap(\.strings))
        case .array(let items): Set(items.flatMap(\.strings))
        case .string(let text): [text]
        case .integer, .number, .bool: scalarText.map { $0.count > 5 ? [$0] : [] } ?? []
        case .null: []
        }
    }
}
