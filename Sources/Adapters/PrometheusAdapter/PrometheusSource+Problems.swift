import Domain
import Foundation
import HTTPClient

extension PrometheusSource {
    /// An answer that is not 200, in Prometheus's own words where it has any.
    func refusal(_ status: Int, _ body: [UInt8], _ query: MetricQuery?) -> Problem {
        let said = try? JSONDecoder().decode(JSONValue.self, from: Data(body))
        let place = query.map { ": \($0.shown)" } ?? ""
        if let words = said?["error"]?.string {
            let kind: Problem.Kind = [429, 503].contains(status) ? .passing : .needsPerson
            return Problem(
                kind, "Prometheus refused the query (\(status)): \(Self.line(redactor.redact(words)))\(place)",
                hint: hint(status, words)
            )
        }
        return Problem(
            status >= 500 || status == 429 ? .passing : .needsPerson,
            "Prometheus answered with status \(status)\(place)",
            hint: hint(status, ""))
    }

    private func hint(_ status: Int, _ words: String) -> String? {
        switch status {
        case 300..<400: "redirects are not followed; PROMETHEUS_URL is to be the address that this one leads to"
        case 429: "it limits how often it is asked; the next run asks again"
        case 401, 403: "check PROMETHEUS_BEARER_TOKEN, or PROMETHEUS_USER and PROMETHEUS_PASSWORD"
        case 404: "PROMETHEUS_URL is the address before /api/v1"
        case 422 where words.contains("too many samples"): "shorten duration_minutes, or aggregate in the query"
        default: nil
        }
    }

    func problem(_ error: HTTPError) -> Problem {
        switch error {
        case .unusable(_, let reason): Problem(.needsPerson, "PROMETHEUS_URL cannot be used: \(reason)")
        case .connection(let host, let reason):
            Problem(.passing, "Prometheus at \(host) cannot be reached: \(reason)", hint: "check PROMETHEUS_URL")
        case .certificate(let host, let reason):
            Problem(
                .needsPerson, "the certificate of Prometheus at \(host) is not trusted: \(reason)",
                hint: "name your authority's file in PROMETHEUS_CA_FILE")
        case .deadlinePassed(let host, let after):
            Problem(
                .passing, "Prometheus at \(host) did not answer within \(after.components.seconds) seconds",
                hint: "simplify the query, or raise PROMETHEUS_TIMEOUT")
        case .tooLarge(_, let limit):
            Problem(
                .needsPerson, "Prometheus's answer is longer than \(limit >> 20) MiB",
                hint: "aggregate in the query, or add matchers")
        case .cancelled: Problem(.passing, "the question to Prometheus was interrupted")
        }
    }

    /// What every further question of a run gets where the server does not answer.
    var silence: Problem {
        Problem(
            .passing, "Prometheus left the last questions unanswered, and is not asked again in this run",
            hint: "check PROMETHEUS_URL, and that Prometheus is well")
    }

    /// One line of third-party text.
    static func line(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.properties.generalCategory != .control }.map(Character.init).prefix(500))
    }
}

extension HTTPError {
    var isPassing: Bool {
        if case .connection = self { true } else { false }
    }

    /// Whether the server said anything at all.
    var isAnswered: Bool {
        switch self {
        case .connection, .deadlinePassed: false
        default: true
        }
    }
}

extension MetricQuery {
    var path: String {
        switch time {
        case .instant: "/api/v1/query"
        case .range: "/api/v1/query_range"
        }
    }

    /// As a form, so that long expressions pass proxies.
    var form: [UInt8] {
        var fields = [("query", expression)]
        switch time {
        case .instant(let at): fields.append(("time", Self.text(at)))
        case .range(let start, let end, let step):
            fields += [("start", Self.text(start)), ("end", Self.text(end)), ("step", Self.text(step))]
        }
        return Array(fields.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&").utf8)
    }

    /// The expression, for a message.
    var shown: String { PrometheusSource.line(expression) }

    private static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? String(Int64(seconds)) : String(seconds)
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            let isPlain = (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (0x30...0x39).contains(byte)
            if isPlain || "-_.~".utf8.contains(byte) {
                result.append(Character(Unicode.Scalar(byte)))
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
