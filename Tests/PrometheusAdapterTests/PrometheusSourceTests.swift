import Domain
import Foundation
import HTTPClient
import PrometheusAdapter
import Synchronization
import TestSupport
import Testing

@Suite("Prometheus")
struct PrometheusSourceTests {
    private static let start = 1_700_000_040.0

    private static let openMetrics: String = {
        var text = "# TYPE load gauge\n"
        for minute in 0..<60 where !(20..<28).contains(minute) {
            text += "load{machine=\"a\",note=\"q\\\"\\\\ü\"} \(minute) \(Int(start) + minute * 60)\n"
        }
        for minute in 0..<60 {
            text += "load{machine=\"b\"} \(minute == 30 ? "NaN" : "0.5") \(Int(start) + minute * 60)\n"
        }
        return text + "# EOF\n"
    }()

    private static func source(_ url: String, _ change: (inout PrometheusSource.Settings) -> Void = { _ in }) throws
        -> PrometheusSource
    {
        var settings = PrometheusSource.Settings(url: url)
        change(&settings)
        return try PrometheusSource(settings, retry: Retry(attempts: 3, chance: { 0 }, sleep: { _ in }))
    }

    private static func query(_ expression: String, minutes: ClosedRange<Double> = 0...59) -> MetricQuery {
        MetricQuery(
            expression, .range(start: start + minutes.lowerBound * 60, end: start + minutes.upperBound * 60, step: 60))
    }

    private static func problem(_ body: () async throws -> Void) async -> Problem? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test("a real server: values, gaps, NaN, both ends, errors in its own words")
    func realServer() async throws {
        let server = try await PrometheusServer(openMetrics: Self.openMetrics)
        let source = try Self.source(server.url)
        #expect(try await source.version().hasPrefix("2."))

        let answer = try await source.answer(Self.query("load"))
        #expect(answer.warnings.isEmpty && answer.series.count == 2)
        let first = try #require(answer.series.first { $0.labels["machine"] == "a" })
        #expect(first.labels == ["__name__": "load", "machine": "a", "note": "q\"\\ü"])
        #expect(first.samples.first == Sample(time: Self.start, value: 0))
        #expect(first.samples.last == Sample(time: Self.start + 59 * 60, value: 59))
        // Eight minutes are missing; the last value is carried for five.
        #expect(first.samples.count == 60 - 3)
        let second = try #require(answer.series.first { $0.labels["machine"] == "b" })
        #expect(second.samples.count { $0.value.isNaN } == 1)

        let instant = try await source.answer(MetricQuery("sum(load)", .instant(Self.start)))
        #expect(instant.series == [Series(labels: [:], samples: [Sample(time: Self.start, value: 0.5)])])
        #expect(try await source.answer(Self.query("none")).series.isEmpty)

        let mistake = await Self.problem { _ = try await source.answer(Self.query("load{")) }
        #expect(
            mistake?.message
                == "Prometheus refused the query (400): 1:6: parse error: unexpected end of input inside braces: load{")
        let conflict = await Self.problem { _ = try await source.answer(Self.query("load * on() load")) }
        #expect(conflict?.message.hasPrefix("Prometheus refused the query (422): found duplicate series") == true)
    }

    @Test(
        "503, 429 and broken connections are tried again, nothing else is",
        arguments: [(503, 3), (429, 3), (500, 1), (400, 1), (401, 1), (422, 1)])
    func retries(status: Int, attempts: Int) async throws {
        let server = try LoopbackServer { _ in .text(status, "{\"status\":\"error\",\"error\":\"words\"}") }
        let problem = await Self.problem { _ = try await Self.source(server.url).answer(Self.query("up")) }
        #expect(server.requests.count == attempts)
        #expect(problem?.message == "Prometheus refused the query (\(status)): words: up")
        #expect(problem?.kind == ([429, 503].contains(status) ? .passing : .needsPerson))
    }

    @Test("a server that recovers is believed")
    func recovers() async throws {
        let calls = Mutex(0)
        let server = try LoopbackServer { _ in
            calls.withLock { $0 += 1 }
            return calls.withLock { $0 } < 3
                ? .raw([]) : .text(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}")
        }
        #expect(try await Self.source(server.url).answer(Self.query("up")).series.isEmpty)
        #expect(calls.withLock { $0 } == 3)
    }

    @Test("sends a form, the token or the password, and the tenant; none of them stands in an error")
    func headers() async throws {
        let server = try LoopbackServer { _ in .text(403, "no canary") }
        let bearer = try Self.source(server.url + "/prefix/") { settings in
            settings.bearerToken = Secret("canary-token")
            settings.headers = ["X-Scope-OrgID": Secret("canary-tenant")]
        }
        let basic = try Self.source(server.url) { settings in
            settings.user = "reader"
            settings.password = Secret("canary-password")
        }
        for source in [bearer, basic] {
            let problem = await Self.problem { _ = try await source.answer(Self.query("a + b")) }
            #expect(problem?.message == "Prometheus answered with status 403: a + b")
            #expect(problem?.hint == "check PROMETHEUS_BEARER_TOKEN, or PROMETHEUS_USER and PROMETHEUS_PASSWORD")
            #expect(!"\(String(describing: problem)) \(source)".contains("canary"))
        }
        let (first, second) = (server.requests[0], server.requests[1])
        #expect(first.path == "/prefix/api/v1/query_range" && first.method == "POST")
        #expect(
            first.headers["authorization"] == "Bearer canary-token" && first.headers["x-scope-orgid"] == "canary-tenant"
        )
        #expect(
            String(decoding: first.body, as: UTF8.self) == "query=a%20%2B%20b&start=1700000040&end=1700003580&step=60")
        #expect(second.headers["authorization"] == "Basic " + Data("reader:canary-password".utf8).base64EncodedString())
    }

    @Test("warnings make the answer partial")
    func warnings() async throws {
        let server = try LoopbackServer { _ in
            .text(
                200,
                "{\"status\":\"success\",\"warnings\":[\"remote_read: away\"],\"data\":{\"resultType\":\"matrix\",\"result\":[]}}"
            )
        }
        #expect(try await Self.source(server.url).answer(Self.query("up")).warnings == ["remote_read: away"])
    }

    @Test("what is too much or too slow is told with a way out")
    func bounds() async throws {
        let big = try LoopbackServer { _ in .http(status: 200, body: [UInt8](repeating: 32, count: 3 << 20)) }
        let tooLong = await Self.problem {
            _ = try await Self.source(big.url) { $0.responseBytes = 1 << 20 }.answer(Self.query("up"))
        }
        #expect(
            tooLong
                == Problem(
                    .needsPerson, "Prometheus's answer is longer than 1 MiB",
                    hint: "aggregate in the query, or add matchers"))
        let silent = try LoopbackServer { _ in .hang }
        let tooSlow = await Self.problem {
            _ = try await Self.source(silent.url) { $0.deadline = .seconds(1) }.answer(Self.query("up"))
        }
        #expect(
            tooSlow
                == Problem(
                    .passing, "Prometheus at 127.0.0.1 did not answer within 1 seconds",
                    hint: "simplify the query, or raise PROMETHEUS_TIMEOUT"))
        let wide = try LoopbackServer { _ in
            .text(
                200,
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"1\"]},{\"metric\":{\"a\":\"b\"},\"value\":[1,\"1\"]}]}}"
            )
        }
        let tooMany = await Self.problem {
            _ = try await Self.source(wide.url) { $0.series = 1 }.answer(Self.query("up"))
        }
        #expect(tooMany?.message == "a query matches 2 series; 1 are allowed: up")
        let page = try LoopbackServer { _ in .text(200, "<html>login</html>") }
        let login = await Self.problem { _ = try await Self.source(page.url).answer(Self.query("up")) }
        #expect(login?.message == "Prometheus's answer could not be read: a character that JSON does not know: up")
    }

    @Test("a server that leaves a row of questions unanswered is not asked a thousand more")
    func outage() async throws {
        let answers = Mutex(true)
        let server = try LoopbackServer { _ in
            answers.withLock { $0 }
                ? .text(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}") : .hang
        }
        let source = try Self.source(server.url) { settings in
            settings.deadline = .milliseconds(100)
            settings.concurrency = 1
        }
        _ = await Self.problem { _ = try await source.answer(Self.query("up")) }
        answers.withLock { $0 = false }
        var problems: [Problem?] = []
        for _ in 0..<4 { problems.append(await Self.problem { _ = try await source.answer(Self.query("up")) }) }
        #expect(server.requests.count == 3)
        #expect(problems[1]?.message == "Prometheus at 127.0.0.1 did not answer within 0 seconds")
        #expect(
            problems[3]?.message
                == "Prometheus left the last questions unanswered, and is not asked again in this run")
    }

    @Test("a text without end is given up at its limit")
    func endlessText() async throws {
        let server = try LoopbackServer { _ in
            .http(status: 200, body: Array("{\"status\":\"".utf8) + [UInt8](repeating: 120, count: 2 << 20))
        }
        let problem = await Self.problem { _ = try await Self.source(server.url).answer(Self.query("up")) }
        #expect(problem?.message == "Prometheus's answer could not be read: a text in it is longer than 1 MiB: up")
    }

    @Test(
        "addresses that are none, or that hold a password, are refused",
        arguments: [
            ("localhost:9090", "PROMETHEUS_URL is not an http or https address"),
            ("ftp://x", "PROMETHEUS_URL is not an http or https address"),
            ("http://user:canary@x", "PROMETHEUS_URL holds a user name"),
        ])
    func addresses(url: String, message: String) {
        do {
            _ = try Self.source(url)
            Issue.record("it was taken")
        } catch {
            #expect((error as? Problem)?.message == message && !"\(error)".contains("canary"))
        }
    }

    @Test("no more than the limit are asked at once")
    func concurrency() async throws {
        let running = Mutex((now: 0, most: 0))
        let server = try LoopbackServer { _ in
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            Thread.sleep(forTimeInterval: 0.02)
            running.withLock { $0.now -= 1 }
            return .text(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}")
        }
        let source = try Self.source(server.url) { $0.concurrency = 2 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 { group.addTask { _ = try await source.answer(Self.query("q\(number)")) } }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 12 && running.withLock { $0.most } <= 2)
    }
}
