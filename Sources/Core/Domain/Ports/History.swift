package import Foundation

/// The record of every step; append-only, and never read to decide anything.
package protocol History: Sendable {
    func append(_ entry: HistoryEntry) throws(Problem)

    /// Appends what other histories recorded, all or nothing.
    func restore(_ entries: [HistoryEntry]) throws(Problem)

    /// Oldest first.
    func rows(_ filter: HistoryFilter) throws(Problem) -> [HistoryRow]

    /// Of the runs that recorded something after a time; the one that recorded last comes last.
    func tallies(after time: Date?) throws(Problem) -> [RunTally]

    /// The first break in the chain of hashes; nil where every row is as it was written.
    func firstBreak() throws(Problem) -> Problem?

    /// Where the chain begins; nil where nothing was recorded yet.
    func checkpoint() throws(Problem) -> HistoryCheckpoint?

    /// Appends the step that signs it off, and takes the rows away; all or nothing.
    func prune(_ pruning: Pruning, signedOffBy entry: HistoryEntry) throws(Problem)
}
