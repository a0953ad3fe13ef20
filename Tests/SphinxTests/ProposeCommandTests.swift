import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@Suite("The command 'propose'", .timeLimit(.minutes(30)))
struct ProposeCommandTests {
    private static func answer(
        _ decision: String, edits: String = "[]", questions: String = "[]"
    ) -> GeminiEmulator.Step {
        .text(
            "{\"analysis\":\"The size is open.\",\"decision\":\"\(decision)\",\"edits\":\(edits),\"impact\":\"i\","
                + "\"risk\":\"low\",\"questions\":\(questions)}")
    }

    private static let change = answer(
        "change",
        edits:
            "[{\"path\":\"workspaces/web/cache.tf\",\"search\":\"\",\"replace\":\"resource \\\"terraform_data\\\" \\\"cache\\\" {\\n  input = 2\\n}\\n\"}]"
    )
    private static let question = answer("need_information", questions: "[\"How large?\",\"In which zone?\"]")

    private func environment(_ emulator: GeminiEmulator) -> [String: String] {
        ["GOOGLE_API_KEY": "test-key", "GEMINI_BASE_URL": emulator.url]
    }

    @Test("writes a branch, lists it, shows it, and applies it after the merge")
    func loop() async throws {
        let stage = try await LoopStage.oneMachine()
        let emulator = try GeminiEmulator([Self.change])
        let arguments = ["propose", "キャッシュを追加して", "--workspace", "web", "--format", "json"]
        let first = try await stage.sphinx(arguments, environment(emulator))
        #expect(first.exit == .exited(0), "\(first.errorText)")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(first.output))
        #expect(report["schema"]?.string == "sphinx.propose/1" && report["questions"] == .array([]))
        #expect(report.value(at: "proposals.0.state")?.string == "created")
        #expect(report.value(at: "usage.geminiCalls") == .integer(1) && report["pushes"] == .integer(1))
        let key = try #require(report.value(at: "proposals.0.key")?.string)
        let branch = try #require(report.value(at: "proposals.0.branch")?.string)
        #expect(branch == "sphinx/web/request-\(key)")
        #expect(emulator.bodies[0].canonical.contains("キャッシュを追加して"))

        let again = try await stage.sphinx(arguments, environment(emulator))
        #expect(again.outputText.contains("\"state\": \"unchanged\"") && emulator.requests.count == 1)
        let list = try await stage.sphinx(["proposals", "list"])
        #expect(list.outputText.contains("open   web        terraform_data.cache  \(key)  \(branch)\n"))
        let page = try await stage.sphinx(["proposals", "show", key])
        #expect(page.outputText.contains("A person asked:\n\n  キャッシュを追加して\n"))
        try await stage.merge(branch)
        let applied = try await stage.sphinx(["reconcile", "--only", "apply"], environment(emulator))
        #expect(applied.outputText.contains("Apply complete! Resources: 1 added, 0 changed, 0 destroyed."))
        let history = try await stage.sphinx(["history", "list", "--workspace", "web", "--format", "json"])
        #expect(history.outputText.contains("キャッシュ") == false && history.outputText.contains(branch))
        #expect(try await stage.sphinx(["history", "verify"]).succeeded)
    }

    @Test("prints the model's questions, exits with 0, and has written nothing but its cost")
    func questions() async throws {
        let stage = try await LoopStage.oneMachine()
        let refs = try await stage.refs()
        let emulator = try GeminiEmulator([Self.question])
        let result = try await stage.sphinx(
            ["propose", "Add a cache", "--workspace", "web"], environment(emulator))
        #expect(result.exit == .exited(0))
        #expect(
            result.outputText == """
                The size is open.
                Nothing was written. Ask again with the answers, or with --interactive:
                1. How large?
                2. In which zone?
                1 need_information; pushes: 0; Gemini: 1 calls, 1100 tokens, $0.0011

                """)
        #expect(try await stage.refs() == refs)
        let history = try await stage.sphinx(["history", "list", "--action", "propose", "--format", "json"])
        #expect(history.outputText.contains("\"need_information\""))
    }

    @Test("asks on the terminal and goes on, and stops where the input ends before the questions do")
    func interactive() async throws {
        let stage = try await LoopStage.oneMachine()
        let emulator = try GeminiEmulator([Self.question, Self.change, Self.question])
        let arguments = ["propose", "--workspace", "web", "--interactive", "--log-level", "error", "--format", "json"]
        let done = try await stage.sphinx(
            arguments + ["Add a cache"], environment(emulator), input: "2 GB\nin the zone b\n")
        #expect(done.exit == .exited(0))
        #expect(done.errorText == "1 of 2: How large?\n> 2 of 2: In which zone?\n> ")
        #expect(
            emulator.bodies[1].value(at: "contents.2.parts.0.text")?.string
                == "{\"answers\":[{\"answer\":\"2 GB\",\"question\":\"How large?\"},"
                + "{\"answer\":\"in the zone b\",\"question\":\"In which zone?\"}]}")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(done.output))
        #expect(report.value(at: "proposals.0.state")?.string == "created")
        #expect(report.value(at: "usage.geminiCalls") == .integer(2))

        let ended = try await stage.sphinx(arguments + ["Add a queue"], environment(emulator), input: "2 GB")
        #expect(ended.exit == .exited(0) && ended.errorText == "1 of 2: How large?\n> 2 of 2: In which zone?\n> \n")
        #expect(ended.outputText.contains("\"state\": \"need_information\""))
    }

    @Test("says why nothing has to change, and exits with 0")
    func noChange() async throws {
        let stage = try await LoopStage.oneMachine()
        let emulator = try GeminiEmulator([Self.answer("no_change")])
        let result = try await stage.sphinx(["propose", "Add it", "--workspace", "web"], environment(emulator))
        #expect(result.exit == .exited(0) && result.outputText.hasPrefix("Nothing to change: The size is open.\n"))
    }

    @Test("shows in a dry run what it would write, and writes nothing")
    func dryRun() async throws {
        let stage = try await LoopStage.oneMachine()
        let refs = try await stage.refs()
        let emulator = try GeminiEmulator([Self.change])
        let arguments = ["propose", "Add a cache", "--workspace", "web"]
        let dry = try await stage.sphinx(arguments + ["--dry-run"], environment(emulator))
        #expect(dry.exit == .exited(0) && dry.outputText.contains("+++ b/workspaces/web/cache.tf\n"))
        #expect(dry.outputText.contains("sphinx(web): add terraform_data.cache: Add a cache\n"))
        #expect(try await stage.refs() == refs)
        #expect(try await stage.sphinx(arguments, environment(emulator)).exit == .exited(0))
        #expect(emulator.requests.count == 1)
    }

    @Test("an answer that stays refused is a failure, with the reason")
    func refused() async throws {
        let stage = try await LoopStage.oneMachine()
        let edits =
            "[{\"path\":\"workspaces/web/x.tf\",\"search\":\"\",\"replace\":\"data \\\"external\\\" \\\"x\\\" {}\\n\"}]"
        let answer = Self.answer("change", edits: edits)
        let emulator = try GeminiEmulator([answer, answer])
        let result = try await stage.sphinx(
            ["propose", "Run it", "--workspace", "web", "--format", "json"], environment(emulator))
        #expect(result.exit == .exited(1))
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(result.output))
        #expect(
            report.value(at: "proposals.0.reason")?.string
                == "workspaces/web/x.tf: data.external.x is not allowed: it runs a program")
    }

    @Test("secrets of the environment stand in no output, commit, question or row")
    func canaries() async throws {
        let stage = try await LoopStage.oneMachine()
        let emulator = try GeminiEmulator(key: "canary-gemini-key", [Self.question, Self.change])
        let canaries = [
            "GOOGLE_API_KEY": "canary-gemini-key", "SPHINX_GIT_TOKEN": "canary-git-token",
            "TF_VAR_secret": "canary-variable", "AWS_SECRET_ACCESS_KEY": "canary-aws-secret",
        ]
        let arguments = ["propose", "Add a cache", "--workspace", "web", "--interactive", "--log-level", "trace"]
        let result = try await stage.sphinx(
            arguments, canaries.merging(["GEMINI_BASE_URL": emulator.url]) { $1 }, input: "a\nb\n")
        #expect(result.exit == .exited(0) && result.outputText.contains("+++ b/workspaces/web/cache.tf"))
        var sinks = [
            result.outputText, result.errorText, try await Shell.git("--git-dir", stage.remote, "log", "--all", "-p"),
        ]
        sinks += emulator.requests.map { String(decoding: $0.body, as: UTF8.self) }
        for name in ["sphinx.db", "sphinx.db-wal"] where stage.folder.exists(name) {
            sinks.append(String(decoding: try Data(contentsOf: URL(filePath: stage.folder.file(name))), as: UTF8.self))
        }
        for (name, canary) in canaries { #expect(sinks.allSatisfy { !$0.contains(canary) }, "\(name)") }
    }

    @Test(
        "what cannot be asked is told in one sentence, with exit 1",
        arguments: [
            (
                ["Add it", "--workspace", "wed"], "test-key",
                "sphinx: there is no workspace 'wed'; did you mean 'web'?\n"
            ),
            (
                ["Add it", "--workspace", "web", "--file", "../x.tf"], "test-key",
                "sphinx: '../x.tf' is no name of a file in the workspace's own folder; write it like --file cache.tf\n"
            ),
            (
                ["Add it", "--workspace", "web"], "",
                "sphinx: a request needs a model, and there is no Gemini key; set GOOGLE_API_KEY, or change the code "
                    + "yourself and run 'sphinx propose --branch NAME'\n"
            ),
        ] as [([String], String, String)])
    func problems(arguments: [String], key: String, message: String) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], applied: false)
        let result = try await stage.sphinx(
            ["propose"] + arguments + ["--log-level", "error"],
            ["GOOGLE_API_KEY": key, "GEMINI_BASE_URL": "http://127.0.0.1:1"])
        #expect(result.exit == .exited(1) && result.errorText == message && result.outputText.isEmpty)
    }

    @Test(
        "usage mistakes exit with 64",
        arguments: [["  "], ["Add it"], ["--workspace", "web"], []] as [[String]])
    func usage(arguments: [String]) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": "# nothing\n"], applied: false)
        #expect(try await stage.sphinx(["propose"] + arguments).exit == .exited(64))
    }
}
