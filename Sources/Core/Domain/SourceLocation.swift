/// A place in a text: file, line and column, both counted from 1, columns in characters.
package struct SourceLocation: Hashable, Sendable {
    package let file: String
    package let line: Int
    package let column: Int
    /// The text of the line, without its line break.
    package let text: String?

    package init(file: String, line: Int, column: Int, text: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.text = text
    }

    /// The line with a caret under the column; a long line is cut around the caret.
    package var snippet: String? {
        guard let text else { return nil }
        let visible = text.map { $0.isASCII && ($0.asciiValue ?? 32) < 32 ? " " : $0 }
        let start = max(0, column - 1 - 80)
        let window = visible.dropFirst(start).prefix(120)
        return "    \(String(window))\n    \(String(repeating: " ", count: max(0, column - 1 - start)))^"
    }
}

extension SourceLocation: CustomStringConvertible {
    package var description: String { "\(file):\(line):\(column)" }
}
