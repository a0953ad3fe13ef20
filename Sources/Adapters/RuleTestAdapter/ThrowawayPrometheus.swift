import ChildProcess
package import Domain
import Foundation
import HTTPClient
import Synchronization

/// A Prometheus of a rule test's own, on loopback, gone with the test.
package struct ThrowawayPrometheus: Sendable {
    private static let slice = 1_800.0

    let environment: [String: String]

    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// Calls `body` with the address of a server that holds the test's series.
    package func with<Value: Sendable>(
        _ test: RuleTest, _ body: @Sendable (_ url: String) async throws -> Value
    ) async throws -> Value {
        guard Command.find("prometheus", in: environment["PATH"] ?? "") != nil else {
            throw Problem(
                .needsPerson, "there is no 'prometheus' command, which answers a rule test's 'input_series'",
                hint: "install Prometheus, or write 'query_results'")
        }
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "sphinx-rules-\(UUID().uuidString)")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("global: {}\n".utf8).write(to: URL(filePath: "\(folder)/prometheus.yml"))
        let life = Life()
        let server = Task {
            defer { life.isOver.store(true, ordering: .releasing) }
            return try await command(folder).run()
        }
        let result: Result<Value, any Error>
        do {
            let url = try await address(in: "\(folder)/log", of: life)
            try await push(test, to: url)
            result = .success(try await body(url))
        } catch {
            result = .failure(error)
        }
        server.cancel()
        // Its folder is removed only when it has ended.
        _ = await server.result
        return try result.get()
    }

    private func command(_ folder: String) -> Command {
        Command(
            "prometheus",
            [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
                "--web.listen-address=127.0.0.1:0", "--storage.tsdb.retention.time=100y",
                "--web.enable-remote-write-receiver",
            ], environment: environment, folder: folder, limits: Limits(deadline: .seconds(600)),
            outputFile: "\(folder)/log")
    }

    private final class Life: Sendable {
        let isOver = Atomic(false)
    }

    /// Waits for the line that says the port, as long as the process lives and has nothing to complain of.
    private func address(in log: String, of life: Life) async throws -> String {
        for _ in 0..<800 {
            let isOver = life.isOver.load(ordering: .acquiring)
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if text.contains("Server is ready"), let range = text.firstRange(of: "msg=\"Listening on\" address=") {
                return "http://" + text[range.upperBound...].prefix { !$0.isWhitespace }
            }
            let lines = text.split(separator: "\n").map(String.init)
            // In capital letters from version 3 on.
            let complaint = lines.first { $0.lowercased().contains("level=error") }
            if let words = complaint ?? (isOver ? lines.last ?? "it ended without a word" : nil) {
                throw Problem(
                    .needsPerson, "Prometheus did not start: \(words)", hint: "version 2.33 or newer is needed")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw Problem(.needsPerson, "the Prometheus of the rule test did not come up")
    }

    // MARK: Series

    /// In slices of time over all series, as the server takes nothing that is an hour older than its newest.
    private func push(_ test: RuleTest, to url: String) async throws {
        let count = test.series.map(\.values.count).max() ?? 0
        let size = max(1, Int(Self.slice / test.interval))
        let client = Client(Client.Settings(userAgent: "sphinx"))
        for start in stride(from: 0, to: count, by: size) {
            let batches = test.series.compactMap { series -> RemoteWrite.Batch? in
                let samples = (start..<min(start + size, series.values.count)).compactMap { index in
                    series.values[index].map { (time(index, test), Self.number($0)) }
                }
                return samples.isEmpty ? nil : RemoteWrite.Batch(labels: series.labels, samples: samples)
            }
            if !batches.isEmpty { try await send(RemoteWrite.body(batches), to: url, with: client) }
        }
    }

    private func time(_ index: Int, _ test: RuleTest) -> Int64 {
        Int64(((test.start + Double(index) * test.interval) * 1_000).rounded())
    }

    private static func number(_ value: SeriesNotation.Value) -> Double {
        switch value {
        case .number(let number): number
        case .stale: RemoteWrite.staleNaN
        }
    }

    private func send(_ body: [UInt8], to url: String, with client: Client) async throws {
        let response = try await client.send(
            Request(
                "POST", "\(url)/api/v1/write",
                headers: [
                    ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
                    ("X-Prometheus-Remote-Write-Version", "0.1.0"),
                ], body: body, deadline: .seconds(30), responseBytes: 1 << 20))
        guard (200..<300).contains(response.status) else {
            let words = String(decoding: response.body.prefix(300), as: UTF8.self).filter { !$0.isNewline }
            throw Problem(.needsPerson, "Prometheus did not take the series of the rule test: \(words)")
        }
    }
}
