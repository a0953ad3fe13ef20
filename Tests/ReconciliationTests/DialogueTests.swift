import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// A rule without a value of its own, so that the model has to find the change.
@Suite("The conversation with the model")
struct DialogueTests {
    private static let hint = Rule.Fix(attribute: "input", value: nil, hint: "smaller")
    private static let main = MemoryStage.main
    private static let good = Edit(path: main, search: "input = \"large\"", replace: "input = \"small\"")
    private static let elsewhere = Edit(path: main, search: "size = \"small\"", replace: "size = \"tiny\"")
    private static let replaces = Edit(path: main, search: "forces = \"a\"", replace: "forces = \"b\"")
    private static let broken = Edit(path: main, search: "input = \"large\"", replace: "broken = 1")

    private static func answer(_ edits: Edit...) -> Result<ModelReply, ModelFailure> { .success(.edits(edits)) }

    private static func says(
        _ decision: Correction.Decision, analysis: String = "It is fine.", questions: [String] = []
    ) -> Result<ModelReply, ModelFailure> {
        .success(
            ModelReply(
                correction: Correction(
                    analysis: analysis, decision: decision, edits: [], impact: "", risk: .low, questions: questions),
                content: "{}", model: "scripted-1-001",
                usage: Usage(calls: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.001)))
    }

    private static func told(_ report: RunReport) -> [String] { RuleLoopTests.told(report) }

    /// What the history holds of the conversation.
    private static func steps(_ stage: MemoryStage) -> [String] {
        stage.history.all.filter { $0.action == "ask" }.map { entry in
            let kinds = (entry.details["kinds"]?.array ?? []).compactMap(\.string).joined(separator: ",")
            let reason = entry.details["reason"]?.string ?? kinds
            return "\(entry.status) \(entry.details["round"]?.scalarText ?? "?") \(reason)".trimmed
        }
    }

    @Test("a good answer becomes a proposal that names its model, and its cost is on record")
    func good() async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        let writer = ScriptedWriter([Self.answer(Self.good)])
        let report = try await stage.reconcile(writer: writer)
        #expect(Self.told(report) == ["created"])
        #expect(report.usage == Usage(calls: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.001))
        let proposal = try #require(report.proposals.first)
        #expect(proposal.model == "scripted-1-001")
        #expect(proposal.message?.contains("\nSphinx-Model: scripted-1-001\n") == true)
        #expect(Self.steps(stage) == ["answered 0"])
        #expect(writer.conversations.map(\.workspace) == ["web"])
        let next = ScriptedWriter([])
        #expect(Self.told(try await stage.reconcile(writer: next)) == ["unchanged"] && next.conversations.isEmpty)
    }

    @Test("an answer that was proved is remembered: asked for again after a dry run, it costs nothing")
    func remembered() async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        var world = stage.world(writer: ScriptedWriter([Self.answer(Self.good)]))
        world.remote = FaultyRemote(stage.repository, .breaks(Problem(.passing, "down"))) { _ in true }
        #expect(
            Self.told(try await Reconciler(world: world, settings: stage.settings()).run()) == [
                "failed: not published: down"
            ])
        let writer = ScriptedWriter([])
        let report = try await stage.reconcile(writer: writer)
        #expect(Self.told(report) == ["created"] && report.usage.calls == 0 && writer.conversations.isEmpty)
        #expect(report.proposals.first?.model == "scripted-1-001")
    }

    // MARK: Answers that are refused

    private static let quoted = Edit(path: main, search: "(redacted-1)", replace: "x")
    private static let unknown = Edit(path: "workspaces/db/main.tf", search: "a", replace: "b")

    static let refusals: [(name: String, edits: [Edit], kind: String, reason: String)] = [
        ("no edits", [], "nothing_changed", "there are no edits"),
        (
            "edits that change nothing", [Edit(path: main, search: "forces", replace: "forces")], "nothing_changed",
            "the edits change nothing"
        ),
        (
            "a file that was not sent", [unknown], "unknown_file",
            "'workspaces/db/main.tf' is not one of the files that were sent"
        ),
        (
            "a new file", [Edit(path: "workspaces/web/new.tf", search: "", replace: "x")], "unknown_file",
            "'workspaces/web/new.tf' is not one of the files that were sent"
        ),
        (
            "an empty search", [Edit(path: main, search: "", replace: "x")], "empty_search",
            "an edit of 'workspaces/web/main.tf' has an empty search; new files are not allowed here"
        ),
        (
            "a search that is not there", [Edit(path: main, search: "input = \"huge\"", replace: "x")],
            "search_not_found",
            "a search text occurs 0 times in 'workspaces/web/main.tf'; it must occur exactly once: input = \"huge\""
        ),
        (
            "a search that is there twice", [Edit(path: main, search: "resource", replace: "x")], "search_not_unique",
            "a search text occurs more than once in 'workspaces/web/main.tf'; it must occur exactly once: resource"
        ),
        (
            "twenty-one edits", Array(repeating: good, count: 21), "too_large",
            "there are 21 edits; 20 are allowed"
        ),
        (
            "a redacted value", [quoted], "redacted_text",
            "an edit touches a redacted value; leave those lines out of search and replace"
        ),
        (
            "another block", [elsewhere], "denied_construct",
            "workspaces/web/main.tf: locals may not change: other resources may depend on them"
        ),
        (
            "a comment of another block", [Edit(path: main, search: "carries the load", replace: "idles")],
            "outside_target", "workspaces/web/main.tf: text outside of terraform_data.one changed"
        ),
        (
            "broken code", [Edit(path: main, search: "input = \"large\"", replace: "input = [")], "syntax",
            "workspaces/web/main.tf:4:10: '=' stands where ',' or ']' should be"
        ),
        (
            "what Terraform refuses", [broken], "terraform",
            "terraform validate: workspaces/web/main.tf:1: Unsupported argument: It is broken."
        ),
        (
            "a replacement", [replaces], "plan_destroys",
            "terraform_data.one would be replaced (forced by forces); only changes in place are allowed"
        ),
        (
            "an empty line", [Edit(path: main, search: "input = \"large\"", replace: "input = \"large\"\n")],
            "plan_empty", "the plan changes no resource: the edit has no effect"
        ),
    ]

    @Test("an answer that is refused goes back with the reason; the same mistake twice ends it", arguments: refusals)
    func refused(name: String, edits: [Edit], kind: String, reason: String) async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        let writer = ScriptedWriter(Array(repeating: .success(.edits(edits)), count: 3))
        let report = try await stage.reconcile(writer: writer)
        #expect(Self.told(report) == ["unfixable: \(reason)"])
        #expect(Self.steps(stage) == ["answered 0", "refused 0 \(kind)", "answered 1", "refused 1 \(kind)"])
        let told = JSONValue.object(["refused": .texts([reason])]).canonical
        #expect(writer.conversations.last?.turns.last == .user(told) && report.usage.calls == 2)
        #expect(stage.refs == ["refs/sphinx/unfixable/\(RuleLoopTests.key)"])
        // Nobody asks the same again.
        let next = ScriptedWriter([])
        #expect(Self.told(try await stage.reconcile(writer: next)) == ["unfixable: \(reason)"])
        #expect(next.conversations.isEmpty)
    }

    @Test("an answer may be mended twice, and the conversation holds what was said")
    func mended() async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        let writer = ScriptedWriter([
            Self.answer(Self.elsewhere), Self.answer(Self.replaces), Self.answer(Self.good),
        ])
        let report = try await stage.reconcile(writer: writer)
        #expect(Self.told(report) == ["created"] && report.usage.calls == 3)
        #expect(writer.conversations.map(\.turns.count) == [1, 3, 5])
        #expect(writer.conversations[2].turns.prefix(3) == writer.conversations[1].turns[...])
        #expect(
            Self.steps(stage) == [
                "answered 0", "refused 0 denied_construct", "answered 1", "refused 1 plan_destroys", "answered 2",
            ])
    }

    @Test("the third answer that is refused is the last")
    func given() async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        let writer = ScriptedWriter([
            Self.answer(Self.elsewhere), Self.answer(Self.replaces), Self.answer(Self.broken), Self.answer(Self.good),
        ])
        let report = try await stage.reconcile(writer: writer)
        #expect(
            Self.told(report) == [
                "unfixable: terraform validate: workspaces/web/main.tf:1: Unsupported argument: It is broken."
            ])
        #expect(writer.conversations.count == 3)
    }

    @Test("what the rule sets has to be set, whatever the model thinks of it")
    func fix() async throws {
        let stage = try await RuleLoopTests.stage()
        let tiny = Edit(path: Self.main, search: "input = \"large\"", replace: "input = \"tiny\"")
        let writer = ScriptedWriter([Self.answer(tiny), Self.answer(Self.good)])
        #expect(Self.told(try await stage.reconcile(writer: writer)) == ["created"])
        #expect(
            writer.conversations.last?.turns.last
                == .user(
                    "{\"refused\":[\"terraform_data.one.input is tiny after the edit; the rule asks for small\"]}"))
    }

    static let endings: [(answer: Result<ModelReply, ModelFailure>, reason: String)] = [
        (says(.noChange), "unfixable: the model sees nothing to change: It is fine."),
        (
            says(.needInformation, questions: ["How large?", "Since when?"]),
            "unfixable: the model needs information: How large? Since when?"
        ),
        (says(.needInformation), "unfixable: the model needs information: "),
    ]

    @Test("an answer without a change ends the conversation, as nobody answers in a run", arguments: endings)
    func words(answer: Result<ModelReply, ModelFailure>, reason: String) async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        let writer = ScriptedWriter([answer, Self.answer(Self.good)])
        #expect(Self.told(try await stage.reconcile(writer: writer)) == [reason])
        #expect(writer.conversations.count == 1 && Self.steps(stage) == ["answered 0"])
    }

    // MARK: Failures

    static let reasons: [(reason: ModelFailure.Reason, state: String)] = [
        (.auth, "failed"), (.account, "failed"), (.quota, "waiting"), (.blocked, "unfixable"), (.truncated, "failed"),
        (.malformed, "failed"), (.network, "failed"), (.request, "failed"), (.budget, "waiting"),
        (.tooLarge, "unfixable"), (.modelUnknown, "failed"), (.deadline, "failed"),
    ]

    @Test("a failure means what it means, and what it cost counts", arguments: reasons)
    func failures(reason: ModelFailure.Reason, state: String) async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        let failure = ModelFailure(
            reason, Problem(.passing, "it went wrong"), usage: Usage(calls: 2, inputTokens: 7, outputTokens: 1))
        let report = try await stage.reconcile(
            writer: ScriptedWriter([Self.answer(Self.elsewhere), .failure(failure)]))
        #expect(Self.told(report) == ["\(state): it went wrong"])
        #expect(report.usage.calls == 3 && report.usage.inputTokens == 107)
        #expect(report.problems.map(\.message) == (state == "failed" ? ["it went wrong"] : []))
        #expect(Self.steps(stage).last == "failed 1 \(reason.rawValue)")
        // Only what would be the same again is kept.
        #expect(stage.refs.isEmpty == (state != "unfixable"))
    }

    @Test("the limits of a run hold over all conversations, in their middle, too")
    func budget() async throws {
        let code = MemoryStage.code.replacing("input = local.size", with: "input = \"large\"  # two")
        let stage = try await RuleLoopTests.stage(
            [Self.main: code], fix: Self.hint, limits: Limits(geminiCalls: 2))
        RuleLoopTests.fire(stage, 0.01, at: ["terraform_data.one", "terraform_data.two"])
        let first = Edit(path: Self.main, search: "input = \"large\"\n  forces", replace: "input = \"small\"\n  forces")
        let writer = ScriptedWriter([Self.answer(first), Self.answer(Self.elsewhere), Self.answer(first)])
        let report = try await stage.reconcile(writer: writer)
        #expect(Set(Self.told(report)) == ["created", "waiting: limit: gemini_calls 2"])
        #expect(writer.conversations.count == 2 && report.usage.calls == 2)
    }

    @Test("a conversation that cannot be recorded is not gone on with")
    func unrecorded() async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        var world = stage.world(writer: ScriptedWriter([Self.answer(Self.good)]))
        world.history = FullHistory(history: stage.history, refused: "ask answered")
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(Self.told(report) == ["failed: no room is left for the history"] && stage.refs.isEmpty)
        #expect(report.problems == [FullHistory.problem] && report.usage.calls == 1)
    }

    @Test("an open proposal that conflicts with its base is asked about once, and then left with the reason")
    func conflict() async throws {
        let stage = try await RuleLoopTests.stage(fix: Self.hint)
        try await stage.reconcile(writer: ScriptedWriter([Self.answer(Self.good)]))
        try stage.write([Self.main: MemoryStage.code.replacing("\"large\"", with: "\"huge\"")])
        try await stage.applyBase()
        let writer = ScriptedWriter([Self.says(.noChange, analysis: "It has to be huge.")])
        let reason = "unfixable: the model sees nothing to change: It has to be huge."
        #expect(Self.told(try await stage.reconcile(writer: writer)) == [reason])
        let next = ScriptedWriter([])
        let report = try await stage.reconcile(writer: next)
        #expect(Self.told(report) == [reason] && next.conversations.isEmpty && report.pushes == 0)
        #expect(stage.refs == RuleLoopTests.refs + ["refs/sphinx/unfixable/\(RuleLoopTests.key)"])
    }

    @Test("secrets of the code are not in what the model is sent, and not in what it is told of its mistakes")
    func secrets() async throws {
        let code = MemoryStage.code + "\nlocals {\n  db_password = \"hunter2-canary-9\"\n}\n"
        let stage = try await RuleLoopTests.stage([Self.main: code], fix: Self.hint)
        let guessed = Edit(path: Self.main, search: "hunter2-canary-9", replace: "y")
        let writer = ScriptedWriter([Self.answer(guessed), Self.answer(Self.good)])
        #expect(Self.told(try await stage.reconcile(writer: writer)) == ["created"])
        for conversation in writer.conversations {
            for case .user(let text) in conversation.turns { #expect(!text.contains("hunter2-canary-9")) }
        }
        #expect(!stage.history.all.contains { $0.details.canonical.contains("hunter2-canary-9") })
    }
}
