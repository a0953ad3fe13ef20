package import Domain
import Foundation

extension Table {
    /// Steps in short, for people.
    package static func steps(_ rows: [HistoryRow]) -> Table {
        Table(
            columns: ["step", "time", "run", "workspace", "action", "status", "subject"],
            rows: rows.map { row in
                [
                    String(row.sequence), Figures.time(row.entry.time.timeIntervalSince1970), row.entry.run,
                    row.entry.workspace ?? "-", row.entry.action, row.entry.status, row.entry.subject ?? "",
                ]
            })
    }

    /// Steps with what an auditor asks first: why, who, which plan and model, at what cost; and with all of their details.
    package static func audit(_ rows: [HistoryRow]) -> Table {
        Table(
            columns: [
                "step", "time", "run", "workspace", "action", "status", "subject", "reason", "merged_by",
                "approved_by", "merge", "plan", "model", "tokens", "cost_usd", "details", "hash",
            ], rows: rows.map(\.auditCells))
    }
}

extension HistoryRow {
    fileprivate var auditCells: [String] {
        let details = entry.details
        let text = { (name: String) in details[name]?.string ?? "" }
        let plan = text("planDigest")
        return [
            String(sequence), EntryTexts.time(entry.time), entry.run, entry.workspace ?? "", entry.action, entry.status,
            entry.subject ?? "", entry.remark, text("mergedBy"),
            (details["approvedBy"]?.array ?? []).compactMap(\.string).joined(separator: "; "), text("merge"),
            plan.isEmpty ? text("digest") : plan, text("model"), tokens(in: details), cost(in: details),
            details.canonical, hash,
        ]
    }

    /// Of a run, or of one proposal.
    private func tokens(in details: JSONValue) -> String {
        let usage = details["usage"] ?? details
        guard case .integer(let asked)? = usage["inputTokens"], case .integer(let said)? = usage["outputTokens"] else {
            return ""
        }
        return String(Usage(inputTokens: Int(asked), outputTokens: Int(said)).tokens)
    }

    private func cost(in details: JSONValue) -> String {
        let usage = details["usage"] ?? details
        return usage["costUSD"].map { cost in
            switch cost {
            case .integer(let value): Figures.dollars(Double(value))
            case .number(let value): Figures.dollars(value)
            default: ""
            }
        } ?? ""
    }
}

extension [HistoryRow] {
    /// The document `sphinx.history-export/1`: every step with all of its details.
    package var exportJSON: JSONValue {
        .object(["schema": .string("sphinx.history-export/1"), "steps": .array(map(\.json))])
    }
}
