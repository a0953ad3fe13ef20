import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// Every step that changes something outside, stopped and failed before and after; then the next run, and one more.
///
/// All of them take minutes (`.ci/faults`), so that a run of the suite takes a part.
@Suite("Faults at every step", .timeLimit(.minutes(30)))
struct FaultTests {
    /// Kills where a step is done and not yet recorded are what most can go wrong at.
    private static var chosen: [Fault] {
        let parts = ["push-", "apply", "recover", Fault.stateWrite]
        return FaultPage.chosen(of: Fault.all([.kill, .error])) { fault in
            fault.action == .kill && fault.side == .after && parts.contains { fault.point.hasPrefix($0) }
        }
    }

    @Test("no approved plan is applied twice or lost, no lock stays, and the next run ends the work")
    func everyStep() async throws {
        try FaultPage.expect(try await concurrently(Self.chosen, Self.row), in: .faults)
    }

    /// One row of the table, after all that has to hold was looked at.
    private static func row(of fault: Fault) async throws -> String {
        let stage = try await FaultStage(fault.scenario)
        let struck = try await stage.run(fault)
        #expect(stage.isReached, "\(fault): never reached: \(struck.errorText)\(struck.outputText)")
        switch fault.action {
        case .error: try await expectTold(fault, struck, stage)
        default: #expect(struck.exit == .signaled(SIGKILL), "\(fault)")
        }
        let next = try await stage.run()
        #expect(next.exit != .exited(2), "\(fault): \(next.errorText)")
        try await stage.expectSound("\(fault)")
        // A question is paid for: it is asked again only where its answer was lost.
        let isKept = fault.scenario == .asking && (fault.point == "push-proposal" || fault.side == .after)
        #expect(stage.questions <= (isKept && fault.point != "ask" ? 1 : 6), "\(fault): \(stage.questions) questions")
        return
            "| \(fault.scenario.rawValue) | `\(fault.point)` | \(fault.side.rawValue) | \(fault.action.rawValue) | \(FaultStage.said(next)) | \(try await stage.ending()) | \(stage.applies) |"
    }

    /// The step's error is told, and it leaves no lock, whether the remote took the push or not.
    private static func expectTold(_ fault: Fault, _ struck: Completion, _ stage: FaultStage) async throws {
        let exits: [Completion.Exit] = fault.isOnlyNoticed ? [.exited(0)] : [.exited(1), .exited(3)]
        #expect(exits.contains(struck.exit), "\(fault): \(struck.exit)")
        let words = struck.outputText + struck.errorText
        let isTerraform = fault.point == Fault.stateWrite
        let told = isTerraform ? "killed by signal 9" : "a fault \(fault.side.rawValue) \(fault.point)"
        #expect(words.contains(told), "\(fault): \(words)")
        // A lock whose own deletion fails is broken when its holder is gone, or its lease is over.
        let isKept = fault.point == "push-unlock" && fault.side == .before
        let refs = try await stage.stage.refs().keys
        #expect(refs.contains { $0.contains("/locks/") } == isKept, "\(fault): the lock was not given back")
    }
}

extension FaultStage {
    /// One word for what a run did, or the sentence that it ended with.
    static func said(_ completion: Completion) -> String {
        let report = try? JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
        let words = report?.value(at: "applies.0.result")?.string ?? report?.value(at: "proposals.0.state")?.string
        if let words { return words }
        if report != nil { return "-" }
        let lines = "\(completion.outputText)\n\(completion.errorText)".split(separator: "\n").map(String.init)
        let line = lines.first { $0.hasPrefix("sphinx: ") || $0.firstMatch(of: #/^\d{4}-/#) == nil } ?? "-"
        return String(line.prefix { $0 != ";" }).replacing(#/^sphinx: /#, with: "")
            .replacing(#/\d{4}-\d\d-\d\dT[0-9:]{8}Z/#, with: "…").replacing(#/\d{8}T\d{6}Z-[0-9a-f-]+/#, with: "…")
            .replacing(#/[0-9A-Fa-f-]{36}|[0-9a-f]{10,}/#, with: "…").replacing(#/ \/\S+\//#, with: " …/")
            .replacing("|", with: "/")
    }

    /// What has to hold after everything.
    func expectSound(_ what: String) async throws {
        let last = try await settled()
        #expect(last != nil, "\(what): every run changes something")
        #expect([.exited(0), .exited(3)].contains(last?.exit), "\(what): \(last?.errorText ?? "")")
        let refs = try await stage.refs().keys
        #expect(!refs.contains { $0.contains("/locks/") || $0.contains("/applying/") }, "\(what): \(refs.sorted())")
        #expect(applies <= 1, "\(what): applied \(applies) times")
        let ending = try await ending()
        #expect(scenario.endings.contains(ending), "\(what): \(ending)")
        let left = try scratchFolders
        #expect(left.isEmpty, "\(what): \(left)")
        let history = try await stage.sphinx(["history", "verify"])
        #expect(history.exit == .exited(0), "\(what): \(history.outputText)\(history.errorText)")
    }
}
