import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

/// Every step that changes something outside, stopped and failed before and after; then the next run, and one more.
///
/// All of them take minutes (`.ci/faults`), so that a run of the suite takes a part.
@Suite("Faults at every step", .timeLimit(.minutes(30)))
struct FaultTests {
    private static let isWhole = ProcessInfo.processInfo.environment["SPHINX_FAULTS"] == "all"
    private static let page = "Sources/sphinx/Documentation.docc/Faults.md"

    /// Kills where a step is done and not yet recorded are what most can go wrong at.
    private static var chosen: [Fault] {
        isWhole
            ? Fault.all
            : Fault.all.filter {
                $0.action == .kill && $0.side == .after && ($0.point.hasPrefix("push-") || $0.point == "apply")
            }
    }

    @Test("no approved plan is applied twice or lost, no lock stays, and the next run ends the work")
    func everyStep() async throws {
        let rows = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var (rows, next) = ([Int: String](), 0)
            let faults = Self.chosen
            while next < min(2, faults.count) {
                group.addTask { [next] in (next, try await Self.row(of: faults[next])) }
                next += 1
            }
            while let (index, row) = try await group.next() {
                rows[index] = row
                if next < faults.count {
                    group.addTask { [next] in (next, try await Self.row(of: faults[next])) }
                    next += 1
                }
            }
            return rows.sorted { $0.key < $1.key }.map(\.value)
        }
        if Self.isWhole { try Self.write(rows) }
        let told = try Self.told()
        for row in rows { #expect(told.contains(row), "\(Self.page) does not say: \(row)") }
    }

    /// One row of the table, after all that has to hold was looked at.
    private static func row(of fault: Fault) async throws -> String {
        let stage = try await FaultStage(fault.scenario)
        let struck = try await stage.run(fault)
        #expect(stage.isReached, "\(fault): never reached: \(struck.errorText)\(struck.outputText)")
        switch fault.action {
        case .kill: #expect(struck.exit == .signaled(SIGKILL), "\(fault)")
        case .error:
            let exits: [Completion.Exit] = fault.isOnlyNoticed ? [.exited(0)] : [.exited(1), .exited(3)]
            #expect(exits.contains(struck.exit), "\(fault): \(struck.exit)")
            let words = struck.outputText + struck.errorText
            #expect(words.contains("a fault \(fault.side.rawValue) \(fault.point)"), "\(fault): \(words)")
            // After a push that was taken and not answered nobody knows: then the lock ends with its lease.
            if fault.side == .before {
                let refs = try await stage.stage.refs().keys
                #expect(!refs.contains { $0.contains("/locks/") }, "\(fault): the lock was not given back")
            }
        }
        let next = try await stage.run()
        let last = try await stage.settled()
        #expect([.exited(0), .exited(3)].contains(next.exit), "\(fault): \(next.errorText)")
        #expect(last != nil, "\(fault): every run changes something")
        try await expectSound(stage, fault)
        let word = try await stage.ending()
        let result = try JSONDecoder().decode(JSONValue.self, from: Data(next.output))
        let said = result.value(at: "applies.0.result")?.string ?? result.value(at: "proposals.0.state")?.string ?? "-"
        return
            "| \(fault.scenario.rawValue) | `\(fault.point)` | \(fault.side.rawValue) | \(fault.action.rawValue) | \(said) | \(word) | \(stage.applies) |"
    }

    private static func expectSound(_ stage: FaultStage, _ fault: Fault) async throws {
        let refs = try await stage.stage.refs().keys
        #expect(!refs.contains { $0.contains("/locks/") || $0.contains("/applying/") }, "\(fault): \(refs.sorted())")
        #expect(stage.applies <= 1, "\(fault): applied \(stage.applies) times")
        let ending = try await stage.ending()
        let expected: Set<String> =
            switch fault.scenario {
            case .proposing: ["proposed"]
            case .applying: ["applied", "asks for approval"]
            case .failing, .drifted: ["asks for approval"]
            case .withdrawing: ["nothing left"]
            }
        #expect(expected.contains(ending), "\(fault): \(ending)")
        let history = try await stage.stage.sphinx(["history", "verify"])
        #expect(history.exit == .exited(0), "\(fault): \(history.outputText)\(history.errorText)")
    }

    // MARK: The page

    private static var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: page)
    }

    private static func told() throws -> String { try String(contentsOf: file, encoding: .utf8) }

    /// Of the whole table, where the environment asks for it.
    private static func write(_ rows: [String]) throws {
        guard ProcessInfo.processInfo.environment["SPHINX_RENEW_GOLDENS"] != nil else { return }
        let text = """
            # Faults

            What was stopped or made to fail, on which side of which step, and what the next run made of it.

            ## Overview

            `.ci/faults` runs every row on a real remote, a real Terraform and a real history: the process is killed (SIGKILL), or the step \\
            fails. After each one two more runs are made. In every row no approved plan was applied twice and none was lost, no lock \\
            and no unfinished apply was left, the history verified, and the last run changed no ref. "asks for approval" is a branch \\
            that a person merges to have the plan applied; a failed apply is never tried again by itself.

            | scenario | step | side | fault | next run | in the end | applies |
            |---|---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
}
