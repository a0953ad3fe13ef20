import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// Jobs that start at the same moment, as processes, on one remote over http.
///
/// `SPHINX_ROUNDS` says how often (`.ci/faults` takes 50).
@Suite("Overlapping jobs", .timeLimit(.minutes(30)))
struct OverlapTests {
    private static let rounds = ProcessInfo.processInfo.environment["SPHINX_ROUNDS"].flatMap(Int.init) ?? 1

    /// What became of a job: the result of its apply, or `nothing` where another one had done everything.
    private static func result(_ completion: Completion) throws -> String {
        #expect(completion.exit == .exited(0), "\(completion.errorText)")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
        let reason = report.value(at: "applies.0.reason")?.string ?? ""
        switch report.value(at: "applies.0.result")?.string {
        case nil: return "nothing"
        case "locked"?:
            let isKnown =
                reason.wholeMatch(of: /locked by \S+, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil
                || reason.hasPrefix("another job took the lock: ")
            #expect(isKnown, "\(reason)")
            return "locked"
        case "waiting"?:
            #expect(reason == "the base moved during this run")
            return "waiting"
        case let other?: return other
        }
    }

    @Test(
        "each approved plan is applied once, the losers say who was first, and all of them end well", arguments: [2, 8])
    func jobs(count: Int) async throws {
        var tally: [String: Int] = [:]
        for _ in 0..<Self.rounds {
            let stage = try await FaultStage(.applying, overHTTP: true)
            let results = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<count {
                    group.addTask { try Self.result(try await stage.job(number)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(stage.applies == 1 && results.count { $0 == "applied" } == 1, "\(results)")
            #expect(Set(results).isSubset(of: ["applied", "locked", "waiting", "nothing"]), "\(results)")
            let refs = try await stage.stage.refs().keys
            #expect(refs.count { $0.contains("/applied/") } == 1)
            #expect(!refs.contains { $0.contains("/locks/") || $0.contains("/applying/") }, "\(refs.sorted())")
            #expect(try await stage.ending() == "applied")
            for result in results { tally[result, default: 0] += 1 }
        }
        print("\(count) jobs × \(Self.rounds): \(tally.sorted { $0.key < $1.key })")
    }
}
