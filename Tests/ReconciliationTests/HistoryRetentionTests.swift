import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Retention of the history")
struct HistoryRetentionTests {
    /// Runs and hours of the steps, and up to which step they can go before hour 10.
    static let cases: [(String, [(run: String, hour: Double)], Int?)] = [
        ("nothing", [], nil), ("all young", [("a", 10), ("a", 11)], nil),
        ("one old run", [("a", 1), ("a", 2), ("b", 10)], 2),
        ("a run that goes on stays whole", [("a", 1), ("b", 2), ("b", 11)], 1),
        ("two runs at once go together", [("a", 1), ("b", 2), ("a", 3), ("b", 4), ("c", 12)], 4),
        ("two at once of which one goes on", [("a", 1), ("b", 2), ("a", 3), ("b", 12)], nil),
        ("an old one behind a young one waits", [("a", 1), ("b", 10), ("c", 2)], 1),
        ("all old", [("a", 1), ("b", 2)], 2),
    ]

    @Test("takes a beginning of the chain, in whole runs", arguments: cases)
    func boundary(name: String, steps: [(run: String, hour: Double)], last: Int?) throws {
        let history = MemoryHistory()
        for step in steps {
            try history.append(
                HistoryEntry(
                    run: step.run, time: Date(timeIntervalSince1970: step.hour * 3_600), action: "a", status: "s"))
        }
        let pruning = try HistoryRetention.pruning(history, before: Date(timeIntervalSince1970: 36_000))
        #expect(pruning?.last.sequence == last && pruning?.steps == last, "\(name)")
    }
}
