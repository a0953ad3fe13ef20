extension Table {
    /// RFC 4180: a head, commas, `CRLF`; a field that a spreadsheet would take as a formula gets a `'` before it.
    package var csv: String {
        ([columns] + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// Signs that a formula begins with, in their wide forms, too.
    private static let beginnings: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    private static func field(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(beginnings.contains) ?? false
        let plain = isFormula ? "'\(text)" : text
        let isQuoted = plain.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        return isQuoted ? "\"\(plain.replacing("\"", with: "\"\""))\"" : plain
    }
}
