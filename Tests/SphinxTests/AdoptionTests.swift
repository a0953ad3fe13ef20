import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// Sphinx dies while Terraform applies; Terraform goes on, and the next run takes over what it finds.
@Suite("Applies that outlive their run", .timeLimit(.minutes(30)))
struct AdoptionTests {
    private let fault: FaultStage
    private var stage: LoopStage { fault.stage }

    /// Terraform's apply says that it runs, and waits for a word: `go` applies, `fail` does not, `lose` loses its state.
    init() async throws {
        fault = try await FaultStage(.applying)
        try stage.folder.write(
            """
            #!/bin/sh
            if [ "$1" = apply ] && [ ! -e \(stage.folder.file("once")) ]; then
              touch \(stage.folder.file("once"))
              until [ -e \(stage.folder.file("go")) ] || [ -e \(stage.folder.file("fail")) ] || [ -e \(stage.folder.file("lose")) ]; do sleep 0.05; done
              if [ -e \(stage.folder.file("lose")) ]; then echo '{}' > errored.tfstate; touch \(stage.folder.file("failed")); exit 1; fi
              if [ -e \(stage.folder.file("fail")) ]; then cat \(stage.folder.file("fail")); touch \(stage.folder.file("failed")); exit 1; fi
              echo apply >> \(stage.folder.file("applies"))
              terraform "$@"
              touch \(stage.folder.file("ended"))
              exit
            fi
            if [ "$1" = apply ]; then echo apply >> \(stage.folder.file("applies")); fi
            exec terraform "$@"

            """, to: "slow-terraform")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: stage.folder.file("slow-terraform"))
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: stage.folder.file(name)) }

    private func run(onStart: (@Sendable (Int32) -> Void)? = nil) async throws -> Completion {
        try await stage.sphinx(
            ["reconcile", "--only", "apply", "--format", "json"],
            ["TERRAFORM_BINARY": stage.folder.file("slow-terraform"), "TMPDIR": stage.folder.file("tmp")],
            onStart: onStart)
    }

    /// A first run that is killed when its Terraform applies.
    private func killedRun() async throws {
        let process = StartedProcess()
        async let killed = run(onStart: process.note)
        try await eventually("Terraform applies") { exists("once") }
        try await process.signal(SIGKILL)
        #expect(try await killed.exit == .signaled(SIGKILL))
    }

    private func lock() async throws -> String? {
        try await stage.refs().first { $0.key.contains("/locks/") }?.value
    }

    private func expectAdopted(_ completion: Completion) async throws {
        #expect(completion.exit == .exited(0), "\(completion.errorText)")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
        #expect(report.value(at: "applies.0.result")?.string == "applied")
        #expect(
            report.value(at: "applies.0.reason")?.string
                == "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.")
        #expect(try await fault.ending() == "applied" && fault.applies == 1)
        let refs = try await stage.refs().keys
        #expect(!refs.contains { $0.contains("/locks/") || $0.contains("/applying/") })
        let steps = try await stage.sphinx(["history", "list"])
        #expect(steps.outputText.contains("adopted"))
        let left = try FileManager.default.subpathsOfDirectory(atPath: stage.folder.file("tmp"))
        #expect(!left.contains { $0.hasSuffix("apply.log") || $0.hasSuffix(".json") }, "\(left)")
    }

    @Test("the next run waits for one that still runs, and records how it ended")
    func running() async throws {
        try await killedRun()
        let first = try await lock()
        async let next = run()
        // It has broken the dead run's lock, and waits.
        try await eventually("the next run takes the lock") { try await lock() != first }
        try stage.folder.write("", to: "go")
        try await expectAdopted(try await next)
    }

    @Test("the next run records one that has ended in between")
    func ended() async throws {
        try await killedRun()
        try stage.folder.write("", to: "go")
        try await eventually("Terraform ends") { exists("ended") }
        try await expectAdopted(try await run())
    }

    @Test("one that could not save its state stops everything else, by name, until a person has seen to it")
    func lost() async throws {
        try await killedRun()
        try stage.folder.write("", to: "lose")
        try await eventually("Terraform fails") { exists("failed") }
        func problem() async throws -> (message: String, hint: String) {
            let next = try await run()
            #expect(next.exit == .exited(3) && fault.applies == 0)
            #expect(try await lock() == nil)
            let report = try JSONDecoder().decode(JSONValue.self, from: Data(next.output))
            return (
                try #require(report.value(at: "problems.0.message")?.string),
                try #require(report.value(at: "problems.0.hint")?.string)
            )
        }
        let first = try await problem()
        let place =
            /^web: an apply that outlived its run failed; the state could not be saved and is in (.+errored.tfstate)$/
        let state = try #require(first.message.firstMatch(of: place)).1
        #expect(state.hasPrefix("\(stage.folder.file("cache/errored"))/") && state.contains("/web/"))
        #expect(first.hint == "recover it with 'sphinx state recover --workspace web' before anything else is applied")
        for _ in 0..<2 {
            let next = try await problem()
            #expect(
                next.message
                    == "web: the state of an earlier apply could not be saved and is in \(state), so nothing is applied"
            )
            #expect(next.hint == "recover it with 'sphinx state recover --workspace web', or remove the file")
        }
        // A person gives it up: what was approved before the failure is not applied without being asked for again.
        try FileManager.default.removeItem(atPath: String(state))
        #expect(try await run().outputText.contains("needs_approval") && fault.applies == 0)
    }

    @Test("one that failed is recorded with its log, and not tried again without a new approval")
    func failed() async throws {
        try await killedRun()
        try stage.folder.write(
            "{\"@level\":\"error\",\"@message\":\"Error: quota exceeded\",\"type\":\"diagnostic\"}\n", to: "fail")
        try await eventually("Terraform fails") { exists("failed") }
        let next = try await run()
        #expect(next.exit == .exited(3) && fault.applies == 0)
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(next.output))
        let reason = "web: an apply that outlived its run failed: Error: quota exceeded"
        #expect(report.value(at: "applies.0.reason")?.string == "\(reason); left: terraform_data.one")
        let log = try await stage.sphinx(["history", "export", "--action", "log"])
        #expect(log.outputText.contains("Error: quota exceeded"))
        let after = try JSONDecoder().decode(JSONValue.self, from: Data(try await run().output))
        #expect(after.value(at: "applies.0.result")?.string == "needs_approval" && fault.applies == 0)
    }

    @Test("one that was cut off before it changed anything is resumed, as its plan still is what was approved")
    func cutOff() async throws {
        try await killedRun()
        try stage.folder.write("", to: "fail")
        try await eventually("Terraform fails") { exists("failed") }
        let next = try await run()
        #expect(next.outputText.contains("Apply complete! Resources: 0 added, 1 changed, 0 destroyed."))
        #expect(try await fault.ending() == "applied" && fault.applies == 1)
    }
}
