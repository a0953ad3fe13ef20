/// The record of every step; append-only, and never read to decide anything.
package protocol History: Sendable {
    func append(_ entry: HistoryEntry) throws(Problem)

    /// Oldest first.
    func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow]

    /// The first break in the chain of hashes; nil where every row is as it was written.
    func firstBreak() throws(Problem) -> Problem?
}
