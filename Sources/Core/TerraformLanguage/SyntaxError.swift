package import Domain

/// Where a text stops being HCL, and why.
package struct SyntaxError: Error, Hashable, Sendable {
    package let message: String
    /// In bytes from the start of the text.
    package let offset: Int

    package init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// Line and column of the place, both from 1; columns count characters.
    package func position(in bytes: [UInt8]) -> (line: Int, column: Int, text: String) {
        let location = SourceLocation(of: offset, in: bytes, file: "")
        return (location.line, location.column, location.text ?? "")
    }
}

extension SourceLocation {
    /// The place of a byte; a mark of byte order has no column.
    package init(of offset: Int, in bytes: [UInt8], file: String) {
        let mark = bytes.starts(with: Lexer.byteOrderMark) ? Lexer.byteOrderMark.count : 0
        let place = max(mark, min(offset, bytes.count))
        let start = bytes[mark..<place].lastIndex(of: 10).map { $0 + 1 } ?? mark
        let end = bytes[place...].firstIndex(of: 10) ?? bytes.count
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        self.init(
            file: file, line: bytes[..<start].count { $0 == 10 } + 1,
            column: String(decoding: bytes[start..<place], as: UTF8.self).count + 1,
            text: text.last == "\r" ? String(text.dropLast()) : text)
    }
}
