import Foundation

/// Debian's Prometheus on a free loopback port, over blocks made from samples.
package final class PrometheusServer: Sendable {
    package let url: String
    private let process: Process
    private let folder: TemporaryFolder

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts a server over OpenMetrics text; throws where there is no `prometheus` or it does not come up.
    package init(openMetrics text: String, arguments: [String] = []) async throws {
        folder = try TemporaryFolder()
        try folder.write("global: {}\n", to: "prometheus.yml")
        let metrics = try folder.write(text, to: "metrics.txt")
        try await Shell.run(
            "promtool",
            [
                "tsdb", "create-blocks-from", "--max-block-duration=744h", "-q", "openmetrics", metrics,
                folder.file("data"),
            ])
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "prometheus", "--config.file=\(folder.file("prometheus.yml"))",
                "--storage.tsdb.path=\(folder.file("data"))", "--web.listen-address=127.0.0.1:0",
                "--storage.tsdb.retention.time=100y",
            ] + arguments
        let log = folder.file("log")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        url = try await Self.address(in: log, of: process)
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    private static let mark = "msg=\"Listening on\" address="

    /// Waits for the line that says the port, as long as the process lives.
    private static func address(in log: String, of process: Process) async throws -> String {
        var text = ""
        try await eventually("Prometheus is ready") {
            text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if text.contains("Server is ready"), text.contains(mark) { return true }
            guard process.isRunning else { throw Failure(description: "Prometheus ended: \(text.suffix(2_000))") }
            return false
        }
        let address = text.ranges(of: mark).first.map { text[$0.upperBound...].prefix { !$0.isWhitespace } }
        return "http://\(address ?? "")"
    }
}
