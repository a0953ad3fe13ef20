package import Domain
package import Foundation
package import HTTPClient

/// Google's Gemini API, `generateContent`.
package struct Gemini: ProposalWriter {
    package struct Settings: Sendable {
        package var key: Secret
        package var model: String
        package var baseURL: String
        package var version: String
        /// `MINIMAL`, `LOW`, `MEDIUM` or `HIGH`; nil leaves it to the model.
        package var thinkingLevel: String?
        /// Of one request; thinking takes minutes.
        package var deadline: Duration
        /// The longest wait that is worth it, in seconds.
        package var longestWait: Double

        package init(
            key: Secret, model: String = "gemini-3.8-flash",
            baseURL: String = "https://generativelanguage.googleapis.com", version: String = "v1beta",
            thinkingLevel: String? = nil, deadline: Duration = .seconds(300), longestWait: Double = 60
        ) {
            self.key = key
            self.model = model
            self.baseURL = baseURL
            self.version = version
            self.thinkingLevel = thinkingLevel
            self.deadline = deadline
            self.longestWait = longestWait
        }
    }

    let settings: Settings
    let client: Client
    let retry: Retry
    /// For what the service repeats of what it was sent.
    let redactor: Redactor
    let now: @Sendable () -> Date
    /// Of whole questions, with all their tries.
    private let outage = Outage(after: 2)

    /// Refuses a key that cannot be sent.
    package init(
        _ settings: Settings, retry: Retry = Retry(), now: @escaping @Sendable () -> Date
    ) throws(Problem) {
        let key = settings.key.reveal().trimmingCharacters(in: .whitespaces)
        guard !key.isEmpty, !key.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value > 0x7E }) else {
            throw Problem(.needsPerson, "GOOGLE_API_KEY is empty, or holds a character that no key has")
        }
        self.settings = settings
        self.retry = retry
        redactor = Redactor(secrets: [key])
        self.now = now
        client = Client(Client.Settings(userAgent: "sphinx/0.1", connectDeadline: .seconds(10), requiresTLS: true))
    }

    package var model: String { settings.model }

    package func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply {
        guard !outage.isOn else {
            throw ModelFailure(
                .network,
                Problem(
                    .passing,
                    "Gemini left the last \(outage.limit) questions unanswered, and is not asked again in this run",
                    hint: "check GEMINI_BASE_URL and the network"))
        }
        var exchange = Exchange(self, conversation)
        do throws(ModelFailure) {
            let reply = try await exchange.run()
            outage.note(answered: true)
            return reply
        } catch {
            outage.note(answered: ![.network, .deadline].contains(error.reason))
            throw error
        }
    }

    /// Asks whether key and model are good, without a token; the model's display name.
    package func check() async throws(ModelFailure) -> String {
        let request = Request("GET", address(""), headers: headers, deadline: .seconds(20), responseBytes: 1 << 20)
        let response: Response
        do throws(HTTPError) {
            response = try await client.send(request)
        } catch {
            throw ModelFailure(
                .network, Problem(.passing, "Gemini cannot be reached: \(error)", hint: "check GEMINI_BASE_URL"))
        }
        guard response.status == 200 else {
            let answer = ErrorAnswer(status: response.status, body: response.body, redactor)
            throw ModelFailure(answer.reason, Problem(.needsPerson, answer.message, hint: answer.hint))
        }
        let body = try? JSONDecoder().decode(JSONValue.self, from: Data(response.body))
        return body?["displayName"]?.string ?? settings.model
    }

    // MARK: Requests

    func address(_ method: String) -> String {
        let base = settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL
        let model = settings.model.hasPrefix("models/") ? String(settings.model.dropFirst(7)) : settings.model
        let escaped = model.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", ".", "_"])) ?? ""
        return "\(base)/\(settings.version)/models/\(escaped)\(method)"
    }

    /// The key goes into a header, as addresses end up in logs.
    var headers: [(name: String, value: String)] {
        [
            ("x-goog-api-key", settings.key.reveal().trimmingCharacters(in: .whitespaces)),
            ("Content-Type", "application/json"), ("X-Server-Timeout", "\(settings.deadline.components.seconds)"),
        ]
    }
}
