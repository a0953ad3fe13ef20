import Domain

/// A pair `[time,"value"]` in the form that nearly all have: plain digits, without spaces, whole in one chunk.
///
/// Whatever else a pair may be is left to the decoder's steps, which read the same values, only slower.
struct PlainSample {
    let sample: Sample
    /// The place behind the pair.
    let end: Int

    init?(_ bytes: [UInt8], from start: Int) {
        var index = start
        guard Self.take(UInt8(ascii: "["), bytes, &index), let time = Self.number(bytes, &index),
            Self.take(UInt8(ascii: ","), bytes, &index), Self.take(UInt8(ascii: "\""), bytes, &index),
            let value = Self.number(bytes, &index), Self.take(UInt8(ascii: "\""), bytes, &index),
            Self.take(UInt8(ascii: "]"), bytes, &index)
        else { return nil }
        sample = Sample(time: time, value: value)
        end = index
    }

    @inline(__always)
    private static func take(_ byte: UInt8, _ bytes: [UInt8], _ index: inout Int) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// At most 15 digits, which a Double holds exactly; nil leaves the rest to `Decimal`.
    @inline(__always)
    private static func number(_ bytes: [UInt8], _ index: inout Int) -> Double? {
        let isNegative = take(UInt8(ascii: "-"), bytes, &index)
        var mantissa: UInt64 = 0
        let whole = digits(bytes, &index, into: &mantissa)
        guard whole > 0 else { return nil }
        var fraction = 0
        if take(UInt8(ascii: "."), bytes, &index) {
            fraction = digits(bytes, &index, into: &mantissa)
            guard fraction > 0 else { return nil }
        }
        guard whole + fraction <= 15 else { return nil }
        let magnitude = Double(mantissa) / Decimal.powers[fraction]
        return isNegative ? -magnitude : magnitude
    }

    @inline(__always)
    private static func digits(_ bytes: [UInt8], _ index: inout Int, into mantissa: inout UInt64) -> Int {
        let start = index
        while index < bytes.count, bytes[index] &- 0x30 < 10 {
            mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 0x30)
            index += 1
        }
        return index - start
    }
}
