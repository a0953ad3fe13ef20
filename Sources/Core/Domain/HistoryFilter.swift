package import Foundation

/// Which rows of the history are wanted; nil and empty mean any.
package struct HistoryFilter: Hashable, Sendable {
    package var sequence: Int?
    package var run: String?
    package var workspace: String?
    package var action: String?
    package var status: String?
    package var since: Date?
    package var until: Date?
    /// Stands somewhere in the row; capital letters of ASCII are not told from small ones.
    package var search: String?
    /// The newest rows that match; they come oldest first.
    package var limit: Int

    package init(
        sequence: Int? = nil, run: String? = nil, workspace: String? = nil, action: String? = nil,
        status: String? = nil, since: Date? = nil, until: Date? = nil, search: String? = nil, limit: Int = 100
    ) {
        self.sequence = sequence
        self.run = run
        self.workspace = workspace
        self.action = action
        self.status = status
        self.since = since
        self.until = until
        self.search = search
        self.limit = limit
    }
}

/// How much one run recorded.
package struct RunTally: Hashable, Sendable {
    package let run: String
    package let steps: Int
    /// When it recorded last.
    package let last: Date
    /// The numbers of its first and its last step; other runs' may stand between.
    package let range: ClosedRange<Int>

    package init(run: String, steps: Int, last: Date, range: ClosedRange<Int>) {
        self.run = run
        self.steps = steps
        self.last = last
        self.range = range
    }
}
