import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@Suite("sphinx report")
struct ReportCommandTests {
    private static var binary: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sphinx").path(
            percentEncoded: false)
    }

    private func sphinx(
        _ arguments: [String], in stage: LoopStage, _ environment: [String: String] = [:]
    ) async throws -> Completion {
        var all = stage.environment
        all["HOME"] = stage.folder.path
        all["SPHINX_LOCAL_STATE_DIR"] = stage.folder.file("state")
        all["SPHINX_CACHE_DIR"] = stage.folder.file("cache")
        all["SQLITE_DB_PATH"] = stage.folder.file("sphinx.db")
        all["PROMETHEUS_URL"] = "http://127.0.0.1:1"
        all["GIT_CONFIG_NOSYSTEM"] = "1"
        return try await Command(
            Self.binary, arguments + ["--repo", stage.folder.file("job.git"), "--log-level", "error"],
            environment: all.merging(environment) { $1 }, folder: stage.folder.path,
            limits: Limits(deadline: .seconds(120))
        ).run()
    }

    @Test("writes one HTML file and prints Markdown, with a real Prometheus, and makes no history by looking")
    func files() async throws {
        let stage = try await LoopStage.oneMachine()
        let end = Int(Date().timeIntervalSince1970) / 60 * 60
        let samples = (0...60).map { "cpu{id=\"i-1\"} 0.01 \(end - (60 - $0) * 60)\n" }.joined()
        let server = try await PrometheusServer(openMetrics: "# TYPE cpu gauge\n\(samples)# EOF\n")
        try stage.folder.write("old", to: "report.html")
        let refs = try await stage.refs()
        let result = try await sphinx(
            ["report", "--html", "report.html", "--markdown", "-"], in: stage, ["PROMETHEUS_URL": server.url])
        #expect(result.exit == .exited(0), "\(result.errorText)")
        #expect(result.outputText.hasPrefix("# Sphinx\n\nmain at "))
        #expect(
            result.outputText.contains(
                "## Next\n\nThe next run writes a proposal for it.\n\n| workspace | resource | what | rule | reason | branch |"
            ))
        let html = try stage.folder.read("report.html")
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">") && html.hasSuffix("</html>\n"))
        #expect(html.replacing("<wbr>", with: "").contains("terraform_data.one is idle") && html.contains("<svg "))
        let absence =
            "There is no history at \(stage.folder.file("sphinx.db")), so that runs, applies and cost are not known."
        #expect(html.contains(absence) && !stage.folder.exists("sphinx.db"))
        #expect(try await stage.refs() == refs)
        let left = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path).filter {
            $0.contains("report")
        }
        #expect(left == ["report.html"])
    }

    @Test("a Prometheus that is away: the report says so, and the exit code is 3")
    func away() async throws {
        let stage = try await LoopStage.oneMachine()
        let result = try await sphinx(["report", "--format", "json"], in: stage)
        #expect(result.exit == .exited(3))
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(result.output))
        #expect(document["schema"]?.string == "sphinx.report/1")
        #expect(document.value(at: "statuses.0.status")?.string == "error")
        let text = try await sphinx(["report"], in: stage)
        #expect(
            text.outputText.hasPrefix("Sphinx\n\nmain at ")
                && text.outputText.contains("Prometheus at 127.0.0.1 cannot be reached"))
    }

    @Test("what cannot be written is told in one sentence")
    func unwritable() async throws {
        let stage = try await LoopStage.oneMachine()
        let result = try await sphinx(["report", "--html", "none/report.html"], in: stage)
        #expect(result.exit == .exited(1))
        #expect(
            result.errorText
                == "sphinx: none/report.html cannot be written: the folder does not exist; name a file in a folder that is there\n"
        )
        let both = try await sphinx(["report", "--html", "-", "--markdown", "-"], in: stage)
        #expect(both.exit == .exited(64))
        #expect(
            both.errorText.hasPrefix(
                "Error: only one of --html and --markdown can be written to standard output"))
    }

    @Test("a reviewer's page links to Prometheus where people open it, and refuses an address that is none")
    func metricsPage() async throws {
        let stage = try await LoopStage.oneMachine()
        for address in ["ftp://x", "https://user:pass@x", "https://x/)[a](https://evil", "nonsense"] {
            let result = try await sphinx(["proposals"], in: stage, ["PROMETHEUS_EXTERNAL_URL": address])
            #expect(
                result.errorText
                    == "sphinx: PROMETHEUS_EXTERNAL_URL is not a plain http or https address; write what people open, like https://prometheus.example.com\n"
            )
        }
    }
}
