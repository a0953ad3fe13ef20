package import Domain

/// Rows with named columns, for a terminal, for Markdown and for programs.
package struct Table: Sendable {
    let columns: [String]
    let rows: [[String]]

    package init(columns: [String], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Columns as wide as their widest cell, two spaces apart.
    package var text: String {
        let shown = [columns.map { $0.uppercased() }] + rows.map { $0.map { Escaping.line($0, limit: 120) } }
        let widths = columns.indices.map { column in shown.map { $0[column].count }.max() ?? 0 }
        return shown.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    package var markdown: String {
        let head = "| \(columns.joined(separator: " | ")) |\n|\(columns.map { _ in "---|" }.joined())\n"
        return head + rows.map { "| \($0.map(Escaping.markdown).joined(separator: " | ")) |\n" }.joined()
    }

    package func json(schema: String, named name: String) -> JSONValue {
        let objects = rows.map { row in
            JSONValue.object(
                Dictionary(zip(columns, row.map(JSONValue.string))) { first, _ in first })
        }
        return .object(["schema": .string(schema), name: .array(objects)])
    }
}
