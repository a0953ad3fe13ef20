import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// Where a run is when the signal comes.
enum InterruptedStep: String, CaseIterable, Sendable {
    case fetch, query, question, plan, apply
}

@Suite("Interrupts", .timeLimit(.minutes(30)))
struct InterruptTests {
    /// A run over http whose Prometheus and Gemini never answer, and whose Terraform waits where it is told to.
    private final class Stage: Sendable {
        let stage: LoopStage
        let step: InterruptedStep
        /// Leads to a question without Prometheus.
        private static let stateRule = """
            rules:
              - id: large
                name: Large machine
                source: state
                resource: {type: terraform_data, where: {attributes: {input.size: large}}}
                opportunity_title_template: "{address} is large"

            """

        static let credentials = [
            "SPHINX_GIT_USER": GitHTTPServer.user, "SPHINX_GIT_TOKEN": GitHTTPServer.password,
        ]

        private let git: GitHTTPServer
        private let silent: LoopbackServer

        init(_ step: InterruptedStep) async throws {
            self.step = step
            stage = try await LoopStage(
                ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")],
                rules: step == .question ? Self.stateRule : LoopStage.rules)
            stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
            if step == .apply {
                try await stage.merge(try await stage.reconcile().proposals.first?.branch ?? "")
            }
            git = try await GitHTTPServer(root: stage.folder.path)
            silent = try LoopbackServer { _ in .hang }
            try await Shell.git("--git-dir", stage.remote, "config", "http.receivepack", "true")
            let url = step == .fetch ? silent.url : git.url
            try await Shell.git(
                "--git-dir", stage.folder.file("job.git"), "config", "remote.origin.url", "\(url)/remote.git")
            try write()
        }

        /// On an interrupt Terraform ends what it began, and says that it did not do the rest.
        private func write() throws {
            let path = stage.folder.path
            try stage.folder.write(
                """
                #!/bin/sh
                if [ "$1" = \(step.rawValue) ]; then
                  echo $$ > \(path)/pid
                  trap 'echo INT >> \(path)/signals' INT
                  trap 'echo TERM >> \(path)/signals; exit 1' TERM
                  touch \(path)/reached
                  until [ -e \(path)/go ]; do sleep 0.05; done
                  echo '{"@level":"error","@message":"Error: execution halted","type":"diagnostic"}'
                  exit 1
                fi
                exec terraform "$@"

                """, to: "waiting-terraform")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: stage.folder.file("waiting-terraform"))
        }

        func run(onStart: @escaping @Sendable (Int32) -> Void) async throws -> Completion {
            try await stage.sphinx(
                ["reconcile", "--format", "json"] + (step == .plan ? ["--detect-drift"] : []),
                [
                    "TERRAFORM_BINARY": stage.folder.file("waiting-terraform"),
                    "PROMETHEUS_URL": step == .query ? silent.url : "http://127.0.0.1:1",
                    "GOOGLE_API_KEY": "test-key", "GEMINI_BASE_URL": silent.url,
                ].merging(Self.credentials) { $1 }, onStart: onStart)
        }

        var isReached: Bool { !silent.requests.isEmpty || stage.folder.exists("reached") }
        var signals: String { (try? stage.folder.read("signals")) ?? "" }

        /// Whether the program that waited is gone.
        var hasEnded: Bool {
            guard let pid = (try? stage.folder.read("pid")).flatMap({ Int32($0.trimmed) }) else { return true }
            return kill(pid, 0) != 0
        }
    }

    /// Starts a run, sends signals once it is where it should be, and lets Terraform go on after the last one.
    private func interrupted(_ stage: Stage, by signals: [Int32]) async throws -> Completion {
        let process = StartedProcess()
        async let run = stage.run(onStart: process.note)
        try await eventually("the run reaches \(stage.step.rawValue)") { stage.isReached }
        for signal in signals {
            try await process.signal(signal)
            if stage.step == .apply { try await eventually("Terraform is told") { stage.signals == "INT\n" } }
        }
        try stage.stage.folder.write("", to: "go")
        return try await run
    }

    @Test(
        "a run ends with the signal's exit code, tells what was done, and leaves neither lock nor child",
        arguments: InterruptedStep.allCases, [SIGINT, SIGTERM])
    func table(step: InterruptedStep, signal: Int32) async throws {
        let stage = try await Stage(step)
        let before = try await stage.stage.refs()
        let completion = try await interrupted(stage, by: [signal])
        #expect(completion.exit == .exited(128 + signal), "\(completion.errorText)")
        #expect(stage.hasEnded)
        let refs = try await stage.stage.refs()
        #expect(refs.keys.allSatisfy { !$0.contains("/locks/") && !$0.contains("/applying/") })
        if step != .apply { #expect(refs.filter { !$0.key.hasSuffix("/history") } == before) }
        let rows = try await stage.stage.sphinx(["history", "list", "--action", "run", "--format", "csv"])
        #expect(rows.outputText.contains(step == .fetch ? "failed" : "done"), "\(rows.outputText)")
    }

    @Test(
        "of an apply tells Terraform once, waits for it, and records what it did not do", arguments: [SIGINT, SIGTERM])
    func apply(signal: Int32) async throws {
        let stage = try await Stage(.apply)
        let completion = try await interrupted(stage, by: [signal, signal, SIGINT])
        #expect(completion.exit == .exited(128 + signal), "\(completion.errorText)")
        #expect(stage.signals == "INT\n" && stage.hasEnded)
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
        #expect(report.value(at: "applies.0.result")?.string == "failed")
        #expect(
            report.value(at: "applies.0.reason")?.string
                == "web: terraform apply was interrupted; left: terraform_data.one")
        let refs = try await stage.stage.allRefs().keys
        #expect(refs.contains { $0.contains("/failed/") } && refs.contains { $0.hasSuffix("/history") })
        let log = try await stage.stage.sphinx(["history", "export", "--action", "log"])
        #expect(log.outputText.contains("Error: execution halted"))
        #expect(try await stage.stage.sphinx(["history", "verify"], Stage.credentials).succeeded)
    }

    @Test("of a recovery gives the lock back, and the state is in one of its two places", arguments: [SIGINT, SIGTERM])
    func recovery(signal: Int32) async throws {
        let stage = try await FaultStage(.recovering)
        let process = StartedProcess()
        let hold = Fault(scenario: .recovering, point: "recover", side: .before, action: .hold)
        async let run = stage.run(hold, onStart: process.note)
        try await eventually("the recovery begins") { stage.isReached }
        try await process.signal(signal)
        try stage.release()
        let completion = try await run
        #expect(completion.exit == .exited(128 + signal), "\(completion.errorText)")
        #expect(try await stage.stage.refs().keys.allSatisfy { !$0.contains("/locks/") })
        #expect(try await stage.run().exit == .exited(0))
        try await stage.expectSound("a recovery, interrupted")
    }
}
