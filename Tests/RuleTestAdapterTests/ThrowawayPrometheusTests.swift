import Domain
import Foundation
import HTTPClient
import RuleTestAdapter
import TestSupport
import Testing

@Suite("The Prometheus of a rule test")
struct ThrowawayPrometheusTests {
    private static let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]

    private static func test(
        _ series: [(Labels, String)], interval: Double = 60, start: Double = 0
    ) throws -> RuleTest {
        RuleTest(
            name: "t", interval: interval, start: start,
            series: try series.map { RuleTest.InputSeries(labels: $0, values: try SeriesNotation.values($1)) },
            results: [], state: nil, workspace: "w", assertions: [],
            location: Domain.SourceLocation(file: "test.yml", line: 1, column: 1))
    }

    /// Every sample that a selector finds up to a time: label sets, and time and value of each.
    private static func samples(_ query: String, at time: Double, _ url: String) async throws -> [(Labels, [String])] {
        let text = try #require(query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let response = try await Client().send(Request("GET", "\(url)/api/v1/query?query=\(text)&time=\(time)"))
        let answer = try JSONDecoder().decode(JSONValue.self, from: Data(response.body))
        return (answer.value(at: "data.result")?.array ?? []).map { series in
            let labels = (series["metric"]?.object ?? [:]).compactMapValues(\.string)
            let pairs = series["values"]?.array ?? series["value"].map { [$0] } ?? []
            return (
                labels, pairs.map { "\($0.value(at: "0")?.scalarText ?? "") \($0.value(at: "1")?.scalarText ?? "")" }
            )
        }.sorted { "\($0.0.sorted(by: <))" < "\($1.0.sorted(by: <))" }
    }

    @Test("holds the series as the test writes them: gaps, infinities, NaN and labels of any text")
    func holds() async throws {
        let labels = ["__name__": "up", "job": "a \"b\" \\ ü\n"]
        let test = try Self.test([(labels, "1 _ -2.5 Inf NaN"), (["__name__": "down"], "_ 7")], start: 1_767_225_600)
        let (up, down) = try await ThrowawayPrometheus(environment: Self.environment).with(test) { url in
            let up = try await Self.samples("up[10m]", at: 1_767_225_900, url)
            let down = try await Self.samples("down[10m]", at: 1_767_225_900, url)
            return (up, down)
        }
        #expect(up.map(\.0) == [labels])
        #expect(up.first?.1 == ["1767225600 1", "1767225720 -2.5", "1767225780 +Inf", "1767225840 NaN"])
        #expect(down.map(\.1) == [["1767225660 7"]])
    }

    @Test("a staleness marker ends a series at once, and it may come again")
    func stale() async throws {
        let test = try Self.test([(["__name__": "up"], "1 stale _ 2")])
        let found = try await ThrowawayPrometheus(environment: Self.environment).with(test) { url in
            var found: [Int] = []
            for minute in 0...3 { found.append(try await Self.samples("up", at: Double(minute) * 60, url).count) }
            return found
        }
        #expect(found == [1, 0, 0, 1])
    }

    @Test(
        "takes series of days, though a server takes nothing that is an hour older than its newest",
        arguments: [
            (10.0, 720), (3_600, 336), (86_400, 30),
        ])
    func long(interval: Double, count: Int) async throws {
        let test = try Self.test(
            [
                (["__name__": "m", "a": "1"], "1x\(count)"),
                (["__name__": "m", "a": "2"], "_x\(count / 2) 1x\(count / 2)"),
            ],
            interval: interval)
        let counts = try await ThrowawayPrometheus(environment: Self.environment).with(test) { url in
            let end = Double(count) * interval
            let counts = try await Self.samples("count_over_time(m[\(Int(end + 1))s])", at: end, url)
            return counts.flatMap { $0.1.map { String($0.split(separator: " ")[1]) } }.sorted()
        }
        #expect(counts.sorted() == ["\(count + 1)", "\(count / 2 + 1)"].sorted())
    }

    @Test("a test without series has a server, too")
    func empty() async throws {
        let test = try Self.test([])
        let found = try await ThrowawayPrometheus(environment: Self.environment).with(test) { url in
            try await Self.samples("up", at: 0, url).count
        }
        #expect(found == 0)
    }

    private struct Stop: Error {}

    @Test("is gone with the test, also after a failure")
    func gone() async throws {
        let place = TemporaryPlace()
        let test = try Self.test([])
        await #expect(throws: Stop.self) {
            try await ThrowawayPrometheus(environment: Self.environment).with(test) { url in
                await place.keep(url)
                throw Stop()
            }
        }
        let url = try #require(await place.url)
        #expect(url.hasPrefix("http://127.0.0.1:"))
        await #expect(throws: HTTPError.self) { try await Client().send(Request("GET", "\(url)/-/ready")) }
    }

    private actor TemporaryPlace {
        private(set) var url: String?
        func keep(_ url: String) { self.url = url }
    }

    // MARK: Refusals

    private static func refusal(_ test: RuleTest, _ environment: [String: String]) async -> String? {
        let problem = await #expect(throws: Problem.self) {
            try await ThrowawayPrometheus(environment: environment).with(test) { _ in }
        }
        #expect(problem?.kind == .needsPerson)
        return problem?.description
    }

    @Test("without Prometheus it says what is missing, and what to do without it")
    func missing() async throws {
        #expect(
            await Self.refusal(try Self.test([]), ["PATH": "/nowhere"])
                == "there is no 'prometheus' command, which answers a rule test's 'input_series'; install Prometheus, or write 'query_results'"
        )
    }

    @Test(
        "a server that does not start is told by what it says, at once",
        arguments: [
            (
                "echo 'ts=1 caller=main.go level=error msg=\"no space\"'; sleep 60",
                "Prometheus did not start: ts=1 caller=main.go level=error msg=\"no space\"; version 2.33 or newer is needed"
            ),
            (
                "echo 'time=1 level=ERROR msg=\"no space\"'; sleep 60",
                "Prometheus did not start: time=1 level=ERROR msg=\"no space\"; version 2.33 or newer is needed"
            ),
            (
                "echo 'prometheus: error: unknown long flag --web.x, try --help' >&2; exit 1",
                "Prometheus did not start: prometheus: error: unknown long flag --web.x, try --help; version 2.33 or newer is needed"
            ),
            ("exit 3", "Prometheus did not start: it ended without a word; version 2.33 or newer is needed"),
        ])
    func noStart(script: String, sentence: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("#!/bin/sh\n\(script)\n", to: "prometheus")
        try await Shell.run("chmod", ["+x", path])
        #expect(await Self.refusal(try Self.test([]), ["PATH": "\(folder.path):/usr/bin:/bin"]) == sentence)
    }
}
