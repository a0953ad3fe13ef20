import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// A job that stands still at a step, while another one with a clone and a history of its own runs to its end.
@Suite("A second job at every step", .timeLimit(.minutes(30)))
struct HeldJobTests {
    /// The steps between the decision to apply and its record.
    private static var chosen: [Fault] {
        let few = ["before push-lock", "after push-lock", "after apply", "before push-proposal"]
        return FaultPage.chosen(of: Fault.all([.hold])) { fault in
            [.applying, .proposing].contains(fault.scenario) && few.contains("\(fault.side.rawValue) \(fault.point)")
        }
    }

    @Test("each approved plan is applied once, nothing is lost, and no lock stays")
    func everyStep() async throws {
        try FaultPage.expect(try await concurrently(Self.chosen, Self.row), in: .overlaps)
    }

    private static func row(of fault: Fault) async throws -> String {
        let stage = try await FaultStage(fault.scenario)
        async let run = stage.run(fault)
        try await eventually("\(fault)") { stage.isReached }
        let second = try await stage.job(2, try await stage.arguments())
        try stage.release()
        let held = try await run
        for completion in [second, held] {
            let isTold = [.exited(0), .exited(1), .exited(3)].contains(completion.exit)
            #expect(isTold, "\(fault): \(completion.exit) \(completion.errorText)")
        }
        try await stage.expectSound("\(fault)")
        let verified = try await stage.stage.sphinx(
            ["history", "verify"], ["SQLITE_DB_PATH": stage.stage.folder.file("job-2.db")])
        #expect(verified.exit == .exited(0), "\(fault): \(verified.outputText)\(verified.errorText)")
        return
            "| \(fault.scenario.rawValue) | `\(fault.point)` | \(fault.side.rawValue) | \(FaultStage.said(second)) | \(FaultStage.said(held)) | \(try await stage.ending()) | \(stage.applies) |"
    }
}
