import Foundation

/// Secrets that are known by what stands around them: private keys, signed tokens, and what is sent to sign in.
enum Envelope {
    static func places(in bytes: [UInt8]) -> [Range<Int>] {
        var token = TokenRuns()
        // What seems to begin within a key ends with it.
        var keyEnd = 0
        return bytes.indices.reduce(into: []) { places, index in
            let place: Range<Int>?
            switch bytes[index] {
            case UInt8(ascii: "-"):
                place = index < keyEnd ? nil : privateKey(in: bytes, at: index)
                keyEnd = max(keyEnd, place?.upperBound ?? 0)
            case UInt8(ascii: "e"): place = signedToken(in: bytes, at: index, &token)
            case UInt8(ascii: ":"): place = userInformation(in: bytes, at: index)
            case UInt8(ascii: "B"), UInt8(ascii: "b"): place = authorization(in: bytes, at: index)
            default: place = nil
            }
            if let place { places.append(place) }
        }
    }

    // MARK: Private keys

    /// `-----BEGIN … PRIVATE KEY-----` to its end, or as far as it goes where it was cut (RFC 7468).
    private static func privateKey(in bytes: [UInt8], at index: Int) -> Range<Int>? {
        guard Bytes.stands("-----BEGIN ", in: bytes, at: index) else { return nil }
        let line = Bytes.run(in: bytes, from: index + 11) { $0.isAlphanumeric || $0 == UInt8(ascii: " ") }
        guard String(decoding: bytes[index..<line], as: UTF8.self).contains("PRIVATE KEY") else { return nil }
        let body = Bytes.run(in: bytes, from: line, isInKey)
        guard let end = bytes[line..<body].firstRange(of: Array("-----END ".utf8)) else {
            // An escape is not cut in two.
            return index..<(bytes[body - 1] == UInt8(ascii: "\\") ? body - 1 : body)
        }
        let close = Bytes.run(in: bytes, from: end.upperBound) { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "\"") }
        return index..<Bytes.run(in: bytes, from: close) { $0 == UInt8(ascii: "-") }
    }

    /// Base64, headers such as `Proc-Type: 4,ENCRYPTED`, line breaks, also escaped ones, and what diffs put before lines.
    private static func isInKey(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || "+/=-\n\r\t \\:,.".utf8.contains(byte)
    }

    // MARK: Signed tokens

    private struct TokenRuns {
        var head = KnownRun()
        var body = KnownRun()
        var signature = KnownRun()
    }

    /// A JSON Web Token, whose first part is the Base64 of `{"` (RFC 7519).
    private static func signedToken(in bytes: [UInt8], at index: Int, _ runs: inout TokenRuns) -> Range<Int>? {
        guard Bytes.stands("eyJ", in: bytes, at: index), Bytes.beginsWord(bytes, at: index) else { return nil }
        let head = runs.head.end(in: bytes, from: index, isInToken)
        guard head - index >= 12, head < bytes.count, bytes[head] == UInt8(ascii: ".") else { return nil }
        let body = runs.body.end(in: bytes, from: head + 1, isInToken)
        guard body - head > 10 else { return nil }
        guard body < bytes.count, bytes[body] == UInt8(ascii: ".") else { return index..<body }
        return index..<runs.signature.end(in: bytes, from: body + 1, isInToken)
    }

    private static func isInToken(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    // MARK: Signing in

    /// What stands before the `@` of a URL (RFC 3986): with a password, or of http, where a token may be the user.
    private static func userInformation(in bytes: [UInt8], at index: Int) -> Range<Int>? {
        guard Bytes.stands("://", in: bytes, at: index) else { return nil }
        let start = index + 3
        let end = Bytes.run(in: bytes, from: start) { $0 > 0x20 && !"/@\"'<>?#`".utf8.contains($0) }
        guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: "@") else { return nil }
        let isWeb =
            Bytes.stands("http", in: bytes, at: index - 4) || Bytes.stands("https", in: bytes, at: index - 5)
        let hasPassword = bytes[start..<end].contains(UInt8(ascii: ":"))
        return (isWeb || hasPassword) && !Bytes.stands(Redactor.mark, in: bytes, at: start) ? start..<end : nil
    }

    /// `Bearer …` and `Basic …` (RFC 6750, RFC 7617) with enough after them to be more than a word.
    private static func authorization(in bytes: [UInt8], at index: Int) -> Range<Int>? {
        guard Bytes.beginsWord(bytes, at: index) else { return nil }
        if Bytes.stands("earer ", in: bytes, at: index + 1) {
            let word = word(in: bytes, from: index + 7, with: "+/=-_.~")
            let isProse = bytes[word].allSatisfy { $0.isLower || $0.isUpper || ".-".utf8.contains($0) }
            return word.count >= 8 && !isProse ? word : nil
        }
        guard Bytes.stands("asic ", in: bytes, at: index + 1) else { return nil }
        let word = word(in: bytes, from: index + 6, with: "+/=")
        let pair = Data(base64Encoded: Data(bytes[word]))
        return pair?.contains(UInt8(ascii: ":")) == true ? word : nil
    }

    private static func word(in bytes: [UInt8], from start: Int, with signs: String) -> Range<Int> {
        start..<Bytes.run(in: bytes, from: start) { $0.isAlphanumeric || signs.utf8.contains($0) }
    }
}
