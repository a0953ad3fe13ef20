package import Domain
import Foundation

/// What the history says of the last runs.
package struct RecordedHistory: Sendable {
    /// One run, from its first step to its last.
    package struct Run: Sendable {
        package let name: String
        /// Seconds since 1970.
        package let started: Double
        /// Nil where it did not come to its end.
        package let ended: Double?
        /// `done`, `failed`, or `started` where it did not come to its end.
        package let status: String
        package let usage: Usage
        package let proposals: Int
        package let applies: Int
        package let problems: Int
    }

    /// The newest first.
    package let runs: [Run]
    /// Of the newest run, in their order.
    package let steps: [HistoryRow]
    /// The newest first.
    package let applies: [HistoryRow]
    /// What was said last of each proposal.
    package let lastWords: [ProposalKey: HistoryRow]
    /// Why there is none.
    package let absence: String?

    package init(absence: String) {
        (runs, steps, applies, lastWords) = ([], [], [], [:])
        self.absence = absence
    }

    /// Rows of each kind, the oldest first.
    package init(runs: [HistoryRow], steps: [HistoryRow], applies: [HistoryRow], proposals: [HistoryRow]) {
        self.runs = Self.runs(runs)
        self.steps = steps
        self.applies = applies.reversed()
        lastWords = Dictionary(
            proposals.compactMap { row in
                row.entry.details["key"]?.string.flatMap { ProposalKey($0) }.map { ($0, row) }
            }
        ) { $1 }
        absence = nil
    }

    private static func runs(_ rows: [HistoryRow]) -> [Run] {
        Dictionary(grouping: rows, by: \.entry.run).compactMap { name, rows in
            guard let first = rows.first, let last = rows.last else { return nil }
            let details = last.entry.details
            let count = { (name: String) in details[name]?.count ?? 0 }
            let isOver = last.entry.status != "started"
            return Run(
                name: name, started: first.entry.time.timeIntervalSince1970,
                ended: isOver ? last.entry.time.timeIntervalSince1970 : nil, status: last.entry.status,
                usage: Usage(
                    calls: count("calls"), inputTokens: count("inputTokens"), outputTokens: count("outputTokens"),
                    costUSD: details["costUSD"]?.double ?? 0, isPriceKnown: details["isPriceKnown"]?.bool ?? true),
                proposals: count("proposals"), applies: count("applies"),
                problems: details["problems"]?.array?.count ?? 0)
        }.sorted { ($0.started, $0.name) > ($1.started, $1.name) }
    }

    /// Of all runs that are listed.
    package var usage: Usage { runs.map(\.usage).reduce(Usage(), +) }
}

extension HistoryEntry {
    /// What the step says of itself, in one line.
    package var remark: String {
        for name in ["reason", "plan", "decision"] {
            if let text = details[name]?.string, !text.isEmpty { return text }
        }
        if let reasons = details["reasons"]?.array ?? details["problems"]?.array {
            return reasons.compactMap(\.string).joined(separator: "; ")
        }
        return ""
    }
}

extension JSONValue {
    fileprivate var count: Int {
        guard case .integer(let value) = self else { return 0 }
        return Int(clamping: value)
    }

    fileprivate var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
