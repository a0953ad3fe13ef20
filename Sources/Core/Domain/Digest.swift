import Crypto

/// SHA-256 over parts that cannot run into one another: each is preceded by its length.
package struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package let hex: String

    package init(of parts: [String]) {
        var hash = SHA256()
        for part in parts {
            let bytes = Array(part.utf8)
            hash.update(data: Array("\(bytes.count):".utf8))
            hash.update(data: bytes)
        }
        hex = Self.hexadecimal(hash.finalize())
    }

    /// The plain SHA-256 of a text's bytes, as `sha256sum` prints it.
    package init(ofBytes bytes: some Sequence<UInt8>) {
        hex = Self.hexadecimal(SHA256.hash(data: Array(bytes)))
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a digest") }
        hex = digits
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String { "sha256:\(hex)" }

    /// The first digits, for names.
    package func prefix(_ count: Int) -> String { String(hex.prefix(count)) }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return bytes.reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}
