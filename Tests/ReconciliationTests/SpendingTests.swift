import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// Each scripted answer costs 110 tokens and a tenth of a cent; the stage's clock begins on 2025-11-24.
@Suite("What a month may spend on the model")
struct SpendingTests {
    private static func stage(_ month: Limits.Month) async throws -> MemoryStage {
        try await MemoryStage(rules: RuleSet(limits: Limits(month: month)))
    }

    /// Asks for one more file, and answers with what became of it.
    private static func ask(_ number: Int, of stage: MemoryStage) async throws -> ProposalOutcome? {
        let text = "resource \"terraform_data\" \"x\(number)\" {\n}\n"
        let answer = RequestTests.added(text, path: "workspaces/web/x\(number).tf")
        return try await stage.propose("Add number \(number)", writer: ScriptedWriter([answer])).proposals.first
    }

    private static func spent(_ stage: MemoryStage) -> [String] { stage.refs.filter { $0.contains("/spent/") } }

    @Test(
        "adds up over runs, is told by name, and starts anew with the month",
        arguments: [
            (Limits.Month(tokens: 220), "limit: gemini_tokens_per_month 220"),
            (Limits.Month(costUSD: 0.0015), "limit: gemini_cost_usd_per_month 0.0015"),
        ])
    func month(limit: Limits.Month, reason: String) async throws {
        let stage = try await Self.stage(limit)
        #expect(try await Self.ask(1, of: stage)?.state == .created)
        #expect(try await Self.ask(2, of: stage)?.state == .created)
        // The first run of the stage reads the base.
        #expect(Self.spent(stage) == ["refs/sphinx/spent/2025-11/run-2", "refs/sphinx/spent/2025-11/run-3"])
        let third = try await Self.ask(3, of: stage)
        #expect(third?.state == .waiting && third?.reason == reason)
        #expect(Self.spent(stage).count == 2)

        stage.pass(10 * 86_400)
        #expect(try await Self.ask(3, of: stage)?.state == .created)
        #expect(Self.spent(stage) == ["refs/sphinx/spent/2025-12/run-5"])
    }

    @Test("counts an answer that was refused")
    func refused() async throws {
        let stage = try await Self.stage(Limits.Month(tokens: 1_000))
        let outside = RequestTests.added(path: "workspaces/other/main.tf")
        let report = try await stage.propose("Add", writer: ScriptedWriter([outside, outside, outside]))
        #expect(report.proposals.first?.state != .created && report.usage.calls > 0)
        #expect(Self.spent(stage) == ["refs/sphinx/spent/2025-11/run-2"] && report.pushes == 1)
    }

    @Test("is not kept without a limit, by a dry run, and by a run that asks nothing")
    func nothing() async throws {
        let free = try await MemoryStage()
        #expect(try await Self.ask(1, of: free)?.state == .created)
        #expect(Self.spent(free).isEmpty)

        let stage = try await Self.stage(Limits.Month(tokens: 1_000))
        var settings = stage.settings()
        settings.isDryRun = true
        let writer = ScriptedWriter([RequestTests.added()])
        let report = try await Proposer(world: stage.world(writer: writer), settings: settings)
            .propose(try ChangeRequest("Add a cache"), in: "web")
        #expect(report.usage.calls == 1 && Self.spent(stage).isEmpty)
        #expect(try await stage.reconcile(writer: ScriptedWriter([])).pushes == 0)
    }

    @Test("a part that cannot be recorded is one problem, and takes no proposal with it")
    func refusedRef() async throws {
        let stage = try await Self.stage(Limits.Month(tokens: 1_000))
        // Another job of the same name was quicker.
        stage.repository.point(
            "refs/sphinx/spent/2025-11/run-2", to: try #require(stage.repository.refs["refs/heads/main"]))
        let report = try await stage.propose("Add a cache", writer: ScriptedWriter([RequestTests.added()]))
        #expect(report.proposals.map(\.state) == [.created])
        #expect(
            report.problems.map(\.message) == [
                "what the month has spent could not be recorded: refs/sphinx/spent/2025-11/run-2: it is not where it was when this run looked"
            ])
    }

    static let foreignParts: [(name: String, message: String)] = [
        ("no record", "hello"), ("no usage", record("null")), ("usage that is a text", record("\"much\"")),
        ("calls that have no place", record(usage("1e99"))),
        ("less than nothing", record(usage("-9223372036854775808"))),
        ("more than can be added", record(usage("9223372036854775807"))),
    ]

    private static func record(_ usage: String) -> String {
        "{\"kind\":\"spent\",\"run\":\"r\",\"holder\":\"h\",\"workspace\":\"\",\"usage\":\(usage)}"
    }

    private static func usage(_ calls: String) -> String {
        "{\"calls\":\(calls),\"inputTokens\":\(calls),\"outputTokens\":\(calls),\"costUSD\":0,\"isPriceKnown\":true}"
    }

    @Test("parts that nobody's run can have spent stop no run, and open no budget", arguments: foreignParts)
    func foreign(name: String, message: String) async throws {
        let stage = try await Self.stage(Limits.Month(tokens: 100))
        for number in 0..<2 {
            let id = try stage.repository.commit(
                CommitDraft(
                    parent: nil, message: "\(number)\n\n\(message)", time: Date(timeIntervalSince1970: Double(number))))
            stage.repository.point("refs/sphinx/spent/2025-11/other-\(number)", to: id)
        }
        let first = try await Self.ask(1, of: stage)
        let isSpent = name == "more than can be added"
        #expect(first?.state == (isSpent ? .waiting : .created))
        #expect(try await Self.ask(2, of: stage)?.reason == "limit: gemini_tokens_per_month 100")
    }

    @Test("a part that is no commit stops no run")
    func foreignObject() async throws {
        let stage = try await Self.stage(Limits.Month(tokens: 100))
        let base = try #require(stage.repository.refs["refs/heads/main"])
        let entries = try stage.repository.entries(of: try stage.repository.summary(of: base).tree)
        let file = try #require(entries.first { $0.kind == .file })
        stage.repository.point("refs/sphinx/spent/2025-11/other", to: file.id)
        #expect(try await Self.ask(1, of: stage)?.state == .created)
    }

    @Test(
        "the run's own limits count what was spent, whatever came of it",
        arguments: [
            (Limits(geminiCalls: 1), "limit: gemini_calls 1", "the next run goes on"),
            (Limits(geminiTokens: 110), "limit: gemini_tokens 110", "the next run goes on"),
            (Limits(geminiCostUSD: 0.001), "limit: gemini_cost_usd 0.001", "the next run goes on"),
            (
                Limits(month: Limits.Month(tokens: 120)), "limit: gemini_tokens_per_month 120",
                "the next month goes on"
            ),
        ])
    func run(limits: Limits, message: String, until: String) async throws {
        let failure = ModelFailure(
            .malformed, Problem(.passing, "x"),
            usage: Usage(calls: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.001))
        let writer = BudgetedWriter(
            ScriptedWriter([.failure(failure), .success(.edits([]))]), limits: limits,
            earlier: Usage(calls: 1, inputTokens: 10))
        let conversation = Conversation(instructions: "", turns: [.user("hello")], workspace: "web")
        await #expect(throws: failure) { try await writer.reply(to: conversation) }
        await #expect(
            throws: ModelFailure(.budget, Problem(.passing, message, hint: "\(until), or raise it in rules.yml"))
        ) {
            try await writer.reply(to: conversation)
        }
        #expect(writer.usage.calls == 1)
    }
}
