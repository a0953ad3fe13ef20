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
        let differences = change.differences
        guard !change.destroys || change.replaces, !differences.isEmpty else { return ["the whole resource"] }
        return differences.map { difference in
            let name = difference.path.isEmpty ? "value" : difference.path
            let after = difference.isUnknown ? "(known after apply)" : difference.after ?? "—"
            return "\(cell(name)): \(cell(difference.before ?? "—")) → \(cell(after))"
        }
    }

    private static func cell(_ text: String) -> String {
        Escaping.cell(text, limit: longestValue)
    }
}
