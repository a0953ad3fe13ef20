import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// The built command, as a shell starts it.
@Suite("The command line")
struct CommandLineTests {
    private static let canaries = [
        "GOOGLE_API_KEY": "canary-gemini-key", "SPHINX_GIT_TOKEN": "canary-git-token",
        "PROMETHEUS_BEARER_TOKEN": "canary-prometheus",
        "TF_VAR_secret": "canary-variable", "AWS_SECRET_ACCESS_KEY": "canary-aws-secret",
    ]

    private func sphinx(
        _ arguments: [String], in stage: LoopStage, _ environment: [String: String] = [:]
    ) async throws -> Completion {
        try await stage.sphinx(arguments, environment)
    }

    /// One idle machine over the last hour.
    private func prometheus() async throws -> PrometheusServer {
        let end = Int(Date().timeIntervalSince1970) / 60 * 60
        let samples = (0...60).map { "cpu{id=\"i-1\"} 0.01 \(end - (60 - $0) * 60)\n" }.joined()
        return try await PrometheusServer(openMetrics: "# TYPE cpu gauge\n\(samples)# EOF\n")
    }

    @Test("a step of GitHub Actions gets its summary, annotations and outputs; an unwritable file is one warning")
    func gitHubActions() async throws {
        let stage = try await LoopStage.oneMachine()
        let server = try await prometheus()
        try stage.folder.write("before=1\n", to: "output")
        try stage.folder.write("", to: "summary")
        let step = [
            "PROMETHEUS_URL": server.url, "GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": stage.folder.file("output"),
            "GITHUB_STEP_SUMMARY": stage.folder.file("summary"),
        ]
        let run = try await sphinx(["reconcile"], in: stage, step)
        #expect(run.exit == .exited(0), "\(run.errorText)")
        let output = try stage.folder.read("output")
        let branch = try #require(output.firstMatch(of: /created=(\S+)\n/)?.1)
        #expect(output == "before=1\ncreated=\(branch)\nopen=\(branch)\napplied=0\nfailed=0\n")
        #expect(try stage.folder.read("summary").hasPrefix("# Sphinx: run "))
        #expect(run.errorText.contains("::notice title=Sphinx%3A proposed::terraform_data.one is idle (\(branch))\n"))
        #expect(!run.outputText.contains("::notice"))
        let away = try await sphinx(
            ["reconcile"], in: stage, step.merging(["GITHUB_OUTPUT": "/nowhere/file"]) { $1 })
        #expect(away.exit == .exited(0))
        #expect(away.errorText.contains("GITHUB_OUTPUT: '/nowhere/file' cannot be written"))
        let mistake = try await sphinx(["reconcile"], in: stage, ["SPHINX_MERGE_REQUESTS": "github"])
        #expect(mistake.exit == .exited(1))
        #expect(
            mistake.errorText.contains(
                "SPHINX_MERGE_REQUESTS is 'github'; write gitlab, or agit for Gitea and Forgejo; leave it out to open none"
            ))
    }

    @Test("the whole loop by the command, with a real Prometheus; JSON is what the design says")
    func loop() async throws {
        let stage = try await LoopStage.oneMachine()
        let server = try await prometheus()
        let environment = ["PROMETHEUS_URL": server.url]
        let first = try await sphinx(["reconcile", "--format", "json", "--detailed-exitcode"], in: stage, environment)
        #expect(first.exit == .exited(2), "\(first.errorText)")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(first.output))
        #expect(report["schema"]?.string == "sphinx.reconcile/1" && report["dryRun"]?.bool == false)
        #expect(
            report.value(at: "proposals.0.state")?.string == "created"
                && report.value(at: "statuses.0.status")?.string == "firing")
        #expect(report.value(at: "usage.geminiCalls")?.scalarText == "0" && report["pushes"]?.scalarText == "1")
        let branch = try #require(report.value(at: "proposals.0.branch")?.string)
        let key = try #require(report.value(at: "proposals.0.key")?.string)
        let difference = try await sphinx(["proposals", "diff", key], in: stage)
        #expect(difference.outputText.contains("-    size = \"large\" # chosen by hand"))
        let closed = try await sphinx(["proposals", "close", key, "--reason", "not in December"], in: stage)
        #expect(closed.outputText == "closed \(branch)\n", "\(closed.errorText)")
        let again = try await sphinx(["proposals", "close", key, "--reason", "again"], in: stage)
        #expect(again.exit == .exited(1))
        #expect(again.errorText.contains("the proposal '\(key)' is closed already: not in December"))
        let reopened = try await sphinx(["proposals", "reopen", key], in: stage)
        #expect(reopened.outputText == "reopened \(branch)\n", "\(reopened.errorText)")

        let list = try await sphinx(["proposals", "list", "--format", "json"], in: stage)
        #expect(
            try JSONDecoder().decode(JSONValue.self, from: Data(list.output)).value(at: "proposals.0.state")?.string
                == "open")
        let page = try await sphinx(["proposals", "show", key], in: stage)
        #expect(
            page.outputText.hasPrefix(
                "terraform_data.one is idle\n\n0 to add, 1 to change, 0 to destroy · 1 in place · nothing is destroyed")
        )
        #expect(page.outputText.contains("\n  trend      ▄▄▄▄▄"))

        try await stage.merge(branch)
        let second = try await sphinx(["reconcile", "--only", "apply"], in: stage, environment)
        #expect(
            second.exit == .exited(0)
                && second.outputText.contains("Apply complete! Resources: 0 added, 1 changed, 0 destroyed."))
        let history = try await sphinx(["history", "list", "--action", "apply"], in: stage)
        #expect(history.outputText.split(separator: "\n").count == 3)
        #expect(try await sphinx(["history", "verify"], in: stage).succeeded)
        let workspaces = try await sphinx(["workspaces", "list"], in: stage)
        #expect(
            workspaces.outputText.contains(
                /^WORKSPACE  RESOURCES  BACKEND  APPLY   OPEN  MERGED  APPLIED  LAST_RUN              DRIFT\n/))
        #expect(
            workspaces.outputText.contains(
                /\nweb        1          none     merged  0     0       1        2.*Z  none\n$/))
        let analysis = try await sphinx(["analyze", "--format", "json"], in: stage, environment)
        #expect(
            try JSONDecoder().decode(JSONValue.self, from: Data(analysis.output))["schema"]?.string
                == "sphinx.analysis/1")
    }

    @Test("a rules file with a mistake: exit 1, every mistake with its place, and nothing else is done")
    func badRules() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.commit(
            ["rules.yml": "rules:\n  - name: A\n    querry: up\n    condition: {operator: lt, threshold: x}\n"],
            "Break the rules")
        let refs = try await stage.refs()
        let result = try await sphinx(["reconcile", "--log-level", "error"], in: stage)
        #expect(result.exit == .exited(1) && result.outputText.isEmpty)
        let problems = result.errorText.split(separator: "\n").filter { $0.hasPrefix("sphinx: ") }
        #expect(
            problems == [
                "sphinx: rules.yml:2:5: 'query' is missing",
                "sphinx: rules.yml:3:5: unknown key 'querry'; did you mean 'query'?",
                "sphinx: rules.yml:4:27: unknown operator 'lt'; known: between, equal_to, equals, greater_than, greater_than_or_equal, less_than, less_than_or_equal, not_equals, outside",
                "sphinx: rules.yml:4:42: 'threshold' is 'x'; a number is needed",
            ])
        #expect(try await stage.refs() == refs)
    }

    @Test(
        "secrets of the environment stand in no output, commit, page or row",
        arguments: [[], ["--dry-run"]] as [[String]])
    func canaries(flags: [String]) async throws {
        let code =
            LoopStage.machine("one", id: "i-1") + """
                variable "secret" {
                  type      = string
                  sensitive = true
                }

                resource "terraform_data" "vault" {
                  input = { password = var.secret }
                }

                """
        let stage = try await LoopStage(["workspaces/web/main.tf": code], applied: false)
        let server = try await prometheus()
        let emulator = try GeminiEmulator(
            key: "canary-gemini-key",
            [
                .text(
                    "{\"analysis\":\"a\",\"decision\":\"change\",\"edits\":[{\"path\":\"workspaces/web/main.tf\",\"search\":\"\\\"large\\\"\",\"replace\":\"\\\"small\\\"\"}],\"impact\":\"i\",\"risk\":\"low\",\"questions\":[]}"
                )
            ])
        try await stage.applyByHand(variables: ["secret": "canary-variable"])
        let environment = Self.canaries.merging(["PROMETHEUS_URL": server.url, "GEMINI_BASE_URL": emulator.url]) { $1 }
        let result = try await sphinx(
            ["reconcile", "--format", "json", "--log-level", "trace"] + flags, in: stage, environment)
        #expect(
            result.succeeded && result.outputText.contains("\"state\": \"created\""),
            "\(result.outputText) \(result.errorText)")
        #expect(result.outputText.contains("answered by an emulator, not by Gemini"))
        var sinks = [
            result.outputText, result.errorText, try await Shell.git("--git-dir", stage.remote, "log", "--all", "-p"),
        ]
        sinks += emulator.requests.map { String(decoding: $0.body, as: UTF8.self) }
        for name in ["sphinx.db", "sphinx.db-wal"] where stage.folder.exists(name) {
            sinks.append(String(decoding: try Data(contentsOf: URL(filePath: stage.folder.file(name))), as: UTF8.self))
        }
        for (name, canary) in Self.canaries { #expect(sinks.allSatisfy { !$0.contains(canary) }, "\(name)") }
    }

    @Test(
        "what is missing or wrong is told in one sentence, with exit 1",
        arguments: [
            (
                ["reconcile", "--base", "none"], [:],
                "sphinx: the remote has no branch 'none'; name another one with --base\n"
            ),
            (
                ["proposals", "show", "0123456789"], [:],
                "sphinx: there is no proposal '0123456789'; see 'sphinx proposals list'\n"
            ),
            (["history", "show", "99"], [:], "sphinx: the history has no step 99; see 'sphinx history list'\n"),
            (
                ["analyze", "--at", "yesterday"], [:],
                "sphinx: 'yesterday' is not a time; write it like 2026-11-24T12:00:00Z, 2026-11-24 or 30d\n"
            ),
            (
                ["reconcile"], ["PROMETHEUS_URL": "nonsense"],
                "sphinx: PROMETHEUS_URL is not an http or https address; write it like http://127.0.0.1:9090\n"
            ),
            (
                ["reconcile"], ["SPHINX_SETTLE_MINUTES": "soon"],
                "sphinx: SPHINX_SETTLE_MINUTES is 'soon'; write a number from 0\n"
            ),
            (
                ["reconcile"], ["SPHINX_LEDGER_NAMESPACE": "heads"],
                "sphinx: SPHINX_LEDGER_NAMESPACE is 'heads'; write it like refs/sphinx\n"
            ),
            (
                ["reconcile"], ["PROMETHEUS_HEADERS": "a:b"],
                "sphinx: PROMETHEUS_HEADERS is not a list of Name=value; write it like X-Scope-OrgID=team-a\n"
            ),
            (
                ["reconcile"], ["RULES_FILE_PATH": "none.yml"],
                "sphinx: none.yml is not in main; commit a rules file, or name another one with RULES_FILE_PATH\n"
            ),
        ] as [([String], [String: String], String)])
    func problems(arguments: [String], environment: [String: String], message: String) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], applied: false)
        let result = try await sphinx(
            arguments + (arguments[0] == "reconcile" ? ["--log-level", "error"] : []), in: stage, environment)
        #expect(result.exit == .exited(1) && result.errorText == message)
    }

    @Test("a Prometheus that is away: exit 3, an error status, and no proposal is closed")
    func away() async throws {
        let stage = try await LoopStage.oneMachine()
        let result = try await sphinx(["reconcile", "--log-level", "error"], in: stage)
        #expect(result.exit == .exited(3))
        #expect(result.outputText.contains("Prometheus at 127.0.0.1 cannot be reached"))
    }

    @Test("the doctor names what is missing and what to do")
    func doctor() async throws {
        let stage = try await LoopStage.oneMachine()
        let result = try await sphinx(["doctor"], in: stage, ["TERRAFORM_BINARY": "no-terraform"])
        #expect(result.exit == .exited(1))
        let lines = result.outputText.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).prefix(2).joined(separator: " ")
        }
        #expect(
            lines == [
                "PART STATE", "git OK", "repository OK", "terraform FAILED", "prometheus FAILED", "gemini OK",
                "history OK", "signatures OK",
            ])
        #expect(
            result.outputText.contains("there is no 'no-terraform' command")
                && result.outputText.contains("install Terraform, or name it in TERRAFORM_BINARY"))
    }

    @Test(
        "usage mistakes exit with 64",
        arguments: [["recncile"], ["reconcile", "--only", "both"], ["history", "show"]] as [[String]])
    func usage(arguments: [String]) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        #expect(try await sphinx(arguments, in: stage).exit == .exited(64))
    }

    @Test("a .env that is committed is refused: a merge could name the programs that a job starts")
    func committedEnvironmentFile() async throws {
        let stage = try await LoopStage.oneMachine()
        let run = {
            try await Command(
                LoopStage.binary, ["proposals", "list"], environment: stage.environment, folder: stage.person
            ).run()
        }
        try stage.folder.write("SPHINX_CONCURRENCY=1\n", to: "person/.env")
        #expect(try await run().exit == .exited(0))
        try await stage.commit([".env": "TERRAFORM_BINARY=/tmp/evil\n"], "Add settings")
        let refused = try await run()
        #expect(refused.exit == .exited(1))
        #expect(
            refused.errorText
                == "sphinx: the file '.env' is committed, and settings are not taken from a repository; run 'git rm --cached .env' and ignore it, or run in another folder\n"
        )
    }

    @Test("settings come from .env below the environment, and a mistake in it does not show its line")
    func environmentFile() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        try stage.folder.write(
            "# settings\nexport RULES_FILE_PATH=\"other.yml\" # here\nSPHINX_CONCURRENCY=1\n", to: ".env")
        let result = try await sphinx(["reconcile", "--log-level", "error"], in: stage)
        #expect(result.errorText.hasPrefix("sphinx: other.yml is not in main"))
        #expect(
            try await sphinx(["reconcile", "--log-level", "error"], in: stage, ["RULES_FILE_PATH": "third.yml"])
                .errorText.hasPrefix("sphinx: third.yml"))
        try stage.folder.write("canary secret\n", to: ".env")
        #expect(
            try await sphinx(["doctor"], in: stage).errorText
                == "sphinx: .env:1:1: this is not NAME=value; write one setting a line\n")
    }

    @Test(
        "an interrupted run says so by its exit code and leaves no lock",
        arguments: [(Int32(2), Int32(130)), (15, 143)])
    func interrupt(signal: Int32, code: Int32) async throws {
        let stage = try await LoopStage.oneMachine()
        let server = try LoopbackServer { _ in .hang }
        var all = stage.environment
        all["PROMETHEUS_URL"] = server.url
        all["SPHINX_LOCAL_STATE_DIR"] = stage.folder.file("state")
        all["HOME"] = stage.folder.path
        let shell = Command(
            "/bin/bash",
            [
                "-c",
                "\"$@\" 2>log & pid=$!; until grep -q snapshot log 2>/dev/null; do :; done; kill -\(signal) $pid; wait $pid",
                "bash", LoopStage.binary, "reconcile", "--repo", stage.folder.file("job.git"),
            ],
            environment: all, folder: stage.folder.path, limits: Limits(deadline: .seconds(60)))
        #expect(try await shell.run().exit == .exited(code))
        #expect(try await stage.refs().keys.allSatisfy { !$0.contains("/locks/") })
    }
}
