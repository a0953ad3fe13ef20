import Domain
import Foundation

/// What an answer other than 200 means: whose fault it is, and whether waiting helps.
struct ErrorAnswer {
    let reason: ModelFailure.Reason
    let message: String
    let hint: String?
    /// The server's own hint in seconds, or 0 without one; nil means never again.
    let retryAfter: Double?
    /// The thinking level is what the model does not like.
    let dislikesThinking: Bool

    init(status: Int, body: [UInt8], _ redactor: Redactor) {
        let decoded = try? JSONDecoder().decode(JSONValue.self, from: Data(body))
        let error = (decoded?.array?.first ?? decoded)?["error"]
        let raw = error?["message"]?.string.map { redactor.redact($0) }
        let words = Self.clean(raw ?? String(redactor.redact(String(decoding: body, as: UTF8.self)).prefix(200)))
        message = "Gemini answered with status \(status)\(words.isEmpty ? "" : ": \(words)")"
        dislikesThinking = status == 400 && (words.contains("hinking level") || words.contains("thinking budget"))
        let sorted = Self.sort(status, words, error?["details"]?.array ?? [])
        (reason, hint, retryAfter) = (sorted.reason, sorted.hint, sorted.retryAfter)
    }

    /// Nobody waits for longer, and longer ones are no numbers to print.
    private static let longestDelay = 1e9

    private typealias Sorted = (reason: ModelFailure.Reason, hint: String?, retryAfter: Double?)

    private static func sort(_ status: Int, _ words: String, _ details: [JSONValue]) -> Sorted {
        switch status {
        case 300..<400: (.request, "redirects are not followed; GEMINI_BASE_URL is to be where this one leads", nil)
        case 400: badRequest(words, details)
        case 401: (.auth, "check GOOGLE_API_KEY", nil)
        case 403: (.auth, "check GOOGLE_API_KEY and what it is allowed to do", nil)
        case 404: (.modelUnknown, "check GEMINI_MODEL", nil)
        case 413: (.tooLarge, nil, nil)
        case 429: quota(words, details)
        case 408, 499, 500, 502, 503, 504: (.network, "try again later", 0)
        default: status >= 500 ? (.network, "try again later", 0) : (.request, nil, nil)
        }
    }

    private static func badRequest(_ words: String, _ details: [JSONValue]) -> Sorted {
        let isKey =
            details.contains { $0["reason"]?.string == "API_KEY_INVALID" } || words.lowercased().contains("api key")
        if isKey { return (.auth, "check GOOGLE_API_KEY", nil) }
        if words.contains("token count") || words.contains("payload size") { return (.tooLarge, nil, nil) }
        if words.contains("location is not supported") || words.contains("billing") { return (.account, nil, nil) }
        return (.request, nil, nil)
    }

    /// Over for the day, never allowed, or a matter of waiting.
    private static func quota(_ words: String, _ details: [JSONValue]) -> Sorted {
        let violations = details.flatMap { $0["violations"]?.array ?? [] }
        if violations.contains(where: { $0["quotaId"]?.string?.contains("PerDay") == true }) {
            return (.quota, "the day's quota is used up; it is renewed at midnight Pacific time", nil)
        }
        if words.contains("limit: 0") || violations.contains(where: { $0["quotaValue"]?.string == "0" }) {
            return (.quota, "this model is not in the key's plan; choose another with GEMINI_MODEL", nil)
        }
        let delay = details.compactMap { $0["retryDelay"]?.string.flatMap(seconds) }.first ?? spokenDelay(words)
        return (.quota, "too many requests a minute", delay ?? (violations.isEmpty ? 0 : 60))
    }

    /// `58s`, `58.8s` or `300ms`; nil for what is no time to wait, such as `nans`.
    private static func seconds(_ text: String) -> Double? {
        let number =
            text.hasSuffix("ms")
            ? Double(text.dropLast(2)).map { $0 / 1_000 } : text.hasSuffix("s") ? Double(text.dropLast()) : nil
        return number.flatMap { $0.isFinite && $0 >= 0 ? min($0, longestDelay) : nil }
    }

    private static func spokenDelay(_ words: String) -> Double? {
        guard let range = words.firstRange(of: "Please retry in ") else { return nil }
        let word = words[range.upperBound...].prefix { !$0.isWhitespace }
        return seconds(word.hasSuffix(".") ? String(word.dropLast()) : String(word))
    }

    /// One bounded line of third-party text.
    static func clean(_ text: String) -> String {
        let kept = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(kept.prefix(500))).trimmed
    }
}
