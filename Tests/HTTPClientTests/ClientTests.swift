import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite("The HTTP client")
struct ClientTests {
    private let client = Client()

    @Test("sends what it is given, and gives back the whole answer")
    func exchange() async throws {
        let server = try LoopbackServer { request in
            .text(
                201, "\(request.method) \(request.path) \(String(decoding: request.body, as: UTF8.self))",
                headers: ["X-Answer": "1"])
        }
        let response = try await client.send(
            Request("POST", "\(server.url)/a?b=c", headers: [("X-Question", "2")], body: Array("body".utf8)))
        #expect(response.status == 201 && response.headers["x-answer"] == "1")
        #expect(String(decoding: response.body, as: UTF8.self) == "POST /a?b=c body")
        let request = try #require(server.requests.first)
        #expect(
            request.headers["x-question"] == "2" && request.headers["user-agent"] == "sphinx"
                && request.headers["expect"] == nil)
    }

    @Test("keeps its connection")
    func keepAlive() async throws {
        let server = try LoopbackServer { _ in .text(200, "ok") }
        for _ in 0..<20 { _ = try await client.send(Request("GET", server.url)) }
        #expect(Set(server.requests.map(\.connection)) == [0])
    }

    @Test("answers a hundred requests at once")
    func many() async throws {
        let server = try LoopbackServer { request in .text(200, request.path) }
        let client = client
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<100 {
                group.addTask {
                    String(
                        decoding: try await client.send(Request("GET", "\(server.url)/\(number)")).body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(paths == Set((0..<100).map { "/\($0)" }))
    }

    @Test("does not follow redirects")
    func redirects() async throws {
        let server = try LoopbackServer { _ in .http(status: 302, headers: ["Location": "http://127.0.0.1:1/"]) }
        #expect(try await client.send(Request("GET", server.url)).status == 302)
    }

    @Test("ends at its deadline where the server says nothing")
    func deadline() async throws {
        let server = try LoopbackServer { _ in .hang }
        await #expect(throws: HTTPError.deadlinePassed(host: "127.0.0.1", after: .milliseconds(200))) {
            try await client.send(Request("GET", server.url, deadline: .milliseconds(200)))
        }
    }

    @Test("stops at the limit of the decoded body")
    func limit() async throws {
        let server = try LoopbackServer { _ in .http(status: 200, body: [UInt8](repeating: 65, count: 100_000)) }
        await #expect(throws: HTTPError.tooLarge(host: "127.0.0.1", limit: 50_000)) {
            try await client.send(Request("GET", server.url, responseBytes: 50_000))
        }
    }

    @Test("a cut answer is no answer")
    func cut() async throws {
        let server = try LoopbackServer { _ in .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".utf8)) }
        await #expect(throws: HTTPError.self) { try await client.send(Request("GET", server.url)) }
    }

    @Test("a cancelled task gets its error and not the answer")
    func cancelled() async throws {
        let server = try LoopbackServer { _ in .hang }
        let client = client
        let task = Task { try await client.send(Request("GET", server.url)) }
        task.cancel()
        await #expect(throws: HTTPError.cancelled) { try await task.value }
    }

    @Test(
        "refuses addresses that are none, and plain http to other machines where TLS is asked for",
        arguments: [
            ("file:///etc/passwd", false, "<address>", "it is not an http or https address"),
            ("nonsense", false, "<address>", "it is not an http or https address"),
            (
                "http://example.invalid/path?key=canary", true, "http://example.invalid/path",
                "https is needed to any other machine"
            ),
        ])
    func unusable(url: String, requiresTLS: Bool, shown: String, reason: String) async {
        var settings = Client.Settings()
        settings.requiresTLS = requiresTLS
        let client = Client(settings)
        await #expect(throws: HTTPError.unusable(url: shown, reason: reason)) {
            try await client.send(Request("GET", url))
        }
    }

    @Test("says that nobody listens")
    func refused() async throws {
        let port: Int
        do { port = try LoopbackServer { _ in .hang }.port }
        await #expect(throws: HTTPError.self) { try await client.send(Request("GET", "http://127.0.0.1:\(port)/")) }
    }

    @Test("hands the body over as it arrives")
    func streaming() async throws {
        let server = try LoopbackServer { _ in .http(status: 200, body: [UInt8](repeating: 66, count: 300_000)) }
        let sizes = Mutex<[Int]>([])
        let head = try await client.send(Request("GET", server.url)) { chunk in
            sizes.withLock { $0.append(chunk.count) }
        }
        #expect(head.status == 200)
        #expect(sizes.withLock { $0.reduce(0, +) } == 300_000 && sizes.withLock { $0.count } > 1)
    }
}

@Suite("Waiting between tries")
struct RetryTests {
    @Test(
        "doubles up to its cap, by chance half to one and a half times, and never undercuts a hint",
        arguments: [
            (0, nil, 0.5, 1.0), (1, nil, 0.5, 2.0), (3, nil, 0.0, 4.0), (10, nil, 0.5, 30.0), (0, 20.0, 0.5, 22.0),
            (0, 0.1, 0.0, 0.5),
        ] as [(Int, Double?, Double, Double)])
    func waits(attempt: Int, hint: Double?, chance: Double, expected: Double) {
        let retry = Retry(chance: { chance }, sleep: { _ in })
        #expect(abs(retry.wait(after: attempt, hint: hint) - expected) < 1e-9)
    }
}
