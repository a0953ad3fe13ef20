import Domain
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import GeminiAdapter

/// What the service may say beside a good answer, and how often and how long it is asked then.
@Suite("Gemini's refusals, waits and parts")
struct GeminiBoundsTests {
    private static let good =
        "{\"analysis\":\"a\",\"decision\":\"change\",\"edits\":[{\"path\":\"p\",\"search\":\"s\",\"replace\":\"r\"}],\"impact\":\"i\",\"risk\":\"low\",\"questions\":[]}"
    private static let conversation = Conversation(instructions: "Be good.", turns: [.user("{\"data\":1}")])

    private final class Waits: Sendable {
        private let seconds = Mutex<[Double]>([])

        func note(_ wait: Double) { seconds.withLock { $0.append((wait * 100).rounded() / 100) } }
        var all: [Double] { seconds.withLock { $0 } }
    }

    /// Chance is in the middle, so that a wait is as long as its base.
    private static func gemini(
        _ emulator: GeminiEmulator, waits: Waits = Waits(), _ change: (inout Gemini.Settings) -> Void = { _ in }
    ) throws -> Gemini {
        var settings = Gemini.Settings(key: Secret("test-key"), baseURL: emulator.url, deadline: .seconds(60))
        change(&settings)
        let retry = Retry(chance: { 0.5 }, sleep: { waits.note($0) })
        return try Gemini(settings, retry: retry, now: { Date(timeIntervalSince1970: 1_795_500_000) })
    }

    private static func failure(
        _ gemini: Gemini, _ conversation: Conversation = conversation
    ) async -> ModelFailure? {
        do throws(ModelFailure) {
            _ = try await gemini.reply(to: conversation)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Statuses

    private static func said(_ status: Int, _ words: String, details: String = "[]") -> GeminiEmulator.Step {
        .raw(GeminiEmulator.error(status, words, details: details))
    }

    private static let key = "check GOOGLE_API_KEY"
    private static let later = "try again later"
    private static let minute = "too many requests a minute"

    static let answers:
        [(step: GeminiEmulator.Step, reason: ModelFailure.Reason, kind: Problem.Kind, said: String, tries: Int)] = [
            (
                said(302, "moved"), .request, .needsPerson,
                "302: moved; redirects are not followed; GEMINI_BASE_URL is to be where this one leads", 1
            ),
            (said(400, "API key expired."), .auth, .needsPerson, "400: API key expired.; \(key)", 1),
            (
                said(400, "no", details: "[{\"reason\":\"API_KEY_INVALID\"}]"), .auth, .needsPerson,
                "400: no; \(key)", 1
            ),
            (
                said(400, "Request payload size exceeds the limit"), .tooLarge, .needsPerson,
                "400: Request payload size exceeds the limit", 1
            ),
            (said(400, "enable billing"), .account, .needsPerson, "400: enable billing", 1),
            (said(400, "something else"), .request, .needsPerson, "400: something else", 1),
            (said(401, "who?"), .auth, .needsPerson, "401: who?; \(key)", 1),
            (said(403, "no"), .auth, .needsPerson, "403: no; \(key) and what it is allowed to do", 1),
            (said(404, "gone"), .modelUnknown, .needsPerson, "404: gone; check GEMINI_MODEL", 1),
            (said(408, "slow"), .network, .passing, "408: slow; \(later)", 4),
            (said(409, "conflict"), .request, .needsPerson, "409: conflict", 1),
            (said(413, "large"), .tooLarge, .needsPerson, "413: large", 1),
            (said(418, "teapot"), .request, .needsPerson, "418: teapot", 1),
            (said(499, "closed"), .network, .passing, "499: closed; \(later)", 4),
            (said(500, "internal"), .network, .passing, "500: internal; \(later)", 4),
            (said(504, "deadline"), .network, .passing, "504: deadline; \(later)", 4),
            (said(529, "overloaded"), .network, .passing, "529: overloaded; \(later)", 4),
            (.error(503, ""), .network, .passing, "503; \(later)", 4),
            (said(429, "slow down"), .quota, .passing, "429: slow down; \(minute)", 4),
            (
                said(429, "day", details: "[{\"violations\":[{\"quotaId\":\"RequestsPerDay\"}]}]"), .quota, .passing,
                "429: day; the day's quota is used up; it is renewed at midnight Pacific time", 1
            ),
            (
                said(429, "none", details: "[{\"violations\":[{\"quotaValue\":\"0\"}]}]"), .quota, .passing,
                "429: none; this model is not in the key's plan; choose another with GEMINI_MODEL", 1
            ),
        ]

    @Test("a status has its reason, its sentence, its way out and its number of tries", arguments: answers)
    func statuses(
        step: GeminiEmulator.Step, reason: ModelFailure.Reason, kind: Problem.Kind, said: String, tries: Int
    ) async throws {
        let emulator = try GeminiEmulator(Array(repeating: step, count: 6))
        let failure = try #require(await Self.failure(try Self.gemini(emulator)))
        #expect(failure.reason == reason && failure.problem.kind == kind)
        #expect(failure.problem.description == "Gemini answered with status \(said)")
        #expect(emulator.requests.count == tries && failure.usage == Usage())
    }

    @Test("what a server repeats of the key, and how it writes, is not passed on")
    func hostileWords() async throws {
        let body =
            "{\"error\":{\"message\":\"bad key test-key \\u001b[31m\\n\\u0000 \(String(repeating: "x", count: 900))\"}}"
        let emulator = try GeminiEmulator([.error(400, body)])
        let message = try #require(await Self.failure(try Self.gemini(emulator))).problem.message
        #expect(!message.contains("test-key") && !message.contains("\u{1B}") && !message.contains("\n"))
        #expect(message.count < 600)
    }

    // MARK: Waits

    private static func delayed(_ delay: String) -> GeminiEmulator.Step {
        said(429, "wait", details: "[{\"retryDelay\":\"\(delay)\"}]")
    }

    static let hints: [(delays: [GeminiEmulator.Step], waits: [Double])] = [
        ([said(503, "x"), said(503, "x"), said(503, "x")], [1, 2, 4]), ([delayed("0s")], [1]),
        ([delayed("10s"), said(503, "x")], [11, 2]), ([delayed("54.5s")], [59.95]), ([delayed("-5s")], [1]),
        ([delayed("nans")], [1]), ([delayed("infs")], [1]), ([delayed("5")], [1]), ([delayed("s")], [1]),
        ([delayed("ms")], [1]), ([said(429, "Please retry in 20.5s. Thank you")], [22.55]),
        ([said(429, "Please retry in a moment.")], [1]), ([said(429, "Please retry in ")], [1]),
        (
            [said(429, "x", details: "[{\"violations\":[{\"quotaId\":\"PerMinute\"}]},{\"retryDelay\":\"3s\"}]")],
            [3.3]
        ),
    ]

    @Test("waits double, and a hint of the server's is never undercut", arguments: hints)
    func waiting(delays: [GeminiEmulator.Step], expected: [Double]) async throws {
        let emulator = try GeminiEmulator(delays + [.text(Self.good)])
        let waits = Waits()
        let reply = try await Self.gemini(emulator, waits: waits).reply(to: Self.conversation)
        #expect(waits.all == expected && reply.usage.calls == 1)
    }

    @Test(
        "a wait that is not worth it is told, however long it is",
        arguments: [
            ("55s", 60), ("3600s", 3_960), ("1e300s", 1_100_000_000), ("99999999999999999999s", 1_100_000_000),
        ])
    func tooLong(delay: String, seconds: Int) async throws {
        let emulator = try GeminiEmulator([Self.delayed(delay), .text(Self.good)])
        let waits = Waits()
        let failure = await Self.failure(try Self.gemini(emulator, waits: waits) { $0.longestWait = 59 })
        #expect(
            failure?.problem.message
                == "Gemini answered with status 429: wait; it asks for a wait of \(seconds) seconds")
        #expect(waits.all.isEmpty && failure?.reason == .quota)
    }

    @Test("an interruption ends a wait")
    func interrupted() async throws {
        let emulator = try GeminiEmulator([Self.said(503, "x"), .text(Self.good)])
        let settings = Gemini.Settings(key: Secret("test-key"), baseURL: emulator.url)
        let retry = Retry(chance: { 0.5 }, sleep: { _ in throw CancellationError() })
        let gemini = try Gemini(settings, retry: retry, now: { Date(timeIntervalSince1970: 0) })
        let failure = await Self.failure(gemini)
        #expect(failure?.reason == .deadline && failure?.problem.message == "the question was interrupted")
        #expect(emulator.requests.count == 1)
    }

    @Test("an answer in between ends an outage")
    func outage() async throws {
        let down = Array(repeating: GeminiEmulator.Step.error(503, ""), count: 4)
        let emulator = try GeminiEmulator(down + [.text(Self.good)] + down + [.text(Self.good)])
        let gemini = try Self.gemini(emulator)
        for isAnswered in [false, true, false, true] {
            #expect((await Self.failure(gemini) == nil) == isAnswered)
        }
    }

    // MARK: Ends of an answer

    static let blocks: [(finish: String, hint: String?)] = [
        ("SAFETY", nil), ("PROHIBITED_CONTENT", nil), ("BLOCKLIST", nil), ("SPII", nil), ("ESCALATION", nil),
        ("PUP_LIMITED_DISABLED", nil),
        ("MODEL_ARMOR", "the workspace's files or the metric's labels look like a prompt injection"),
    ]

    @Test("an answer that is blocked is not asked for again, and was paid for", arguments: blocks)
    func blocked(finish: String, hint: String?) async throws {
        let emulator = try GeminiEmulator([.text(Self.good, finish: finish), .text(Self.good)])
        let failure = try #require(await Self.failure(try Self.gemini(emulator)))
        #expect(
            failure.problem == Problem(.needsPerson, "Gemini blocked the answer (\(finish))", hint: hint))
        #expect(failure.reason == .blocked && failure.usage.calls == 1 && failure.usage.inputTokens == 1_000)
    }

    @Test("a reason that is hostile text is one clean word of a sentence")
    func hostileReason() async throws {
        let emulator = try GeminiEmulator([.blocked("A\u{1B}[31m\nB")])
        #expect(
            await Self.failure(try Self.gemini(emulator))?.problem.message == "Gemini blocked the prompt (A [31m B)")
    }

    @Test("an answer that was cut is asked for once more, with more room and less thinking")
    func lengthened() async throws {
        let emulator = try GeminiEmulator([.text("{\"analy", finish: "MAX_TOKENS"), .text(Self.good)])
        var conversation = Self.conversation
        conversation.outputTokenLimit = 1_000
        let reply = try await Self.gemini(emulator) { $0.thinkingLevel = "HIGH" }.reply(to: conversation)
        let configurations = emulator.bodies.compactMap { $0["generationConfig"] }
        #expect(configurations.map { $0["maxOutputTokens"]?.scalarText } == ["1000", "4000"])
        #expect(configurations.map { $0.value(at: "thinkingConfig.thinkingLevel")?.string } == ["HIGH", "LOW"])
        #expect(reply.usage.calls == 2 && reply.usage.inputTokens == 2_000)
    }

    @Test("where there is neither more room nor less thinking it is not asked for again")
    func longest() async throws {
        let emulator = try GeminiEmulator(Array(repeating: .text("{", finish: "MAX_TOKENS"), count: 2))
        var conversation = Self.conversation
        conversation.outputTokenLimit = 1_000_000
        let failure = await Self.failure(try Self.gemini(emulator) { $0.thinkingLevel = "LOW" }, conversation)
        #expect(failure?.problem == Problem(.passing, "Gemini's answer was cut at 65536 tokens"))
        #expect(emulator.requests.count == 1)
    }

    @Test("too few tokens that may still be paid for ask nothing", arguments: [-1, 0, 255])
    func noTokens(limit: Int) async throws {
        let emulator = try GeminiEmulator([.text(Self.good)])
        var conversation = Self.conversation
        conversation.outputTokenLimit = limit
        let failure = await Self.failure(try Self.gemini(emulator), conversation)
        #expect(
            failure == ModelFailure(.budget, Problem(.passing, "fewer than 256 output tokens are left")))
        #expect(emulator.requests.isEmpty)
    }

    // MARK: Parts of an answer

    private static func parts(_ count: Int, of text: String = good) -> [GeminiEmulator.Step] {
        let size = text.count / (count + 1)
        var rest = text[...]
        return (0..<count).map { number in
            let part = rest.prefix(size)
            rest = rest.dropFirst(size)
            return .text(String(part), finish: "CONTINUATION", token: "token-\(number)")
        } + [.text(String(rest))]
    }

    @Test("as many as eight more parts are put together, each asked for with the token of the one before")
    func manyParts() async throws {
        let emulator = try GeminiEmulator(Self.parts(8))
        let reply = try await Self.gemini(emulator).reply(to: Self.conversation)
        #expect(reply.correction.analysis == "a" && reply.usage.calls == 9)
        #expect(
            emulator.bodies.map { $0["continuationToken"]?.string } == [nil] + (0..<8).map { "token-\($0)" })
        // What goes back in the next turn is the whole answer.
        #expect(reply.content.contains(JSONValue.string(Self.good).canonical))
    }

    @Test("an answer that never ends is given up, with what it cost")
    func endless() async throws {
        let emulator = try GeminiEmulator(Self.parts(9))
        let failure = try #require(await Self.failure(try Self.gemini(emulator)))
        #expect(failure.problem == Problem(.passing, "Gemini's answer goes on for more than 8 parts"))
        #expect(failure.reason == .truncated && failure.usage.calls == 9)
    }

    @Test("a part without a token for the next one is no beginning of anything")
    func withoutToken() async throws {
        let emulator = try GeminiEmulator([.text("{", finish: "CONTINUATION")])
        #expect(await Self.failure(try Self.gemini(emulator))?.reason == .truncated)
    }

    @Test(
        "after a cut or a broken part the answer is asked for from its beginning", arguments: ["MAX_TOKENS", "OTHER"])
    func startOver(finish: String) async throws {
        let emulator = try GeminiEmulator([
            .text("{\"analysis\":", finish: "CONTINUATION", token: "t"), .text("\"x", finish: finish), .text(Self.good),
        ])
        let reply = try await Self.gemini(emulator).reply(to: Self.conversation)
        #expect(reply.correction.analysis == "a" && reply.usage.calls == 3)
        #expect(emulator.bodies.map { $0["continuationToken"]?.string } == [nil, "t", nil])
    }

    static let forms: [(name: String, text: String, isGood: Bool)] = [
        ("no JSON", "Here you are:", false), ("JSON in a fence", "```json\n\(good)\n```", false),
        ("more than JSON", "\(good) and more", false), ("a list", "[\(good)]", false), ("nothing", "", false),
        ("a change without edits", edited(0), false), ("twenty edits", edited(20), true),
        ("twenty-one edits", edited(21), false),
        ("an unknown decision", good.replacing("\"change\"", with: "\"maybe\""), false),
        ("no change, and no edits", edited(0).replacing("\"change\"", with: "\"no_change\""), true),
        ("a member too few", good.replacing("\"impact\":\"i\",", with: ""), false),
        ("a member too many", good.replacing("{\"analysis\"", with: "{\"new\":1,\"analysis\""), true),
        ("a number for a text", good.replacing("\"impact\":\"i\"", with: "\"impact\":1"), false),
    ]

    private static func edited(_ count: Int) -> String {
        let edit = "{\"path\":\"p\",\"search\":\"s\",\"replace\":\"r\"}"
        let edits = Array(repeating: edit, count: count).joined(separator: ",")
        return good.replacing("[\(edit)]", with: "[\(edits)]")
    }

    @Test("an answer has the form that was asked for, or gets one second chance", arguments: forms)
    func form(name: String, text: String, isGood: Bool) async throws {
        let emulator = try GeminiEmulator([.text(text), .text(text)])
        let failure = await Self.failure(try Self.gemini(emulator))
        #expect((failure == nil) == isGood)
        if !isGood {
            #expect(
                failure?.problem == Problem(.passing, "Gemini's answer is not in the form that was asked for"))
        }
        #expect(emulator.requests.count == (isGood ? 1 : 2))
    }

    @Test("thoughts are no part of the answer, and its parts are one text")
    func thoughts() async throws {
        let cut = Self.good.index(Self.good.startIndex, offsetBy: 20)
        let texts =
            ["{\"thought\":true,\"text\":\"I think\"}"]
            + [Self.good[..<cut], Self.good[cut...]].map { "{\"text\":\(JSONValue.string(String($0)).canonical)}" }
        let body =
            "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"role\":\"model\",\"parts\":[\(texts.joined(separator: ","))]}}]}"
        let emulator = try GeminiEmulator([.raw(.text(200, body))])
        let reply = try await Self.gemini(emulator).reply(to: Self.conversation)
        #expect(reply.correction.analysis == "a" && reply.content.contains("I think"))
        // Neither model nor tokens are named.
        #expect(reply.model == "gemini-3.8-flash" && reply.usage == Usage(calls: 1))
    }

    // MARK: Usage and cost

    private static func spent(_ counts: String, model: String = "gemini-3.8-flash") -> GeminiEmulator.Step {
        let text = JSONValue.string(good).canonical
        return .raw(
            .text(
                200,
                "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":[{\"text\":\(text)}]}}],\"modelVersion\":\"\(model)\",\"usageMetadata\":{\(counts)}}"
            ))
    }

    static let usages: [(counts: String, input: Int, output: Int, millionths: Double)] = [
        ("", 0, 0, 0), ("\"promptTokenCount\":100", 100, 0, 75), ("\"candidatesTokenCount\":100", 0, 100, 375),
        ("\"candidatesTokenCount\":10,\"thoughtsTokenCount\":90", 0, 100, 375),
        ("\"promptTokenCount\":100,\"cachedContentTokenCount\":60", 100, 0, 40 * 0.75 + 60 * 0.075),
        ("\"promptTokenCount\":100,\"cachedContentTokenCount\":900", 100, 0, 7.5),
        ("\"promptTokenCount\":-100,\"candidatesTokenCount\":-1", 0, 0, 0),
        ("\"promptTokenCount\":\"100\"", 100, 0, 75), ("\"promptTokenCount\":\"many\"", 0, 0, 0),
        ("\"promptTokenCount\":null", 0, 0, 0),
        (
            "\"candidatesTokenCount\":9223372036854775807,\"thoughtsTokenCount\":9223372036854775807", 0,
            2_000_000_000, 7.5e9
        ),
    ]

    @Test("usage counts what was said to be spent, and never less than nothing", arguments: usages)
    func usage(counts: String, input: Int, output: Int, millionths: Double) async throws {
        let emulator = try GeminiEmulator([Self.spent(counts)])
        let usage = try await Self.gemini(emulator).reply(to: Self.conversation).usage
        #expect(usage.inputTokens == input && usage.outputTokens == output && usage.calls == 1)
        #expect(abs(usage.costUSD * 1e6 - millionths) < 1e-3 && usage.isPriceKnown)
    }

    @Test("a model whose price is not known costs nothing that is known")
    func unpriced() async throws {
        let emulator = try GeminiEmulator([Self.spent("\"promptTokenCount\":100", model: "gemini-99")])
        let reply = try await Self.gemini(emulator).reply(to: Self.conversation)
        #expect(reply.usage == Usage(calls: 1, inputTokens: 100, isPriceKnown: false) && reply.model == "gemini-99")
    }

    // MARK: Where it is asked

    @Test(
        "the address is made of the settings, and the model's name cannot leave its place",
        arguments: [
            ("gemini-3.8-flash", "/models/gemini-3.8-flash:generateContent"),
            ("models/gemini-3.8-flash", "/models/gemini-3.8-flash:generateContent"),
            ("gemini-x/../../v1/other?key=1#", "/models/gemini-x%2F..%2F..%2Fv1%2Fother%3Fkey%3D1%23:generateContent"),
        ])
    func address(model: String, path: String) throws {
        for base in ["http://127.0.0.1:1", "http://127.0.0.1:1/"] {
            let settings = Gemini.Settings(key: Secret("k"), model: model, baseURL: base)
            let gemini = try Gemini(settings, now: { Date(timeIntervalSince1970: 0) })
            #expect(gemini.address(":generateContent") == "http://127.0.0.1:1/v1beta\(path)")
        }
    }

    @Test(
        "the doctor is told what is wrong",
        arguments: [
            (
                "no-such-model", "test-key",
                "Gemini answered with status 404: models/x is not found for API version v1beta, or is not supported for generateContent.; check GEMINI_MODEL"
            ),
            (
                "gemini-3.8-flash", "wrong",
                "Gemini answered with status 400: API key not valid. Please pass a valid API key.; check GOOGLE_API_KEY"
            ),
        ])
    func check(model: String, key: String, sentence: String) async throws {
        let emulator = try GeminiEmulator([])
        let gemini = try Self.gemini(emulator) {
            $0.model = model
            $0.key = Secret(key)
        }
        let failure = await #expect(throws: ModelFailure.self) { try await gemini.check() }
        #expect(failure?.problem.description == sentence)
    }

    @Test("a service that is not there is told with its address, after as many tries as any other")
    func absent() async throws {
        let waits = Waits()
        let settings = Gemini.Settings(key: Secret("k"), baseURL: "http://127.0.0.1:1")
        let gemini = try Gemini(
            settings, retry: Retry(chance: { 0.5 }, sleep: { waits.note($0) }), now: { Date(timeIntervalSince1970: 0) })
        let failure = try #require(await Self.failure(gemini))
        #expect(failure.problem.message.hasPrefix("Gemini at 127.0.0.1 cannot be reached: "))
        #expect(failure.problem.hint == "check GEMINI_BASE_URL and the network" && waits.all == [1, 2, 4])
    }
}
