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
        let place = min(offset, bytes.count)
        let start = bytes[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: 10) ?? bytes.count
        let line = bytes[..<start].count { $0 == 10 } + 1
        let column = String(decoding: bytes[start..<place], as: UTF8.self).count + 1
        let text = String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
        return (line, column, text.last == "\r" ? String(text.dropLast()) : text)
    }
}
