package import Foundation

/// One step of one run.
package struct HistoryEntry: Hashable, Sendable {
    package let run: String
    package let time: Date
    package let workspace: String?
    /// A verb of the loop, such as `snapshot` or `apply`, in lower case.
    package let action: String
    /// How the step ended, such as `started`, `done` or `failed`, in one word.
    package let status: String
    /// The branch, key, rule or address that it was about.
    package let subject: String?
    package let details: JSONValue

    package init(
        run: String, time: Date, workspace: String? = nil, action: String, status: String, subject: String? = nil,
        details: JSONValue = .object([:])
    ) {
        self.run = run
        self.time = time
        self.workspace = workspace
        self.action = action
        self.status = status
        self.subject = subject
        self.details = details
    }
}

/// An entry as it stands in the history: numbered, and chained to the one before by its hash.
package struct HistoryRow: Hashable, Sendable {
    package let sequence: Int
    package let entry: HistoryEntry
    package let hash: String

    package init(sequence: Int, entry: HistoryEntry, hash: String) {
        self.sequence = sequence
        self.entry = entry
        self.hash = hash
    }
}
