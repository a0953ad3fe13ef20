extension UInt8 {
    var isLower: Bool { (0x61...0x7A).contains(self) }
    var isUpper: Bool { (0x41...0x5A).contains(self) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isAlphanumeric: Bool { isLower || isUpper || isDigit }
}

/// The run of bytes that was walked last: many secrets may seem to begin in one, and it is walked once.
struct KnownRun {
    private var known = 0..<0

    mutating func end(in bytes: [UInt8], from start: Int, _ isIn: (UInt8) -> Bool) -> Int {
        if known.contains(start) { return known.upperBound }
        let end = Bytes.run(in: bytes, from: start, isIn)
        known = start..<max(start, end)
        return end
    }
}

/// Questions about a place in a text.
enum Bytes {
    private static let backslash = UInt8(ascii: "\\")

    /// Whether no word goes on here; the letter of an escaped line break belongs to none.
    static func beginsWord(_ bytes: [UInt8], at index: Int) -> Bool {
        index == 0 || !bytes[index - 1].isAlphanumeric || isEscaped(bytes, at: index - 1)
    }

    /// Whether the letter at an index is that of `\n`, `\r` or `\t`.
    static func isEscaped(_ bytes: [UInt8], at index: Int) -> Bool {
        index > 0 && bytes[index - 1] == backslash && "nrt".utf8.contains(bytes[index])
    }

    static func stands(_ text: String, in bytes: [UInt8], at index: Int) -> Bool {
        index >= 0 && bytes.count - index >= text.utf8.count && bytes[index...].starts(with: text.utf8)
    }

    /// Where a run of bytes ends.
    static func run(in bytes: [UInt8], from start: Int, _ isIn: (UInt8) -> Bool) -> Int {
        start >= bytes.count ? bytes.count : bytes[start...].firstIndex { !isIn($0) } ?? bytes.count
    }
}
