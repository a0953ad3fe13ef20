import Domain

/// A plan's changes in the order in which a reviewer needs them: destroys, replacements, creates, updates.
enum PlanTable {
    private static let mostRows = 200
    private static let longestValue = 120

    static func sorted(_ changes: [ResourceChange]) -> [ResourceChange] {
        changes.sorted { (rank($0), $0.address) < (rank($1), $1.address) }
    }

    private static func rank(_ change: ResourceChange) -> Int {
        if change.isOutput { return 4 }
        if change.replaces { return 1 }
        if change.destroys { return 0 }
        return change.actions.contains(.create) ? 2 : 3
    }

    static func word(_ change: ResourceChange) -> String {
        change.replaces ? "replace" : change.actions.map(\.rawValue).joined(separator: ", ")
    }

    /// One row for each attribute that differs.
    static func markdown(_ plan: Plan) -> String {
        let rows = sorted(plan.changes).flatMap { change in
            differences(change).map { "| \(cell(change.address)) | \(word(change)) | \($0) |" }
        }
        let more = rows.count > mostRows ? "\n… and \(rows.count - mostRows) more rows; see the plan.\n" : ""
        return "| resource | action | attribute: before → after |\n|---|---|---|\n"
            + rows.prefix(mostRows).joined(separator: "\n") + "\n" + more
    }

    private static func differences(_ change: ResourceChange) -> [String] {
        let before = leaves(change.before)
        var after = leaves(change.after)
        for (path, unknown) in leaves(change.afterUnknown) where unknown == "true" {
            after[path] = "(known after apply)"
        }
        let paths = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        guard !change.destroys || change.replaces, !paths.isEmpty else { return ["the whole resource"] }
        return paths.map { path in
            let name = path.isEmpty ? "value" : path
            return "\(cell(name)): \(cell(before[path] ?? "—")) → \(cell(after[path] ?? "—"))"
        }
    }

    private static func cell(_ text: String) -> String {
        Escaping.cell(text, limit: longestValue)
    }

    private static func leaves(_ value: JSONValue, at path: String = "") -> [String: String] {
        let children: [(String, JSONValue)]
        switch value {
        case .null: return [:]
        case .object(let members): children = members.map { ($0.key, $0.value) }
        case .array(let items): children = items.enumerated().map { (String($0.offset), $0.element) }
        case .bool, .integer, .number, .string: return [path: value.scalarText ?? ""]
        }
        return children.reduce(into: [:]) { result, child in
            result.merge(leaves(child.1, at: path.isEmpty ? child.0 : "\(path).\(child.0)")) { first, _ in first }
        }
    }
}
