import Domain
import Foundation

/// What a successful response says; every part of it may be missing.
struct GenerateAnswer {
    private let body: JSONValue

    init?(_ bytes: [UInt8]) {
        guard let body = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)), body.object != nil else {
            return nil
        }
        self.body = body
    }

    private var candidate: JSONValue? { body["candidates"]?.array?.first }

    /// Thoughts are left out.
    var text: String {
        (candidate?.value(at: "content.parts")?.array ?? [])
            .filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }.joined()
    }

    /// As it came, for the next turn.
    var content: JSONValue? { candidate?["content"] }
    var finishReason: String? { candidate?["finishReason"]?.string }
    var continuationToken: String? { candidate?["continuationToken"]?.string }
    var blockReason: String? { body.value(at: "promptFeedback.blockReason")?.string }
    var model: String? { body["modelVersion"]?.string }
    var hasCandidate: Bool { candidate != nil }

    var notice: String? { body.value(at: "modelStatus.message")?.string }

    /// Thinking is billed as output; cached tokens are part of the prompt's.
    func usage(on date: Date, askedFor model: String) -> Usage {
        let input = count("promptTokenCount")
        let cached = min(input, count("cachedContentTokenCount"))
        let output = count("candidatesTokenCount") + count("thoughtsTokenCount")
        let price = Prices.of(self.model ?? model, on: date, promptTokens: input)
        let cost = price.map { $0.cost(input: input, cached: cached, output: output) }
        return Usage(
            calls: 1, inputTokens: input, outputTokens: output, costUSD: cost ?? 0, isPriceKnown: price != nil)
    }

    /// Whoever answers says how much was spent: no more than can be added up, and nothing that gives tokens back.
    private func count(_ name: String) -> Int {
        let number = body["usageMetadata"]?[name]?.scalarText.flatMap(Int.init) ?? 0
        return min(max(0, number), Self.mostTokens)
    }

    private static let mostTokens = 1_000_000_000
}
