package import Domain
import Foundation
package import HTTPClient

/// Prometheus's HTTP API, or any server that speaks it.
package struct PrometheusSource: MetricSource {
    package struct Settings: Sendable {
        /// Without a user, such as `http://127.0.0.1:9090` or with a path before `/api`.
        package var url: String
        package var bearerToken: Secret?
        package var user: String?
        package var password: Secret?
        /// Further headers, such as a tenant's `X-Scope-OrgID`.
        package var headers: [String: Secret]
        package var authoritiesFile: String?
        package var deadline: Duration
        package var responseBytes: Int
        /// More series than this in one answer are an error.
        package var series: Int
        /// Requests at once.
        package var concurrency: Int

        package init(
            url: String, bearerToken: Secret? = nil, user: String? = nil, password: Secret? = nil,
            headers: [String: Secret] = [:], authoritiesFile: String? = nil, deadline: Duration = .seconds(120),
            responseBytes: Int = 256 << 20, series: Int = 20_000, concurrency: Int = 4
        ) {
            self.url = url
            self.bearerToken = bearerToken
            self.user = user
            self.password = password
            self.headers = headers
            self.authoritiesFile = authoritiesFile
            self.deadline = deadline
            self.responseBytes = responseBytes
            self.series = series
            self.concurrency = concurrency
        }
    }

    let settings: Settings
    let client: Client
    let retry: Retry
    /// For what a server repeats of what it was sent.
    let redactor: Redactor
    private let gate: Gate
    private let outage: Outage

    /// Refuses an address that is none, or that holds a password.
    package init(_ settings: Settings, retry: Retry = Retry()) throws(Problem) {
        guard let url = URL(string: settings.url), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host() != nil
        else {
            throw Problem(
                .needsPerson, "PROMETHEUS_URL is not an http or https address",
                hint: "write it like http://127.0.0.1:9090")
        }
        guard url.user() == nil, url.password() == nil else {
            throw Problem(
                .needsPerson, "PROMETHEUS_URL holds a user name",
                hint: "use PROMETHEUS_USER and PROMETHEUS_PASSWORD, or PROMETHEUS_BEARER_TOKEN")
        }
        self.settings = settings
        self.retry = retry
        redactor = Redactor(
            secrets: ([settings.bearerToken, settings.password].compactMap(\.self) + settings.headers.values).map {
                $0.reveal()
            })
        client = Client(Client.Settings(authoritiesFile: settings.authoritiesFile, userAgent: "sphinx/0.1"))
        gate = Gate(limit: settings.concurrency)
        outage = Outage(after: max(2, 2 * settings.concurrency))
    }

    package func answer(_ query: MetricQuery) async throws(Problem) -> MetricAnswer {
        await gate.enter()
        defer { gate.leave() }
        guard !outage.isOn else { throw silence }
        let answer = try await decoded(query)
        guard answer.series.count <= settings.series else {
            throw Problem(
                .needsPerson,
                "a query matches \(answer.series.count) series; \(settings.series) are allowed: "
                    + query.shown, hint: "aggregate in the query, or add matchers")
        }
        return answer
    }

    /// What the server says it is, such as `2.42.0`.
    package func version() async throws(Problem) -> String {
        let request = request("GET", "/api/v1/status/buildinfo", body: [])
        let response = try await sent(request, "asking for its version")
        guard response.status == 200,
            let body = try? JSONDecoder().decode(JSONValue.self, from: Data(response.body)),
            let version = body.value(at: "data.version")?.string
        else { throw refusal(response.status, response.body, nil) }
        return version
    }

    // MARK: Requests

    private func decoded(_ query: MetricQuery) async throws(Problem) -> MetricAnswer {
        var attempt = 0
        while true {
            let problem: Problem
            do throws(Attempt) {
                let answer = try await tried(query)
                outage.note(answered: true)
                return answer
            } catch {
                // Less time is fewer samples; an instant has nothing to take away.
                if error.isTooMany, let (first, second) = query.halves {
                    return try await decoded(first).followed(by: try await decoded(second))
                }
                guard error.isPassing, attempt + 1 < retry.attempts, !outage.isOn else {
                    outage.note(answered: error.isAnswered)
                    throw error.problem
                }
                problem = error.problem
            }
            do { try await retry.sleep(retry.wait(after: attempt)) } catch { throw problem }
            attempt += 1
        }
    }

    /// A try that failed, and whether another one may succeed.
    private struct Attempt: Error {
        let problem: Problem
        let isPassing: Bool
        var isAnswered = true
        var isTooMany = false
    }

    private func tried(_ query: MetricQuery) async throws(Attempt) -> MetricAnswer {
        let decoding = Decoding()
        let head: ResponseHead
        do throws(HTTPError) {
            head = try await client.send(request("POST", query.path, body: query.form)) { decoding.feed($0) }
        } catch {
            throw Attempt(problem: problem(error), isPassing: error.isPassing, isAnswered: error.isAnswered)
        }
        guard head.status == 200 else {
            throw Attempt(
                problem: refusal(head.status, decoding.start, query), isPassing: [429, 503].contains(head.status),
                isTooMany: head.status == 422
                    && Self.line(String(decoding: decoding.start, as: UTF8.self))
                        .contains("too many samples")
            )
        }
        do throws(Problem) {
            return try decoding.answer(to: query)
        } catch {
            throw Attempt(problem: error, isPassing: false)
        }
    }

    private func sent(_ request: Request, _ operation: String) async throws(Problem) -> Response {
        do throws(HTTPError) {
            return try await client.send(request)
        } catch {
            throw problem(error)
        }
    }

    private func request(_ method: String, _ path: String, body: [UInt8]) -> Request {
        var headers: [(name: String, value: String)] = settings.headers.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.reveal()) }
        if let token = settings.bearerToken { headers.append(("Authorization", "Bearer \(token.reveal())")) }
        if let user = settings.user {
            let pair = Data("\(user):\(settings.password?.reveal() ?? "")".utf8).base64EncodedString()
            headers.append(("Authorization", "Basic \(pair)"))
        }
        if method == "POST" { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
        return Request(
            method, base + path, headers: headers, body: body, deadline: settings.deadline,
            responseBytes: settings.responseBytes)
    }
}
