package import Foundation

/// An entry as texts, as it is stored: what is hashed is what is stored.
package struct EntryTexts: Hashable, Sendable {
    package let run: String
    package let time: String
    package let workspace: String?
    package let action: String
    package let status: String
    package let subject: String?
    package let details: String

    package init(
        run: String, time: String, workspace: String?, action: String, status: String, subject: String?,
        details: String
    ) {
        self.run = run
        self.time = time
        self.workspace = workspace
        self.action = action
        self.status = status
        self.subject = subject
        self.details = details
    }

    package init(_ entry: HistoryEntry) {
        self.init(
            run: entry.run, time: Self.time(entry.time), workspace: entry.workspace, action: entry.action,
            status: entry.status, subject: entry.subject, details: entry.details.canonical)
    }

    /// The hash of a row: over its number, its texts and the hash before; nil differs from an empty text.
    package func hash(at sequence: Int, after previous: String) -> String {
        Digest(of: [
            previous, String(sequence), run, time, workspace.map { "=\($0)" } ?? "", action, status,
            subject.map { "=\($0)" } ?? "", details,
        ]).hex
    }

    // MARK: Times

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// ISO 8601 with milliseconds, rounded, so that a text that was read is written as it was.
    package static func time(_ time: Date) -> String {
        let milliseconds = Int64((time.timeIntervalSince1970 * 1_000).rounded())
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        let (whole, part) = rest < 0 ? (seconds - 1, rest + 1_000) : (seconds, rest)
        let text = Date(timeIntervalSince1970: Double(whole)).formatted(.iso8601)
        let digits = String(part)
        return "\(text.dropLast()).\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
    }

    /// Nil for what is no such text.
    package static func date(_ text: String) -> Date? { try? Date(text, strategy: style) }
}

/// Where a history's chain begins: its first row, or the last one that a pruning took.
package struct HistoryCheckpoint: Hashable, Sendable {
    /// What the first row is chained to.
    package static let genesis = "sphinx history 1"

    /// The last row that is gone; 0 where none is.
    package let sequence: Int
    /// What the next row is chained to.
    package let hash: String
    /// The hash of the history's very first row, which tells one history from another.
    package let origin: String
    /// What is older was pruned.
    package let before: Date?

    package init(sequence: Int, hash: String, origin: String, before: Date?) {
        self.sequence = sequence
        self.hash = hash
        self.origin = origin
        self.before = before
    }

    /// Of a history from which nothing was pruned.
    package static func beginning(_ origin: String) -> HistoryCheckpoint {
        HistoryCheckpoint(sequence: 0, hash: genesis, origin: origin, before: nil)
    }

    /// Whether a step says that it made this checkpoint.
    package func isSigned(by entry: HistoryEntry) -> Bool {
        entry.action == Pruning.action && entry.status == Pruning.status
            && entry.details["through"] == .integer(Int64(sequence)) && entry.details["hash"] == .string(hash)
    }
}

/// What is to be pruned: every row up to one, as it is older than a time.
package struct Pruning: Hashable, Sendable {
    package static let action = "history"
    package static let status = "pruned"

    package let last: HistoryRow
    package let before: Date
    /// How many rows that are.
    package let steps: Int

    package init(last: HistoryRow, before: Date, steps: Int) {
        self.last = last
        self.before = before
        self.steps = steps
    }

    /// What the step that signs it off says.
    package var details: [String: JSONValue] {
        [
            "through": .integer(Int64(last.sequence)), "hash": .string(last.hash),
            "before": .string(EntryTexts.time(before)), "steps": .integer(Int64(steps)),
        ]
    }
}
