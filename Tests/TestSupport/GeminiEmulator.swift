package import Domain
import Foundation
import Synchronization

/// Speaks Gemini's protocol on loopback, answers from a script, and refuses what the real API refuses.
///
/// It is no model: it says so in the header `X-Emulator`, and a test that passes proves protocol handling only.
package final class GeminiEmulator: Sendable {
    package enum Step: Sendable {
        /// An answer with this text and finish reason.
        case text(
            String, finish: String? = "STOP", model: String = "gemini-3.8-flash", token: String? = nil,
            thoughts: Int = 0)
        case blocked(String)
        case error(Int, String)
        case raw(LoopbackServer.Answer)
    }

    private let server: LoopbackServer

    package var url: String { server.url }
    package var requests: [LoopbackServer.Request] { server.requests }

    /// The bodies of the questions.
    package var bodies: [JSONValue] {
        requests.compactMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.body)) }
    }

    package init(key: String = "test-key", _ steps: [Step]) throws {
        let script = Script(steps)
        server = try LoopbackServer { request in
            if let refusal = Self.refusal(of: request, key: key) { return refusal }
            guard let step = script.next() else { return Self.error(500, "the script is over") }
            return Self.answer(step)
        }
    }

    private final class Script: Sendable {
        private let steps: Mutex<[Step]>

        init(_ steps: [Step]) {
            self.steps = Mutex(steps)
        }

        func next() -> Step? { steps.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    // MARK: Answers

    private static func answer(_ step: Step) -> LoopbackServer.Answer {
        switch step {
        case .raw(let answer): return answer
        case .error(let status, let body): return .text(status, body, headers: ["X-Emulator": "1"])
        case .blocked(let reason):
            return json(["promptFeedback": .object(["blockReason": .string(reason)]), "usageMetadata": usage(0)])
        case .text(let text, let finish, let model, let token, let thoughts):
            var candidate: [String: JSONValue] = [
                "content": .object([
                    "role": .string("model"),
                    "parts": .array([.object(["text": .string(text), "thoughtSignature": .string("c2ln")])]),
                ])
            ]
            if let finish { candidate["finishReason"] = .string(finish) }
            if let token { candidate["continuationToken"] = .string(token) }
            return json([
                "candidates": .array([.object(candidate)]), "usageMetadata": usage(thoughts),
                "modelVersion": .string(model),
            ])
        }
    }

    private static func usage(_ thoughts: Int) -> JSONValue {
        .object([
            "promptTokenCount": .integer(1_000), "candidatesTokenCount": .integer(100),
            "thoughtsTokenCount": .integer(Int64(thoughts)),
        ])
    }

    private static func json(_ body: [String: JSONValue]) -> LoopbackServer.Answer {
        .text(200, JSONValue.object(body).canonical, headers: ["X-Emulator": "1", "Content-Type": "application/json"])
    }

    package static func error(_ status: Int, _ message: String, details: String = "[]") -> LoopbackServer.Answer {
        .text(
            status,
            "{\"error\":{\"code\":\(status),\"message\":\(JSONValue.string(message).canonical),\"details\":\(details)}}",
            headers: ["X-Emulator": "1"])
    }

    // MARK: What the real API refuses

    private static let topLevel: Set<String> = [
        "systemInstruction", "contents", "generationConfig", "safetySettings", "tools", "toolConfig", "cachedContent",
        "labels", "serviceTier", "store", "continuationToken",
    ]
    private static let generation: Set<String> = [
        "responseMimeType", "responseSchema", "responseJsonSchema", "maxOutputTokens", "thinkingConfig", "seed",
        "stopSequences", "temperature", "topP", "topK", "candidateCount",
    ]
    private static let schemaWords: Set<String> = [
        "type", "format", "title", "description", "nullable", "enum", "items", "minItems", "maxItems", "properties",
        "required", "minProperties", "maxProperties", "minimum", "maximum", "minLength", "maxLength", "pattern",
        "example", "anyOf", "propertyOrdering", "default",
    ]

    private static func refusal(of request: LoopbackServer.Request, key: String) -> LoopbackServer.Answer? {
        if request.path.contains("key=") || request.headers["authorization"] != nil {
            return error(400, "Multiple authentication credentials received. Please pass only one.")
        }
        guard request.headers["x-goog-api-key"] == key else {
            return error(
                400, "API key not valid. Please pass a valid API key.", details: "[{\"reason\":\"API_KEY_INVALID\"}]")
        }
        guard request.path.hasPrefix("/v1beta/models/gemini-") else {
            return error(404, "models/x is not found for API version v1beta, or is not supported for generateContent.")
        }
        if request.method == "GET" { return .text(200, "{\"displayName\":\"Gemini Emulated\"}") }
        guard let body = try? JSONDecoder().decode(JSONValue.self, from: Data(request.body)), let members = body.object
        else {
            return error(400, "Invalid JSON payload received.")
        }
        return mistake(in: members).map { error(400, "Invalid JSON payload received. \($0)") }
    }

    private static func mistake(in body: [String: JSONValue]) -> String? {
        if let name = body.keys.sorted().first(where: { !topLevel.contains($0) }) {
            return "Unknown name \"\(name)\": Cannot find field."
        }
        let configuration = body["generationConfig"]?.object ?? [:]
        if let name = configuration.keys.sorted().first(where: { !generation.contains($0) }) {
            return "Unknown name \"\(name)\" at 'generation_config': Cannot find field."
        }
        guard let contents = body["contents"]?.array, let last = contents.last else {
            return "contents is not specified"
        }
        if contents.contains(where: { !["user", "model"].contains($0["role"]?.string ?? "") }) {
            return "Please use a valid role: user, model."
        }
        if last["role"]?.string == "model" { return "Requests ending with a model turn are not supported." }
        if configuration["responseSchema"] != nil, configuration["responseMimeType"]?.string != "application/json" {
            return "responseSchema needs the mime type application/json"
        }
        return configuration["responseSchema"].flatMap(mistake(inSchema:))
    }

    private static func mistake(inSchema schema: JSONValue) -> String? {
        let members = schema.object ?? [:]
        if let word = members.keys.sorted().first(where: { !schemaWords.contains($0) }) {
            return "Unknown name \"\(word)\" at 'generation_config.response_schema': Cannot find field."
        }
        guard let type = members["type"]?.string else { return "*.type: must be specified when not using one_of" }
        if type == "OBJECT", (members["properties"]?.object ?? [:]).isEmpty {
            return "*.properties: should be non-empty for OBJECT type"
        }
        if type == "ARRAY", members["items"] == nil { return "*.items: missing field." }
        let children = (members["properties"]?.object ?? [:]).map(\.value) + (members["items"].map { [$0] } ?? [])
        return children.lazy.compactMap(mistake(inSchema:)).first
    }
}
