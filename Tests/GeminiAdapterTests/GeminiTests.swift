import Domain
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import GeminiAdapter

@Suite("Gemini, against the emulator")
struct GeminiTests {
    private static let good =
        "{\"analysis\":\"a\",\"decision\":\"change\",\"edits\":[{\"path\":\"p\",\"search\":\"s\",\"replace\":\"r\"}],\"impact\":\"i\",\"risk\":\"low\",\"questions\":[]}"
    private static let conversation = Conversation(instructions: "Be good.", turns: [.user("{\"data\":1}")])

    private final class Waits: Sendable {
        let seconds = Mutex<[Double]>([])
    }

    private static func gemini(
        _ emulator: GeminiEmulator, key: String = "test-key", waits: Waits = Waits(),
        _ change: (inout Gemini.Settings) -> Void = { _ in }
    ) throws -> Gemini {
        var settings = Gemini.Settings(key: Secret(key), baseURL: emulator.url, deadline: .seconds(60))
        change(&settings)
        let retry = Retry(chance: { 0.5 }, sleep: { seconds in waits.seconds.withLock { $0.append(seconds) } })
        return try Gemini(settings, retry: retry, now: { Date(timeIntervalSince1970: 1_795_500_000) })
    }

    private static func failure(_ gemini: Gemini, _ conversation: Conversation = conversation) async -> ModelFailure? {
        do throws(ModelFailure) {
            _ = try await gemini.reply(to: conversation)
            return nil
        } catch {
            return error
        }
    }

    @Test("a good answer with its cost, by the model that answered")
    func good() async throws {
        let emulator = try GeminiEmulator([.text(Self.good, thoughts: 900)])
        let reply = try await Self.gemini(emulator).reply(to: Self.conversation)
        #expect(
            reply.correction
                == Correction(
                    analysis: "a", decision: .change, edits: [Edit(path: "p", search: "s", replace: "r")], impact: "i",
                    risk: .low))
        #expect(reply.model == "gemini-3.8-flash" && reply.notices == ["answered by an emulator, not by Gemini"])
        #expect(
            reply.usage
                == Usage(
                    calls: 1, inputTokens: 1_000, outputTokens: 1_000,
                    costUSD: (1_000 * 0.75 + 1_000 * 3.75) / 1_000_000))
        #expect(reply.content.contains("thoughtSignature"))
        let request = try #require(emulator.requests.first)
        #expect(
            request.path == "/v1beta/models/gemini-3.8-flash:generateContent"
                && request.headers["x-goog-api-key"] == "test-key")
        #expect(request.headers["x-server-timeout"] == "60")
        let body = try #require(emulator.bodies.first)
        #expect(
            body.value(at: "generationConfig.maxOutputTokens")?.scalarText == "32768"
                && body["generationConfig"]?["thinkingConfig"] == nil)
        #expect(
            body.value(at: "generationConfig.responseSchema.required")
                == body.value(at: "generationConfig.responseSchema.propertyOrdering"))
        #expect(body.value(at: "generationConfig.temperature") == nil)
    }

    @Test("a second turn carries the model's own content unchanged")
    func turns() async throws {
        let emulator = try GeminiEmulator([.text(Self.good), .text(Self.good)])
        let gemini = try Self.gemini(emulator)
        let first = try await gemini.reply(to: Self.conversation)
        var next = Self.conversation
        next.turns += [.model(first.content), .user("again")]
        _ = try await gemini.reply(to: next)
        #expect(emulator.bodies[1]["contents"]?.array?.map { $0["role"]?.string } == ["user", "model", "user"])
        #expect(emulator.bodies[1].value(at: "contents.1")?.canonical == first.content)
    }

    static let refusals: [(step: GeminiEmulator.Step, reason: ModelFailure.Reason, message: String, calls: Int)] = [
        (.blocked("SAFETY"), .blocked, "Gemini blocked the prompt (SAFETY)", 1),
        (.blocked("JAILBREAK"), .blocked, "Gemini blocked the prompt (JAILBREAK)", 1),
        (.text("", finish: "SPII"), .blocked, "Gemini blocked the answer (SPII)", 1),
        (.text("{\"a\":", finish: "MAX_TOKENS"), .truncated, "Gemini's answer was cut at 65536 tokens", 2),
        (.text(good, finish: "MAX_TOKENS"), .truncated, "Gemini's answer was cut at 65536 tokens", 2),
        (
            .text("{\"analysis\":\"cut", finish: "STOP"), .malformed,
            "Gemini's answer is not in the form that was asked for", 2
        ),
        (
            .text(good.replacing("\"low\"", with: "\"none\"")), .malformed,
            "Gemini's answer is not in the form that was asked for", 2
        ),
        (.text("", finish: "RECITATION"), .malformed, "the model stopped with 'RECITATION'", 2),
        (.text("", finish: nil), .malformed, "the model stopped with 'no reason'", 2),
        (.text("", finish: "NEW_REASON"), .malformed, "the model stopped with 'NEW_REASON'", 2),
        (
            .error(
                400,
                "{\"error\":{\"message\":\"The input token count (9) exceeds the maximum number of tokens allowed (1).\"}}"
            ), .tooLarge,
            "Gemini answered with status 400: The input token count (9) exceeds the maximum number of tokens allowed (1).",
            1
        ),
        (
            .error(400, "{\"error\":{\"message\":\"User location is not supported for the API use.\"}}"), .account,
            "Gemini answered with status 400: User location is not supported for the API use.", 1
        ),
        (
            .error(403, "{\"error\":{\"message\":\"Your API key was reported as leaked.\"}}"), .auth,
            "Gemini answered with status 403: Your API key was reported as leaked.", 1
        ),
        (
            .error(404, "{\"error\":{\"message\":\"models/x is not found\"}}"), .modelUnknown,
            "Gemini answered with status 404: models/x is not found", 1
        ),
        (
            .error(
                429,
                "{\"error\":{\"message\":\"quota\",\"details\":[{\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProject\"}]},{\"retryDelay\":\"58s\"}]}}"
            ), .quota, "Gemini answered with status 429: quota", 1
        ),
        (
            .error(429, "{\"error\":{\"message\":\"Quota exceeded, limit: 0, model: x\"}}"), .quota,
            "Gemini answered with status 429: Quota exceeded, limit: 0, model: x", 1
        ),
        (
            .error(429, "{\"error\":{\"message\":\"wait\",\"details\":[{\"retryDelay\":\"600s\"}]}}"), .quota,
            "Gemini answered with status 429: wait; it asks for a wait of 660 seconds", 1
        ),
        (
            .error(503, "[{\"error\":{\"message\":\"The model is overloaded.\"}}]"), .network,
            "Gemini answered with status 503: The model is overloaded.", 4
        ),
        (
            .error(502, "<html>\u{1B}[31mBad Gateway</html>"), .network,
            "Gemini answered with status 502: <html> [31mBad Gateway</html>", 4
        ),
        (.raw(.text(200, "garbage")), .network, "Gemini's answer is not JSON", 4),
    ]

    @Test("every way to fail has its reason, and its number of tries", arguments: refusals)
    func fails(step: GeminiEmulator.Step, reason: ModelFailure.Reason, message: String, calls: Int) async throws {
        let emulator = try GeminiEmulator(Array(repeating: step, count: 6))
        let failure = await Self.failure(try Self.gemini(emulator))
        #expect(failure?.reason == reason && failure?.problem.message == message)
        #expect(emulator.requests.count == calls)
    }

    @Test("what was spent is told even where nothing came of it")
    func spent() async throws {
        let emulator = try GeminiEmulator(Array(repeating: .text("x", finish: "RECITATION"), count: 2))
        #expect(await Self.failure(try Self.gemini(emulator))?.usage.calls == 2)
    }

    @Test(
        "waits as the server asks, and as it has to",
        arguments: [
            ("{\"error\":{\"message\":\"x\",\"details\":[{\"retryDelay\":\"5s\"}]}}", 5.5),
            ("{\"error\":{\"message\":\"Please retry in 300ms.\"}}", 1.1),
            ("{\"error\":{\"message\":\"Resource has been exhausted (e.g. check quota).\"}}", 1.0),
        ])
    func waiting(body: String, seconds: Double) async throws {
        let emulator = try GeminiEmulator([.error(429, body), .text(Self.good)])
        let waits = Waits()
        _ = try await Self.gemini(emulator, waits: waits).reply(to: Self.conversation)
        #expect(waits.seconds.withLock { $0 }.map { ($0 * 100).rounded() / 100 } == [seconds])
    }

    @Test("a long answer is put together from its parts")
    func continuation() async throws {
        let cut = Self.good.index(Self.good.startIndex, offsetBy: 30)
        let emulator = try GeminiEmulator([
            .text(String(Self.good[..<cut]), finish: "CONTINUATION", token: "dG9rZW4="),
            .text(String(Self.good[cut...])),
        ])
        let reply = try await Self.gemini(emulator).reply(to: Self.conversation)
        #expect(reply.correction.analysis == "a" && reply.usage.calls == 2)
        #expect(emulator.bodies.map { $0["continuationToken"]?.string } == [nil, "dG9rZW4="])
    }

    @Test("a model that does not like the thinking level is asked without one")
    func thinking() async throws {
        let message =
            "{\"error\":{\"message\":\"Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.\"}}"
        let emulator = try GeminiEmulator([.error(400, message), .text(Self.good)])
        _ = try await Self.gemini(emulator) { $0.thinkingLevel = "MINIMAL" }.reply(to: Self.conversation)
        #expect(emulator.bodies.map { $0["generationConfig"]?["thinkingConfig"] != nil } == [true, false])
    }

    @Test("a wrong key is refused, told, and stands nowhere")
    func keys() async throws {
        let emulator = try GeminiEmulator([])
        let gemini = try Self.gemini(emulator, key: " canary-key ")
        let failure = try #require(await Self.failure(gemini))
        #expect(failure.reason == .auth && failure.problem.hint == "check GOOGLE_API_KEY")
        var dumped = ""
        dump(gemini.settings, to: &dumped)
        #expect(!"\(failure) \(dumped) \(emulator.requests[0].path)".contains("canary"))
        #expect(emulator.requests[0].headers["x-goog-api-key"] == "canary-key")
        for key in ["", " ", "a\nb", "a\u{0}b"] {
            #expect(throws: Problem(.needsPerson, "GOOGLE_API_KEY is empty, or holds a character that no key has")) {
                try Self.gemini(emulator, key: key)
            }
        }
    }

    @Test("the key goes to no other machine in the clear")
    func plainHTTP() async throws {
        let settings = Gemini.Settings(key: Secret("canary"), baseURL: "http://gemini.invalid")
        let gemini = try Gemini(settings, now: { Date(timeIntervalSince1970: 0) })
        #expect(
            await Self.failure(gemini)?.problem.message
                == "GEMINI_BASE_URL cannot be used: https is needed to any other machine")
    }

    @Test("a hanging service ends at the deadline")
    func hangs() async throws {
        let emulator = try GeminiEmulator(Array(repeating: .raw(.hang), count: 4))
        let failure = await Self.failure(try Self.gemini(emulator) { $0.deadline = .milliseconds(200) })
        #expect(failure?.reason == .deadline && emulator.requests.count == 2)
    }

    @Test("of a service that is away a run asks two questions, and waits for no more")
    func outage() async throws {
        let emulator = try GeminiEmulator(Array(repeating: .raw(.hang), count: 9))
        let gemini = try Self.gemini(emulator) { $0.deadline = .milliseconds(100) }
        for _ in 0..<2 { _ = await Self.failure(gemini) }
        let third = await Self.failure(gemini)
        #expect(third?.reason == .network && emulator.requests.count == 4)
        #expect(
            third?.problem.message
                == "Gemini left the last 2 questions unanswered, and is not asked again in this run")
    }

    @Test(
        "prices by the day, by the model that answered, and none for an unknown one",
        arguments: [
            ("gemini-3.8-flash", 1_795_500_000.0, 1_000, 0.75), ("gemini-3.8-flash", 1_798_800_000, 1_000, 1.5),
            ("models/gemini-4-argon", 1_795_500_000, 1_000, 2.0),
            ("gemini-3.1-pro-preview", 1_795_500_000, 300_000, 4.0), ("gemini-9", 1_795_500_000, 1_000, nil),
        ] as [(String, Double, Int, Double?)])
    func prices(model: String, time: Double, tokens: Int, input: Double?) {
        #expect(Prices.of(model, on: Date(timeIntervalSince1970: time), promptTokens: tokens)?.input == input)
    }

    @Test("the doctor's question costs no token")
    func check() async throws {
        let emulator = try GeminiEmulator([])
        #expect(try await Self.gemini(emulator).check() == "Gemini Emulated")
        #expect(emulator.requests.map(\.method) == ["GET"])
    }
}
