import Domain

/// A reviewer's page in a terminal: its Markdown without the signs, tables in columns, and safe whatever it holds.
package struct TerminalPage: Sendable {
    private let lines: [Substring]
    private let style: TerminalStyle

    package init(_ markdown: String, style: TerminalStyle = .plain) {
        lines = Escaping.plain(markdown).split(separator: "\n", omittingEmptySubsequences: false)
        self.style = style
    }

    package var text: String {
        var blocks: [String] = []
        var rest = lines[...]
        while let first = rest.first {
            if let fence = Self.fence(of: first) {
                rest = rest.dropFirst()
                let body = rest.prefix { $0 != fence }
                rest = rest.dropFirst(body.count + 1)
                blocks.append(body.map { "    \(style.difference(String($0)))\n" }.joined())
            } else if first.hasPrefix("|") {
                let rows = rest.prefix { $0.hasPrefix("|") }
                rest = rest.dropFirst(rows.count)
                blocks.append(TerminalTable(rows, style).text)
            } else {
                rest = rest.dropFirst()
                if let line = line(String(first)) { blocks.append("\(line)\n") }
            }
        }
        return Self.squeezed(blocks.joined())
    }

    /// The backticks that open a fenced block.
    private static func fence(of line: Substring) -> Substring? {
        let fence = line.prefix { $0 == "`" }
        return fence.count >= 3 && !line.dropFirst(fence.count).contains("`") ? fence : nil
    }

    /// Nil for what only a browser needs.
    private func line(_ line: String) -> String? {
        if line.hasPrefix("<!--") || line.hasPrefix("![") || line == "</details>" { return nil }
        if line.hasPrefix("#") { return style.heading(InlineMarkdown.text(String(line.drop { $0 == "#" }).trimmed)) }
        if line.hasPrefix("<details>") {
            let summary = line.replacing(/<[^>]*>/, with: "")
            return style.heading(InlineMarkdown.text(summary))
        }
        if line.hasPrefix(">") {
            let quote = line.dropFirst().trimmed
            if quote == "[!WARNING]" { return style.warning("  WARNING") }
            return quote.isEmpty ? "" : style.quote("  \(InlineMarkdown.text(quote))")
        }
        return InlineMarkdown.text(line.replacing(/<\/?sub>/, with: ""))
    }

    /// At most one empty line at a time, and none at the beginning.
    private static func squeezed(_ text: String) -> String {
        var result = text.replacing(/\n{3,}/, with: "\n\n")
        while result.first?.isNewline == true { result.removeFirst() }
        return result.trimmingLines + "\n"
    }
}

/// A table's rows in columns; one with an empty head, as for the reasons, shows none.
private struct TerminalTable {
    private let rows: [[String]]
    private let hasHead: Bool
    private let style: TerminalStyle

    init(_ lines: ArraySlice<Substring>, _ style: TerminalStyle) {
        self.style = style
        var body = lines.map { Self.cells(of: $0).map { InlineMarkdown.text($0.trimmed) } }
        if body.count > 1 { body.remove(at: 1) }
        hasHead = body.first?.contains { !$0.isEmpty } ?? false
        rows = hasHead ? body : Array(body.dropFirst())
    }

    /// A cell's own `|` stands behind a backslash.
    private static func cells(of line: Substring) -> [String] {
        var cells = [""]
        var isEscaped = false
        for character in line.dropFirst() {
            if character == "|", !isEscaped {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return cells.dropLast()
    }

    var text: String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.enumerated().map { number, row in
            let line = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ")
            return "  \(hasHead && number == 0 ? style.heading(line) : line)\n"
        }.joined()
    }
}
