import Domain
import Foundation
import HTTPClient

/// One question to the model: tries, waits, continuations and second chances until there is an answer or none.
struct Exchange {
    private static let mostHops = 8
    /// Each of them lasts for the whole deadline, and may be billed.
    private static let mostSilences = 2

    private let gemini: Gemini
    private let conversation: Conversation
    private var request: GenerateRequest
    private var usage = Usage()
    private var notices: Set<String> = []
    private var secondChances: Set<String> = []
    private var text = ""
    private var hops = 0

    init(_ gemini: Gemini, _ conversation: Conversation) {
        self.gemini = gemini
        self.conversation = conversation
        request = GenerateRequest(
            conversation: conversation,
            outputTokens: min(conversation.outputTokenLimit, GenerateRequest.mostOutput),
            thinkingLevel: gemini.settings.thinkingLevel)
    }

    mutating func run() async throws(ModelFailure) -> ModelReply {
        guard request.outputTokens >= GenerateRequest.leastOutput else {
            throw failure(.budget, "fewer than \(GenerateRequest.leastOutput) output tokens are left")
        }
        while true {
            let answer = try await answered()
            if let reply = try judged(answer) { return reply }
        }
    }

    // MARK: What the answer means

    /// Nil: ask again.
    private mutating func judged(_ answer: GenerateAnswer) throws(ModelFailure) -> ModelReply? {
        usage = usage + answer.usage(on: gemini.now(), askedFor: gemini.model)
        if let notice = answer.notice { notices.insert("Gemini says of the model: \(ErrorAnswer.clean(notice))") }
        if let block = answer.blockReason { throw blocked("the prompt", block) }
        switch answer.finishReason {
        case "STOP": return try decoded(answer)
        case "CONTINUATION": return try continued(answer)
        case "MAX_TOKENS": return try lengthened()
        case "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "MODEL_ARMOR", "ESCALATION", "PUP_LIMITED_DISABLED":
            throw blocked("the answer", answer.finishReason ?? "")
        case let reason:
            return try again("finish reason \(reason ?? "absent")", "the model stopped with '\(reason ?? "no reason")'")
        }
    }

    private func blocked(_ what: String, _ reason: String) -> ModelFailure {
        let isInjection = reason == "JAILBREAK" || reason == "MODEL_ARMOR"
        return failure(
            .blocked, "Gemini blocked \(what) (\(ErrorAnswer.clean(reason)))",
            hint: isInjection ? "the workspace's files or the metric's labels look like a prompt injection" : nil)
    }

    private mutating func continued(_ answer: GenerateAnswer) throws(ModelFailure) -> ModelReply? {
        hops += 1
        guard let token = answer.continuationToken, hops <= Self.mostHops else {
            throw failure(.truncated, "Gemini's answer goes on for more than \(Self.mostHops) parts")
        }
        text += answer.text
        request.continuationToken = token
        return nil
    }

    /// A cut answer is never read, even where it happens to be whole JSON.
    private mutating func lengthened() throws(ModelFailure) -> ModelReply? {
        let larger = min(request.outputTokens * 4, GenerateRequest.mostOutput)
        guard secondChances.insert("MAX_TOKENS").inserted,
            larger > request.outputTokens || request.thinkingLevel != "LOW"
        else { throw failure(.truncated, "Gemini's answer was cut at \(request.outputTokens) tokens") }
        request.outputTokens = larger
        request.thinkingLevel = "LOW"
        return startOver()
    }

    private mutating func again(_ kind: String, _ message: String) throws(ModelFailure) -> ModelReply? {
        guard secondChances.insert(kind).inserted else { throw failure(.malformed, message) }
        return startOver()
    }

    private mutating func startOver() -> ModelReply? {
        text = ""
        request.continuationToken = nil
        return nil
    }

    private mutating func decoded(_ answer: GenerateAnswer) throws(ModelFailure) -> ModelReply? {
        let whole = text + answer.text
        guard let correction = try? JSONDecoder().decode(Correction.self, from: Data(whole.utf8)),
            correction.edits.count <= 20, correction.decision != .change || !correction.edits.isEmpty
        else { return try again("malformed", "Gemini's answer is not in the form that was asked for") }
        let content: JSONValue =
            text.isEmpty
            ? answer.content ?? .null
            : .object(["role": .string("model"), "parts": .array([.object(["text": .string(whole)])])])
        return ModelReply(
            correction: correction, content: content.canonical, model: answer.model ?? gemini.model, usage: usage,
            notices: notices.sorted())
    }

    // MARK: Sending

    private mutating func answered() async throws(ModelFailure) -> GenerateAnswer {
        var attempt = 0
        while true {
            switch await sent() {
            case .success(let answer): return answer
            case .failure(let error):
                if error.dislikesThinking, request.thinkingLevel != nil {
                    request.thinkingLevel = nil
                    continue
                }
                try await wait(after: error, attempt)
                attempt += 1
            }
        }
    }

    private mutating func wait(after error: Setback, _ attempt: Int) async throws(ModelFailure) {
        let most = error.reason == .deadline ? Self.mostSilences : gemini.retry.attempts
        guard let hint = error.retryAfter, attempt + 1 < most else { throw final(error, nil) }
        let seconds = gemini.retry.wait(after: attempt, hint: hint > 0 ? hint : nil)
        guard seconds <= gemini.settings.longestWait else {
            throw final(error, "it asks for a wait of \(Int(seconds)) seconds")
        }
        do { try await gemini.retry.sleep(seconds) } catch { throw failure(.deadline, "the question was interrupted") }
    }

    private func final(_ error: Setback, _ more: String?) -> ModelFailure {
        failure(error.reason, more.map { "\(error.message); \($0)" } ?? error.message, hint: error.hint)
    }

    /// Why a try gave nothing.
    private struct Setback: Error {
        let reason: ModelFailure.Reason
        let message: String
        var hint: String?
        var retryAfter: Double?
        var dislikesThinking = false
    }

    private mutating func sent() async -> Result<GenerateAnswer, Setback> {
        let body = Array(request.json.canonical.utf8)
        let message = Request(
            "POST", gemini.address(":generateContent"), headers: gemini.headers, body: body,
            deadline: gemini.settings.deadline, responseBytes: 16 << 20, compressed: true)
        do throws(HTTPError) {
            let response = try await gemini.client.send(message)
            if response.headers["x-emulator"] != nil { notices.insert("answered by an emulator, not by Gemini") }
            guard response.status == 200 else {
                let answer = ErrorAnswer(status: response.status, body: response.body, gemini.redactor)
                return .failure(
                    Setback(
                        reason: answer.reason, message: answer.message, hint: answer.hint,
                        retryAfter: answer.retryAfter, dislikesThinking: answer.dislikesThinking))
            }
            guard let answer = GenerateAnswer(response.body) else {
                return .failure(
                    Setback(
                        reason: .network, message: "Gemini's answer is not JSON",
                        hint: "check that GEMINI_BASE_URL leads to Gemini", retryAfter: 0))
            }
            return .success(answer)
        } catch {
            return .failure(Self.setback(error))
        }
    }

    private static func setback(_ error: HTTPError) -> Setback {
        switch error {
        case .connection(let host, let reason):
            Setback(
                reason: .network, message: "Gemini at \(host) cannot be reached: \(reason)",
                hint: "check GEMINI_BASE_URL and the network", retryAfter: 0)
        case .deadlinePassed(let host, let after):
            Setback(
                reason: .deadline,
                message: "Gemini at \(host) did not answer within \(after.components.seconds) seconds",
                hint: "the call may be billed all the same; GEMINI_TIMEOUT sets how long is waited", retryAfter: 0)
        case .certificate(let host, let reason):
            Setback(reason: .network, message: "the certificate of \(host) is not trusted: \(reason)")
        case .tooLarge:
            Setback(
                reason: .malformed, message: "Gemini's answer is longer than 16 MiB",
                hint: "check that GEMINI_BASE_URL leads to Gemini")
        case .unusable(_, let reason):
            Setback(reason: .request, message: "GEMINI_BASE_URL cannot be used: \(reason)")
        case .cancelled: Setback(reason: .deadline, message: "the question to Gemini was interrupted")
        }
    }

    private func failure(_ reason: ModelFailure.Reason, _ message: String, hint: String? = nil) -> ModelFailure {
        let kind: Problem.Kind
        switch reason {
        case .network, .deadline, .quota, .budget, .malformed, .truncated: kind = .passing
        default: kind = .needsPerson
        }
        return ModelFailure(reason, Problem(kind, message, hint: hint), usage: usage)
    }
}
