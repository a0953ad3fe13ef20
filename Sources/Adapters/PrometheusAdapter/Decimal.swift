/// Numbers out of ASCII digits, exact to the last bit.
///
/// Up to 15 digits and powers of ten up to 22 both are exact in a Double, so one operation rounds once (W. D. Clinger,
/// How to Read Floating Point Numbers Accurately, 1990); all others go to the standard library.
enum Decimal {
    static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// A value as Prometheus writes it, infinities and NaN among them.
    static func sample(_ text: ArraySlice<UInt8>) -> Double? {
        if let number = value(of: text) { return number }
        if text.elementsEqual("NaN".utf8) { return .nan }
        if text.elementsEqual("+Inf".utf8) || text.elementsEqual("Inf".utf8) { return .infinity }
        return text.elementsEqual("-Inf".utf8) ? -.infinity : nil
    }

    /// A JSON number, a leading plus allowed; nil for anything else.
    static func value(of text: ArraySlice<UInt8>) -> Double? {
        var index = text.startIndex
        let end = text.endIndex
        guard index < end else { return nil }
        let isNegative = text[index] == 0x2D
        if isNegative || text[index] == 0x2B { index += 1 }
        var mantissa: UInt64 = 0
        var (digits, scale) = (0, 0)
        var isPastPoint = false
        while index < end {
            let byte = text[index]
            if byte &- 0x30 < 10 {
                if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30) }
                if mantissa != 0 { digits += 1 }
                if isPastPoint { scale -= 1 }
            } else if byte == 0x2E, !isPastPoint, isDigit(text, before: index) {
                isPastPoint = true
            } else {
                break
            }
            index += 1
        }
        let hasDigits = text.contains { $0 &- 0x30 < 10 }
        guard hasDigits, index > text.startIndex, isDigit(text, before: index) else { return nil }
        if index < end {
            guard text[index] | 0x20 == 0x65, let exponent = exponent(text[(index + 1)...]) else { return nil }
            scale += exponent
        }
        guard digits <= 15, abs(scale) <= 22 else { return Double(String(decoding: text, as: UTF8.self)) }
        let magnitude = scale < 0 ? Double(mantissa) / powers[-scale] : Double(mantissa) * powers[scale]
        return isNegative ? -magnitude : magnitude
    }

    /// A number does not end at its sign or at its point.
    private static func isDigit(_ text: ArraySlice<UInt8>, before index: Int) -> Bool {
        index > text.startIndex && text[index - 1] &- 0x30 < 10
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.first == 0x2B || text.first == 0x2D ? text.dropFirst() : text
        guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        return text.first == 0x2D ? -value : value
    }
}
