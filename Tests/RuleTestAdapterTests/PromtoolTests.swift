import Domain
import Foundation
@testable import RuleTestAdapter
import TestSupport
import Testing

@Suite("Promtool's own tests")
struct PromtoolTests {
    private static let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    private static let rules = """
        groups:
          - name: g
            rules: [{alert: Idle, expr: cpu < 5, for: 5m, labels: {severity: low}}]

        """

    private static func test(alert: String, value: String) -> String {
        """
        rule_files: [rules.yml]
        evaluation_interval: 1m
        tests:
          - name: a
            interval: 1m
            input_series: [{series: 'cpu{i="1"}', values: '2x10'}]
            alert_rule_test: [{eval_time: 6m, alertname: Idle, exp_alerts: [\(alert)]}]
            promql_expr_test: [{expr: cpu, eval_time: 1m, exp_samples: [{labels: 'cpu{i="1"}', value: \(value)}]}]

        """
    }

    private static let alert = "{exp_labels: {severity: low, i: '1'}}"

    private static func failures(alert: String = alert, value: String = "2", rules: String = rules) async throws
        -> [String]
    {
        try await Promtool(environment: environment).failures(of: test(alert: alert, value: value), rules: rules)
    }

    @Test("what comes as it says has no failures")
    func passing() async throws {
        #expect(try await Self.failures() == [])
    }

    @Test("each assertion that does not hold is one failure, with what was expected and what came")
    func failing() async throws {
        let failures = try await Self.failures(alert: "", value: "3")
        #expect(
            failures == [
                "alertname: Idle, time: 6m, exp:[], got:[ 0: Labels:{alertname=\"Idle\", i=\"1\", severity=\"low\"} Annotations:{} ]",
                "expr: \"cpu\", time: 1m, exp: {__name__=\"cpu\", i=\"1\"} 3E+00 got: {__name__=\"cpu\", i=\"1\"} 2E+00",
            ], "\(failures)")
    }

    @Test("rules that Prometheus does not read are told in its words")
    func broken() async throws {
        let failures = try await Self.failures(rules: "groups: [{name: g, rules: [{alert: A, expr: 'cpu <'}]}]\n")
        #expect(failures.count == 1 && failures[0].contains("could not parse expression"), "\(failures)")
        let file = try await Promtool(environment: Self.environment).failures(of: "nonsense: 1\n", rules: Self.rules)
        #expect(file.count == 1 && file[0].contains("field nonsense not found in type"), "\(file)")
    }

    @Test("without promtool it says what is missing, and why it is needed")
    func missing() async throws {
        let problem = await #expect(throws: Problem.self) {
            try await Promtool(environment: ["PATH": "/nowhere"]).failures(of: "", rules: "")
        }
        #expect(
            problem?.description
                == "there is no 'promtool' command, which runs 'alert_rule_test' and 'promql_expr_test'; install Prometheus, which brings it along"
        )
    }

    @Test("nothing is left in the folder for temporary files")
    func tidy() async throws {
        let folder = try TemporaryFolder()
        let seen = folder.file("seen")
        let script = try folder.write("#!/bin/sh\npwd > \(seen)\nls >> \(seen)\nexit 1\n", to: "bin/promtool")
        try await Shell.run("chmod", ["+x", script])
        let tool = Promtool(environment: ["PATH": "\(folder.file("bin")):/usr/bin:/bin"])
        #expect(try await tool.failures(of: "t", rules: "r") == ["promtool failed without a word"])
        let lines = try folder.read("seen").split(separator: "\n").map(String.init)
        #expect(lines.dropFirst() == ["rules.yml", "test.yml"])
        #expect(!FileManager.default.fileExists(atPath: try #require(lines.first)))
    }

    @Test(
        "what it prints is parted into failures",
        arguments: [
            ("", ["promtool failed without a word"]),
            ("Unit Testing:  test.yml\n  FAILED:\n", ["promtool failed without a word"]),
            (
                "FAILED:\n    alertname: A, time: 1m, \n        exp:[]\n        got:[]\n",
                ["alertname: A, time: 1m, exp:[] got:[]"]
            ),
            (
                "  expr: \"a\", time: 1m,\n exp: x\n  alertname: B, time: 2m\n",
                ["expr: \"a\", time: 1m, exp: x", "alertname: B, time: 2m"]
            ),
            ("name: one,\n  alertname: A\nname: two,\n  alertname: B\n", ["alertname: A", "alertname: B"]),
            ("  rules.yml: 1:2: group \"g\": x\r\n", ["rules.yml: 1:2: group \"g\": x"]),
        ])
    func parting(output: String, failures: [String]) {
        #expect(Promtool.failures(in: output) == failures)
    }
}
