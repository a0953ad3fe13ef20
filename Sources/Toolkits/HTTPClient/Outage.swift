import Synchronization

/// Counts the questions in a row that a server left unanswered, so that nobody waits for each of a thousand more.
package final class Outage: Sendable {
    /// So many in a row are an outage.
    package let limit: Int
    private let unanswered = Mutex(0)

    package init(after limit: Int) {
        self.limit = limit
    }

    package var isOn: Bool { unanswered.withLock { $0 >= limit } }

    /// An answer ends it, whatever it says.
    package func note(answered: Bool) {
        unanswered.withLock { $0 = answered ? 0 : $0 + 1 }
    }
}
