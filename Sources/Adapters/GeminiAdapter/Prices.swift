import Foundation

/// What Gemini costs, in USD for a million tokens (paid standard tier, text), by the day.
///
/// Read on 2026-11-23 from public price lists; the 2027 price for cached tokens is a tenth of the input's, as before.
enum Prices {
    struct Price: Hashable, Sendable {
        let input: Double
        let output: Double
        let cached: Double

        func cost(input tokens: Int, cached cachedTokens: Int, output outputTokens: Int) -> Double {
            (Double(tokens - cachedTokens) * input + Double(cachedTokens) * cached + Double(outputTokens) * output)
                / 1_000_000
        }
    }

    private struct Row {
        let model: String
        /// The first day, in UTC.
        let from: String
        let price: Price
        /// Over 200,000 prompt tokens.
        let long: Price?

        init(
            _ model: String, from: String = "2026-01-01", _ input: Double, _ output: Double, _ cached: Double,
            long: Price? = nil
        ) {
            self.model = model
            self.from = from
            price = Price(input: input, output: output, cached: cached)
            self.long = long
        }
    }

    private static let rows = [
        Row("gemini-4-argon", 2.00, 10.00, 0.10), Row("gemini-3.8-flash", 0.75, 3.75, 0.075),
        Row("gemini-3.8-flash", from: "2027-01-01", 1.50, 7.50, 0.15), Row("gemini-3.7-flash", 0.75, 3.75, 0.075),
        Row("gemini-3.6-flash", 0.75, 3.75, 0.075), Row("gemini-3.5-flash", 1.50, 9.00, 0.15),
        Row("gemini-3.5-flash-lite", 0.30, 2.50, 0.03), Row("gemini-3.1-flash-lite", 0.25, 1.50, 0.025),
        Row(
            "gemini-3.1-pro-preview", 2.00, 12.00, 0.20,
            long: Price(input: 4.00, output: 18.00, cached: 0.40)),
        Row("gemini-2.5-pro", 1.25, 10.00, 0.125, long: Price(input: 2.50, output: 15.00, cached: 0.25)),
        Row("gemini-2.5-flash", 0.30, 2.50, 0.03), Row("gemini-2.5-flash-lite", 0.10, 0.40, 0.01),
    ]

    /// The price of the model that answered; nil where it is not known.
    static func of(_ model: String, on date: Date, promptTokens: Int) -> Price? {
        let name = model.hasPrefix("models/") ? String(model.dropFirst(7)) : model
        let day = date.formatted(.iso8601.year().month().day())
        guard let row = rows.last(where: { $0.model == name && $0.from <= day }) else { return nil }
        return promptTokens > 200_000 ? row.long ?? row.price : row.price
    }
}
