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

    @Test("each approved plan is applied once, the losers say who was first, and all of them end well")
    func jobs() async throws {
        var rows: [String] = []
        for count in [2, 8] {
            var (tally, violations) = ([String: Int](), 0)
            for _ in 0..<Self.rounds {
                let (results, isSound) = try await Self.round(of: count)
                for result in results { tally[result, default: 0] += 1 }
                #expect(isSound, "\(count) jobs: \(results)")
                violations += isSound ? 0 : 1
            }
            let told = ["applied", "locked", "waiting", "nothing"].map { "\(tally[$0] ?? 0)" }
            #expect(tally["applied"] == Self.rounds)
            rows.append("| \(count) | \(Self.rounds) | \(told.joined(separator: " | ")) | \(violations) |")
        }
        print(rows.joined(separator: "\n"))
        try FaultPage.renew(rows, in: .rounds)
    }

    /// What became of the jobs, and whether all that has to hold does.
    private static func round(of count: Int) async throws -> (results: [String], isSound: Bool) {
        let stage = try await FaultStage(.applying, overHTTP: true)
        let results = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<count {
                group.addTask {
                    try result(try await stage.job(number, ["reconcile", "--only", "apply", "--format", "json"]))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let refs = try await stage.stage.refs().keys
        let ending = try await stage.ending()
        let isSound =
            stage.applies == 1 && results.count { $0 == "applied" } == 1
            && Set(results).isSubset(of: ["applied", "locked", "waiting", "nothing"])
            && refs.count { $0.contains("/applied/") } == 1 && ending == "applied"
            && !refs.contains { $0.contains("/locks/") || $0.contains("/applying/") }
        return (results.sorted(), isSound)
    }
}
