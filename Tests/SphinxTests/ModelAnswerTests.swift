import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Answers of a model")
struct ModelAnswerTests {
    private static let path = "workspaces/web/main.tf"

    private static func edit(_ search: String, _ replace: String, path: String = path) -> Edit {
        Edit(path: path, search: search, replace: replace)
    }

    /// What the model answers, three times alike, and the sentence that stays.
    static let refused: [(name: String, edits: [Edit], reason: String)] = [
        (
            "another resource", [edit("\"i-2\"", "\"i-3\"")],
            "workspaces/web/main.tf: terraform_data.two may not change: only the targeted resource may change"
        ),
        (
            "another file", [edit("a", "b", path: "workspaces/db/main.tf")],
            "'workspaces/db/main.tf' is not one of the files that were sent"
        ),
        (
            "outside of the repository", [edit("a", "b", path: "../etc/passwd")],
            "'../etc/passwd' is not one of the files that were sent"
        ),
        (
            "a provisioner",
            [
                edit(
                    "resource \"terraform_data\" \"one\" {",
                    "resource \"terraform_data\" \"one\" {\n  provisioner \"local-exec\" {\n    command = \"id\"\n  }")
            ],
            "workspaces/web/main.tf: 'provisioner' of terraform_data.one may not change: it runs commands at apply"
        ),
        (
            "a module",
            [edit("# one carries the load.", "module \"m\" {\n  source = \"git::https://example.com/m\"\n}")],
            "workspaces/web/main.tf: module.m may not change: its source is code that nobody here has read"
        ),
        (
            "an external data source",
            [edit("# one carries the load.", "data \"external\" \"x\" {\n  program = [\"id\"]\n}")],
            "workspaces/web/main.tf: data.external.x may not change: it reads at plan time, and 'external' and 'http' run code and reach the network"
        ),
        (
            "a file of the machine", [edit("id   = \"i-1\"", "id   = file(\"/etc/passwd\")")],
            "workspaces/web/main.tf: 'file(\"/etc/passwd\")' is not allowed: it reads files of the machine"
        ),
        (
            "a search that occurs twice", [edit("# chosen by hand", "# smaller")],
            "a search text occurs more than once in 'workspaces/web/main.tf'; it must occur exactly once: # chosen by hand"
        ),
        (
            "a search that does not occur", [edit("tiny", "small")],
            "a search text occurs 0 times in 'workspaces/web/main.tf'; it must occur exactly once: tiny"
        ),
        (
            "broken code", [edit("input = {\n    id   = \"i-1\"", "input = {{\n    id   = \"i-1\"")],
            "workspaces/web/main.tf:6:4: the line ends where the '=' after a key should stand"
        ),
        (
            "a comment elsewhere", [edit("# two carries the load.", "# two is fine.")],
            "workspaces/web/main.tf: text outside of terraform_data.one changed"
        ),
        (
            "the fix is not made",
            [edit("id   = \"i-1\"\n    size = \"large\"", "id   = \"i-1\"\n    size = \"medium\"")],
            "terraform_data.one.input.size is medium after the edit; the rule asks for small"
        ),
    ]

    private func stage() async throws -> LoopStage {
        let text = LoopStage.machine("one", id: "i-1") + LoopStage.machine("two", id: "i-2")
        let stage = try await LoopStage(["workspaces/web/main.tf": text])
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        return stage
    }

    @Test("that go too far never become a branch, and Terraform does not see them", arguments: refused)
    func refusals(name: String, edits: [Edit], reason: String) async throws {
        let stage = try await stage()
        let writer = ScriptedWriter(Array(repeating: .success(.edits(edits)), count: 3))
        let benches = CountingInfrastructure(stage.terraform)
        var world = try stage.world(writer: writer)
        world.infrastructure = benches
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(report.proposals.map(\.reason) == [reason])
        #expect(report.proposals.map(\.state) == [.unfixable])
        #expect(try await stage.refs().keys.allSatisfy { !$0.hasPrefix("refs/heads/sphinx/") })
        // One bench proves that the base is clean, one reads the resource's schema; none is for the answer.
        #expect(benches.count == 2)
        // The same mistake twice ends the conversation.
        #expect(writer.conversations.count == 2)
    }

    @Test("that are refused go back with the reason, and a better one is taken")
    func repaired() async throws {
        let stage = try await stage()
        let writer = ScriptedWriter([
            .success(.edits([Self.edit("tiny", "small")])),
            .success(
                .edits([Self.edit("id   = \"i-1\"\n    size = \"large\"", "id   = \"i-1\"\n    size = \"small\"")])),
        ])
        let report = try await stage.reconcile(writer: writer)
        #expect(report.proposals.map(\.state) == [.created])
        #expect(report.usage.calls == 2 && report.usage.inputTokens == 200)
        let turns = try #require(writer.conversations.last).turns
        #expect(turns.count == 3)
        #expect(
            turns.last
                == .user(
                    "{\"refused\":[\"a search text occurs 0 times in 'workspaces/web/main.tf'; it must occur exactly once: tiny\"]}"
                ))
        let branch = try #require(report.proposals.first).branch
        let page = try await stage.show(
            "proposals/web/\(try #require(report.proposals.first).key)/README.md", on: branch)
        #expect(page.contains("Written by a model, `scripted-1-001`, with the prompt 3"))
    }

    @Test("what cannot be mended is remembered, and not asked again")
    func remembered() async throws {
        let stage = try await stage()
        let writer = ScriptedWriter(Array(repeating: .success(.edits([Self.edit("tiny", "small")])), count: 9))
        _ = try await stage.reconcile(writer: writer)
        let asked = writer.conversations.count
        let report = try await stage.reconcile(writer: writer)
        #expect(report.proposals.map(\.state) == [.unfixable])
        #expect(report.pushes == 0 && report.usage == Usage() && writer.conversations.count == asked)
    }

    static let failures: [(failure: ModelFailure, state: ProposalOutcome.State)] = [
        (ModelFailure(.blocked, Problem(.needsPerson, "Gemini blocked the prompt (SAFETY)")), .unfixable),
        (ModelFailure(.truncated, Problem(.passing, "Gemini's answer was cut at 65536 tokens")), .failed),
        (ModelFailure(.quota, Problem(.passing, "over for the day")), .waiting),
        (ModelFailure(.auth, Problem(.needsPerson, "the key is wrong")), .failed),
    ]

    @Test("that never come are told by their reason", arguments: failures)
    func noAnswer(failure: ModelFailure, state: ProposalOutcome.State) async throws {
        let stage = try await stage()
        let report = try await stage.reconcile(writer: ScriptedWriter([.failure(failure)]))
        #expect(report.proposals.map(\.state) == [state])
        #expect(report.proposals.map(\.reason) == [failure.problem.message])
        #expect(try await stage.refs().keys.allSatisfy { !$0.hasPrefix("refs/heads/sphinx/") })
    }

    @Test("a plan that goes beyond the target is refused with what forces it")
    func planScope() async throws {
        let code = """
            resource "terraform_data" "one" {
              input            = { id = "i-1", size = "large" }
              triggers_replace = ["a"]
            }

            """
        let stage = try await LoopStage(["workspaces/web/main.tf": code])
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        let edits = [Self.edit("\"large\"", "\"small\""), Self.edit("[\"a\"]", "[\"b\"]")]
        let writer = ScriptedWriter(Array(repeating: .success(.edits(edits)), count: 3))
        let report = try await stage.reconcile(writer: writer)
        #expect(
            report.proposals.map(\.reason) == [
                "terraform_data.one would be replaced (forced by triggers_replace); only changes in place are allowed"
            ])
    }

    @Test("the budget of a run holds")
    func budget() async throws {
        let rules = "limits: {gemini_calls: 1}\n" + LoopStage.rules
        let text = LoopStage.machine("one", id: "i-1") + LoopStage.machine("two", id: "i-2")
        let stage = try await LoopStage(["workspaces/web/main.tf": text], rules: rules)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        let writer = ScriptedWriter(Array(repeating: .success(.edits([Self.edit("tiny", "x")])), count: 3))
        let report = try await stage.reconcile(writer: writer)
        #expect(report.proposals.map(\.reason) == ["limit: gemini_calls 1"])
        #expect(report.proposals.map(\.state) == [.waiting])
    }
}
