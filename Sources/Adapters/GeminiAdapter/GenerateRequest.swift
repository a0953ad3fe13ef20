import Domain
import Foundation

/// The body of `generateContent`; nothing that newer models ignore or refuse is in it.
struct GenerateRequest {
    static let mostOutput = 65_536
    static let leastOutput = 256

    let conversation: Conversation
    var outputTokens: Int
    var thinkingLevel: String?
    var continuationToken: String?

    var json: JSONValue {
        var configuration: [String: JSONValue] = [
            "responseMimeType": .string("application/json"), "responseSchema": Self.schema,
            "maxOutputTokens": .integer(Int64(outputTokens)),
        ]
        if let thinkingLevel {
            configuration["thinkingConfig"] = .object(["thinkingLevel": .string(thinkingLevel)])
        }
        var body: [String: JSONValue] = [
            "systemInstruction": .object(["parts": .array([.object(["text": .string(conversation.instructions)])])]),
            "contents": .array(conversation.turns.map(Self.content)), "generationConfig": .object(configuration),
        ]
        if let continuationToken { body["continuationToken"] = .string(continuationToken) }
        return .object(body)
    }

    /// The model's own content goes back as it came.
    private static func content(_ turn: Turn) -> JSONValue {
        switch turn {
        case .user(let text):
            .object(["role": .string("user"), "parts": .array([.object(["text": .string(text)])])])
        case .model(let content):
            (try? JSONDecoder().decode(JSONValue.self, from: Data(content.utf8)))
                ?? .object(["role": .string("model"), "parts": .array([.object(["text": .string(content)])])])
        }
    }

    // MARK: The schema of the answer

    private static let schema = object([
        ("analysis", text("What is wrong and why, in at most five sentences.")),
        ("decision", choice(["change", "no_change", "need_information"])),
        ("edits", list(edit, atMost: 20)), ("impact", text("What people will notice, in one sentence.")),
        ("risk", choice(["low", "medium", "high"])), ("questions", list(text(nil), atMost: 5)),
    ])

    private static let edit = object([
        ("path", text("One of the given paths, unchanged; another one only where new files are allowed.")),
        ("search", text("Exact text copied from the file; it occurs exactly once. Empty for a new file.")),
        ("replace", text(nil)),
    ])

    /// Required properties and their order are given twice, as sources differ on which one counts.
    private static func object(_ properties: [(String, JSONValue)]) -> JSONValue {
        let names = JSONValue.array(properties.map { .string($0.0) })
        return .object([
            "type": .string("OBJECT"), "required": names, "propertyOrdering": names,
            "properties": .object(Dictionary(properties) { first, _ in first }),
        ])
    }

    private static func text(_ description: String?) -> JSONValue {
        var schema: [String: JSONValue] = ["type": .string("STRING")]
        if let description { schema["description"] = .string(description) }
        return .object(schema)
    }

    private static func choice(_ values: [String]) -> JSONValue {
        .object(["type": .string("STRING"), "enum": .array(values.map(JSONValue.string))])
    }

    private static func list(_ items: JSONValue, atMost count: Int64) -> JSONValue {
        .object(["type": .string("ARRAY"), "items": items, "maxItems": .integer(count)])
    }
}
