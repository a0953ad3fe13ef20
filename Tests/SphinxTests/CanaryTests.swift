import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@testable import sphinx

/// Secrets of eight kinds, and every byte that leaves Sphinx.
@Suite("Canaries", .timeLimit(.minutes(30)))
struct CanaryTests {
    private static let clean: [String: Set<String>] = [
        "standard output": [], "standard error": [], "requests to Gemini": [], "git objects": [], "history": [],
        "cache": [],
    ]

    private static func report(_ completion: Completion) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
    }

    @Test(
        "proposed with a repair, merged and applied: in no sink is a secret, and what reviewers need is there",
        arguments: ["text", "json"])
    func wholeLoop(log: String) async throws {
        let canary = try await CanaryStage()
        let server = try await canary.prometheus()
        let emulator = try GeminiEmulator(
            key: Canary.own.texts[0], [CanaryStage.answer(size: "tiny"), CanaryStage.answer(size: "small")])
        let environment = ["PROMETHEUS_URL": server.url, "GEMINI_BASE_URL": emulator.url]
        let flags = ["--log-format", log, "--log-level", "trace"]

        let first = try await canary.sphinx(["reconcile", "--format", "json"] + flags, environment)
        let report = try Self.report(first)
        #expect(report.value(at: "proposals.0.state")?.string == "created", "\(first.outputText)\(first.errorText)")
        // The plugin's failure is one status, and the repair took a second call.
        #expect(first.exit == .exited(3) && report.value(at: "usage.geminiCalls")?.scalarText == "2")
        let branch = try #require(report.value(at: "proposals.0.branch")?.string)
        let key = try #require(report.value(at: "proposals.0.key")?.string)
        try await expectReviewable(canary, branch, key)
        #expect(try await canary.stage.refs()["refs/heads/\(branch)"] != nil)
        let state = try canary.stage.state("web")
        for kind in [Canary.marked, .computed, .variable, .literal, .format, .random] {
            for text in kind.texts.map({ $0.replacing("\"", with: "\\\"") }) { #expect(state.contains(text)) }
        }

        for command in [
            ["analyze", "--format", "json", "--explain"], ["analyze", "--format", "markdown"], ["analyze", "--sarif"],
            ["analyze", "--explain"], ["reconcile", "--dry-run"], ["reconcile", "--format", "markdown"],
            ["proposals", "show", key], ["proposals", "list"], ["workspaces", "list"], ["plugins", "list"],
            ["proposals", "diff", key], ["report", "--html", "-"], ["report", "--markdown", "-"], ["history", "list"],
            ["history", "export"], ["history", "verify"], ["rules", "check"],
        ] {
            try await canary.sphinx(command + flags, environment)
        }

        try await canary.stage.merge(branch)
        let second = try await canary.sphinx(["reconcile", "--only", "apply"] + flags, environment)
        #expect(second.outputText.contains("Apply complete! Resources: 0 added, 1 changed, 0 destroyed."))
        #expect(try canary.stage.state("web").contains("\"size\": \"small\""))
        let steps = try Self.report(try await canary.sphinx(["history", "list", "--format", "json"], environment))
        for step in try #require(steps["steps"]?.array).compactMap({ $0["step"]?.scalarText }) {
            try await canary.sphinx(["history", "show", step], environment)
        }
        let found = try await canary.findings(asked: emulator)
        #expect(found == Self.clean, "\(found)")
    }

    /// What was taken out left everything else where it was.
    private func expectReviewable(_ canary: CanaryStage, _ branch: String, _ key: String) async throws {
        let folder = "proposals/web/\(key)"
        let plan = try await canary.stage.show("\(folder)/plan.txt", on: branch)
        let page = try await canary.stage.show("\(folder)/README.md", on: branch)
        for text in ["~ size", "\"large\" -> \"small\"", "id ", "\"i-1\"", "gold", "1 to change"] {
            #expect(plan.contains(text), "\(plan)")
        }
        for text in [
            "`input.size`: `large` → `small`", "-    size              = \"large\" # chosen by hand\n",
            "+    size              = \"small\" # chosen by hand\n", "       (redacted)\n     EOT\n",
            "     connection_string = \"(redacted)\"\n",
            "CPU of i-1 is 0.01 with (redacted), (redacted), (redacted).",
        ] {
            #expect(page.contains(text), "\(page)")
        }
        #expect(canary.text(of: "standard output").contains("terraform_data.one is idle"))
    }

    @Test(
        "an apply that fails with the secrets in its words: recorded, reported, kept and asked about without them",
        arguments: ["text", "json"])
    func failedApply(log: String) async throws {
        let canary = try await CanaryStage(
            more: """
                    postcondition {
                      condition     = self.output.size != "small"
                      error_message = "it is small now: ${nonsensitive(var.marked)}, ${nonsensitive(var.computed)}, ${self.input.password}, ${self.input.word}, ${self.input.pem}, ${self.input.place}."
                    }

                """)
        let server = try await canary.prometheus()
        let emulator = try GeminiEmulator(key: Canary.own.texts[0], [CanaryStage.answer(size: "small")])
        let environment = ["PROMETHEUS_URL": server.url, "GEMINI_BASE_URL": emulator.url]
        let flags = ["--log-format", log, "--log-level", "trace", "--format", "json"]
        let first = try Self.report(try await canary.sphinx(["reconcile"] + flags, environment))
        try await canary.stage.merge(try #require(first.value(at: "proposals.0.branch")?.string))
        let second = try await canary.sphinx(["reconcile", "--only", "apply"] + flags, environment)
        #expect(try Self.report(second).value(at: "applies.0.result")?.string == "failed", "\(second.outputText)")
        #expect(second.outputText.contains("it is small now: (redacted)"))
        #expect(canary.stage.folder.exists("cache/errored"))
        // The next run asks for approval of what is left.
        try await canary.sphinx(["reconcile", "--only", "apply"] + flags, environment)
        let found = try await canary.findings(asked: emulator)
        #expect(found == Self.clean, "\(found)")
    }

    @Test("infrastructure that moved between review and apply: the request for approval holds no secret")
    func drift() async throws {
        let canary = try await CanaryStage()
        let server = try await canary.prometheus()
        let emulator = try GeminiEmulator(key: Canary.own.texts[0], [CanaryStage.answer(size: "small")])
        let environment = ["PROMETHEUS_URL": server.url, "GEMINI_BASE_URL": emulator.url]
        let first = try Self.report(try await canary.sphinx(["reconcile", "--format", "json"], environment))
        try await canary.stage.merge(try #require(first.value(at: "proposals.0.branch")?.string))
        try canary.stage.drift("\"gold\"", to: "\"silver\"")
        let second = try Self.report(
            try await canary.sphinx(["reconcile", "--only", "apply", "--format", "json"], environment))
        let branch = try #require(second.value(at: "proposals.0.branch")?.string)
        #expect(branch.hasPrefix("sphinx/web/approve-"))
        let key = try #require(second.value(at: "proposals.0.key")?.string)
        let page = try await canary.stage.show("proposals/web/\(key)/README.md", on: branch)
        #expect(page.contains("`input.env.1.value`: `silver` → `gold`") && page.contains("(redacted)"), "\(page)")
        let found = try await canary.findings(asked: emulator)
        #expect(found == Self.clean, "\(found)")
    }

    @Test("servers that repeat what they were sent", arguments: ["text", "json"])
    func echoes(log: String) async throws {
        let canary = try await CanaryStage()
        let server = try await canary.prometheus()
        let flags = ["--log-format", log, "--format", log == "text" ? "markdown" : "json"]
        let padding = String(repeating: "x ", count: 241)
        let own = Canary.own.texts
        // The words are cut at 500 characters, within the secret.
        let metrics = try LoopbackServer { request in
            let sent = [request.headers["authorization"], request.headers["x-api-key"]].compactMap(\.self)
            return .text(400, JSONValue.object(["error": .string(padding + sent.joined(separator: " "))]).canonical)
        }
        let refused = try await canary.sphinx(["reconcile"] + flags, ["PROMETHEUS_URL": metrics.url])
        #expect(refused.outputText.contains("Prometheus refused the query (400): x x"))

        let model = try LoopbackServer { request in
            .text(
                400,
                JSONValue.object([
                    "error": .object(["message": .string(padding + (request.headers["x-goog-api-key"] ?? ""))])
                ]).canonical)
        }
        let unanswered = try await canary.sphinx(
            ["reconcile"] + flags, ["PROMETHEUS_URL": server.url, "GEMINI_BASE_URL": model.url])
        #expect(unanswered.outputText.contains("Gemini answered with status 400: x x") && !model.requests.isEmpty)

        let hook = "#!/bin/sh\necho 'no branches for \(own[1]) of https://robot:\(own[1])@host today' >&2\nexit 1\n"
        try canary.stage.folder.write(hook, to: "remote.git/hooks/pre-receive")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: canary.stage.folder.file("remote.git/hooks/pre-receive"))
        let emulator = try GeminiEmulator(key: own[0], [CanaryStage.answer(size: "small")])
        let unpublished = try await canary.sphinx(
            ["reconcile"] + flags, ["PROMETHEUS_URL": server.url, "GEMINI_BASE_URL": emulator.url])
        #expect(unpublished.outputText.contains("no branches for"))
        try await canary.sphinx(["doctor"] + flags, ["PROMETHEUS_URL": metrics.url, "GEMINI_BASE_URL": model.url])
        let found = try await canary.findings(asked: emulator)
        #expect(found == Self.clean, "\(found)")
    }

    @Test("a rule's own fix, without a model: page, plan and difference hold no secret")
    func byRule() async throws {
        let canary = try await CanaryStage()
        try await canary.stage.commit(
            ["rules.yml": LoopStage.rules.replacing("CPU of {labels.id}", with: "{labels.api_token} {labels.note}")],
            "Let the rule write")
        let server = try await canary.prometheus()
        let environment = ["PROMETHEUS_URL": server.url, "GOOGLE_API_KEY": ""]
        let report = try await canary.sphinx(["reconcile", "--format", "json"], environment)
        #expect(try Self.report(report).value(at: "proposals.0.state")?.string == "created", "\(report.outputText)")
        let found = try await canary.findings()
        #expect(found == Self.clean, "\(found)")
    }
}
