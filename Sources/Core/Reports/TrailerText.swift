/// A value in a commit's trailer, which is read back by programs and shown as Markdown by forges.
package enum TrailerText {
    /// Letters, digits and a few signs stay; every other byte becomes `=` and two digits, as in e-mail.
    package static func encoded(_ text: String) -> String {
        let encoded = encoded(text, keeping: ["-", "_", "/", "."])
        return Escaping.subject(encoded, limit: .max) == encoded ? encoded : Self.encoded(text, keeping: ["/"])
    }

    private static func encoded(_ text: String, keeping signs: Set<Unicode.Scalar>) -> String {
        let bytes = Array(text.utf8)
        return bytes.indices.map { index in
            let scalar = Unicode.Scalar(bytes[index])
            let isKept =
                switch scalar {
                case "_": signs.contains("_") && isLetter(bytes, index - 1) && isLetter(bytes, index + 1)
                default: isLetter(bytes, index) || signs.contains(scalar)
                }
            return isKept ? String(scalar) : "=" + PercentEncoding.digits(of: bytes[index])
        }.joined()
    }

    private static func isLetter(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes.indices.contains(index) && PercentEncoding.isLetter(bytes[index])
    }

    /// A `=` that no two digits follow stands for itself.
    package static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.popFirst() {
            if first == UInt8(ascii: "="), let byte = PercentEncoding.byte(rest.prefix(2)) {
                bytes.append(byte)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(first)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Bytes as URLs write them.
enum PercentEncoding {
    static func digits(of byte: UInt8) -> String {
        let hex = String(byte, radix: 16, uppercase: true)
        return (hex.count < 2 ? "0" : "") + hex
    }

    static func byte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        let isHex = digits.count == 2 && digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
        return isHex ? UInt8(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    }

    /// For a query's value in a URL.
    static func query(_ text: String) -> String {
        text.utf8.map { isLetter($0) || "-._~".utf8.contains($0) ? String(Unicode.Scalar($0)) : "%" + digits(of: $0) }
            .joined()
    }

    /// Letters and digits of ASCII.
    static func isLetter(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}
