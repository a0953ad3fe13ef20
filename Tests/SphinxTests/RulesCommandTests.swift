import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

/// `sphinx rules` and `sphinx plugins`, as a shell starts them.
@Suite("The commands for rules and plugins")
struct RulesCommandTests {
    private static var binary: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sphinx").path(
            percentEncoded: false)
    }

    private static func sphinx(
        _ arguments: [String], in folder: TemporaryFolder, _ more: [String: String] = [:]
    ) async throws -> Completion {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let environment = [
            "PATH": path, "HOME": folder.path, "PROMETHEUS_URL": "http://127.0.0.1:1", "GIT_CONFIG_NOSYSTEM": "1",
            "SPHINX_CACHE_DIR": folder.file("cache"), "SQLITE_DB_PATH": folder.file("sphinx.db"),
        ]
        return try await Command(
            binary, arguments, environment: environment.merging(more) { $1 }, folder: folder.path,
            limits: Limits(deadline: .seconds(120))
        ).run()
    }

    private static let rules = """
        rules:
          - id: idle
            name: Idle
            query: cpu
            condition: {operator: '<', threshold: 5, for: 10m}
            resource: {type: aws_instance}
            fix: {attribute: instance_type, hint: smaller}
            opportunity: {title: "Idle {address}"}
          - id: peak
            name: Peak
            query: cpu
            window: 1h
            condition: {operator: '<', threshold: 5, reduce: max}
            resource: {type: aws_instance}
            fix: {attribute: instance_type, hint: smaller}

        """

    private static let state = """
        {"values":{"root_module":{"resources":[{"address":"aws_instance.web","mode":"managed","type":"aws_instance",
        "name":"web","values":{"id":"i-1"},"sensitive_values":{}}]}}}
        """

    private static let test = """
        rule_files: [rules.yml]
        evaluation_interval: 1m
        tests:
          - name: idle at the end
            interval: 1m
            start_timestamp: 2026-01-01T00:00:00Z
            input_series:
              - {series: 'cpu{instance_id="i-1"}', values: '9x40 2x60'}
            state: state.json
            opportunity_test:
              - {eval_time: 45m, rule: idle, exp_status: clear}
              - eval_time: 100m
                rule: idle
                exp_status: firing
                exp_opportunities: [{address: aws_instance.web, severity: medium, title: Idle aws_instance.web, value: 2}]
              - {eval_time: 95m, rule: peak, exp_status: clear}
              - {eval_time: 101m, rule: peak, exp_opportunities: [{address: aws_instance.web}]}
          - name: a marker of staleness ends it
            interval: 1m
            input_series: [{series: 'cpu{instance_id="i-1"}', values: '2x10 stale'}]
            state: state.json
            opportunity_test: [{eval_time: 11m, rule: idle, exp_status: stale}]
          - name: written answers need no server
            interval: 1m
            query_results: [{query: cpu, series: '{instance_id="i-1"}', values: '2x20'}]
            state: state.json
            opportunity_test: [{eval_time: 20m, rule: idle, exp_opportunities: [{address: aws_instance.web}]}]

        """

    private static func folder(_ test: String = test) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(rules, to: "rules.yml")
        try folder.write(state, to: "state.json")
        try folder.write(test, to: "test.yml")
        return folder
    }

    @Test("rule tests pass on a Prometheus of their own, and JUnit's XML says so")
    func testsPass() async throws {
        let folder = try Self.folder()
        let result = try await Self.sphinx(["rules", "test", "test.yml", "--junit", "junit.xml"], in: folder)
        #expect(result.exit == .exited(0), "\(result.outputText) \(result.errorText)")
        #expect(
            result.outputText == """
                passed  test.yml: idle at the end (4 assertions)
                passed  test.yml: a marker of staleness ends it (1 assertions)
                passed  test.yml: written answers need no server (1 assertions)
                3 passed, 0 failed; 2 of 2 rules have a test

                """)
        #expect(
            try folder.read("junit.xml") == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="3" failures="0">
                  <testsuite name="test.yml" tests="3" failures="0">
                    <testcase classname="test.yml" name="idle at the end"/>
                    <testcase classname="test.yml" name="a marker of staleness ends it"/>
                    <testcase classname="test.yml" name="written answers need no server"/>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test(
        "what is not as the test says fails with its place",
        arguments: [
            (
                "exp_opportunities: [{address: aws_instance.web}]}\n", "exp_opportunities: []}\n",
                "test.yml:17:9: an opportunity that is not expected: aws_instance.web: Peak on aws_instance.web"
            ),
            (
                "severity: medium", "severity: high",
                "test.yml:15:29: there is no opportunity with address 'aws_instance.web', severity 'high', title 'Idle aws_instance.web', value '2'"
            ),
            (
                "rule: peak, exp_status: clear", "rule: peak, exp_status: firing",
                "test.yml:16:9: the status of 'peak' is clear; 'firing' is expected"
            ),
            (
                "rule: peak, exp_status: clear", "rule: paek, exp_status: clear",
                "test.yml:16:9: no rule is called 'paek'; did you mean 'peak'?"
            ),
        ])
    func testsFail(text: String, other: String, sentence: String) async throws {
        let folder = try Self.folder(Self.test.replacing(text, with: other, maxReplacements: 1))
        let result = try await Self.sphinx(["rules", "test", "test.yml"], in: folder)
        #expect(result.exit == .exited(1))
        #expect(
            result.outputText.split(separator: "\n").contains { $0.trimmingCharacters(in: .whitespaces) == sentence },
            "\(result.outputText)")
    }

    @Test("a test file is read as strictly as rules are")
    func badTest() async throws {
        let folder = try Self.folder(
            "rule_files: [rules.yml]\ntests: [{nam: x, alert_rule_test: [{alert: a}], input_series: [{series: 'a', values: 'y'}]}]\n"
        )
        let result = try await Self.sphinx(["rules", "test", "test.yml"], in: folder)
        #expect(result.exit == .exited(1))
        #expect(
            result.errorText.split(separator: "\n").filter { $0.hasPrefix("sphinx: ") } == [
                "sphinx: test.yml:2:10: unknown key 'nam'; did you mean 'name'?",
                "sphinx: test.yml:2:36: 'eval_time' is missing", "sphinx: test.yml:2:36: 'alertname' is missing",
                "sphinx: test.yml:2:37: unknown key 'alert'; known: eval_time, alertname, exp_alerts",
                "sphinx: test.yml:2:86: 'y' is no value; write it like 5, 1+2x10, 3x5, _x4, stale or NaN",
            ])
    }

    private static let alerts = """
        rule_files: [rules.yml]
        evaluation_interval: 1m
        tests:
          - name: alerts and expressions
            interval: 1m
            input_series: [{series: 'cpu{instance_id="i-1"}', values: '9x5 2x40'}]
            alert_rule_test:
              - eval_time: 16m
                alertname: idle
                exp_alerts:
                  - exp_labels: {instance_id: i-1, severity: medium, sphinx_rule: idle}
                    exp_annotations: {title: "Idle <address>", description: "The value is 2; the threshold is <threshold>."}
              - {eval_time: 5m, alertname: Idle}
            promql_expr_test:
              - {expr: cpu * 2, eval_time: 10m, exp_samples: [{labels: '{instance_id="i-1"}', value: 4}]}

        """

    @Test("promtool's own tests run on the exported alerts, by their names or their rules' ids")
    func alertTests() async throws {
        let result = try await Self.sphinx(["rules", "test", "test.yml"], in: try Self.folder(Self.alerts))
        #expect(
            result.outputText == """
                passed  test.yml: alerts and expressions (3 assertions)
                1 passed, 0 failed; 1 of 2 rules have a test
                without a test: peak

                """, "\(result.errorText)")
    }

    @Test(
        "what promtool finds otherwise fails at the test's place",
        arguments: [
            (
                "instance_id: i-1, severity", "instance_id: i-2, severity",
                """
                test.yml:8:7: alertname: Idle, time: 16m, exp:[ 0: Labels:{alertname="Idle", instance_id="i-2", severity="medium", \
                sphinx_rule="idle"}
                """
            ),
            ("value: 4", "value: 5", "test.yml:8:7: expr: \"cpu * 2\", time: 10m, exp:"),
            ("alertname: idle", "alertname: idel", "test.yml:8:9: no rule is called 'idel'; did you mean 'idle'?"),
        ])
    func alertTestsFail(text: String, other: String, sentence: String) async throws {
        let folder = try Self.folder(Self.alerts.replacing(text, with: other))
        let result = try await Self.sphinx(["rules", "test", "test.yml"], in: folder)
        #expect(result.exit == .exited(1) && result.outputText.contains(sentence), "\(result.outputText)")
    }

    @Test("a rule that Prometheus cannot say is named, with the reason; so is a promtool that is not there")
    func alertsUntold() async throws {
        let folder = try Self.folder(Self.alerts)
        try folder.write(
            Self.rules.replacing(
                "condition: {operator: '<', threshold: 5, for",
                with: "condition: {operator: '<', threshold: 5, max_gap: 5m, for"),
            to: "rules.yml")
        let result = try await Self.sphinx(["rules", "test", "test.yml"], in: folder)
        #expect(
            result.outputText.contains(
                "test.yml:8:9: the rule 'idle' is no alert of Prometheus's: 'max_gap' has no like in Prometheus"),
            "\(result.outputText)")
        let without = try Self.folder(Self.alerts.replacing("            input_series:", with: "            x_input:"))
        try without.write(
            Self.alerts.replacing(
                "input_series: [{series: 'cpu{instance_id=\"i-1\"}', values: '9x5 2x40'}]", with: "state: state.json"),
            to: "test.yml")
        let missing = try await Self.sphinx(["rules", "test", "test.yml"], in: without, ["PATH": "/nowhere"])
        #expect(
            missing.errorText.contains(
                "there is no 'promtool' command, which runs 'alert_rule_test' and 'promql_expr_test'"),
            "\(missing.errorText)")
    }

    @Test("coverage that is asked for is wanted")
    func coverage() async throws {
        let folder = try Self.folder(Self.test.replacing("rule: peak", with: "rule: idle"))
        let result = try await Self.sphinx(["rules", "test", "test.yml", "--min-coverage", "60"], in: folder)
        #expect(result.exit == .exited(1))
        #expect(result.outputText.contains("1 of 2 rules have a test\nwithout a test: peak\n"))
    }

    @Test("list, check, export and library speak of a file on disk")
    func others() async throws {
        let folder = try Self.folder()
        let list = try await Self.sphinx(["rules", "list", "--file", "rules.yml"], in: folder)
        #expect(
            list.outputText == """
                RULE  SOURCE   KIND  SEVERITY  ENABLED  RESOURCE      CONDITION
                idle  metrics  -     medium    yes      aws_instance  value less than 5 for 10m
                peak  metrics  -     medium    yes      aws_instance  max of value less than 5

                """)
        let check = try await Self.sphinx(["rules", "check", "--file", "rules.yml"], in: folder)
        #expect(check.exit == .exited(0) && check.outputText == "2 rules, 0 findings\n")
        #expect(check.errorText.contains("Prometheus was not asked: "))
        let export = try await Self.sphinx(["rules", "export", "--prometheus", "--file", "rules.yml"], in: folder)
        try folder.write(export.outputText, to: "alerts.yml")
        let checked = try await Shell.run("sh", ["-c", "promtool check rules alerts.yml 2>&1"], in: folder.path)
        #expect(checked.contains("SUCCESS: 2 rules found"))
        let library = try await Self.sphinx(["rules", "library", "aws-state"], in: folder)
        #expect(library.outputText.hasPrefix("# Checks of AWS resources that need no metric"))
        let unknown = try await Self.sphinx(["rules", "library", "aws"], in: folder)
        #expect(unknown.exit == .exited(1) && unknown.errorText.contains("the library has no 'aws'; known: "))
    }

    @Test("check asks a Prometheus that is there what its rules match, and how often they would have fired")
    func checkOnline() async throws {
        let folder = try Self.folder()
        let end = Int(Date().timeIntervalSince1970) / 3_600 * 3_600
        let samples = (-5...600).map { "cpu{instance_id=\"i-1\"} \($0 < 300 ? 2 : 9) \(end - $0 * 60)\n" }.reversed()
            .joined()
        let server = try await PrometheusServer(openMetrics: "# TYPE cpu gauge\n\(samples)# EOF\n")
        try folder.write(
            Self.rules.replacing("query: cpu\n    window", with: "query: absent_metric\n    window"), to: "rules.yml")
        let result = try await Self.sphinx(
            ["rules", "check", "--file", "rules.yml", "--days", "1"], in: folder, ["PROMETHEUS_URL": server.url])
        #expect(result.exit == .exited(1))
        #expect(
            result.outputText == """
                RULE  SERIES NOW  HOURS FIRING  MOST AT ONCE
                idle  1           5 of 24       1
                peak  0           0 of 24       0

                rules.yml:9:5: the rule 'peak': the query matches no series now [query/series]
                2 rules, 1 findings

                """)
    }

    // MARK: Plugins

    @Test("a new plugin in any language has what it needs, and its test passes", arguments: ["sh", "python"])
    func newPlugin(language: String) async throws {
        let folder = try TemporaryFolder()
        let result = try await Self.sphinx(["plugins", "new", "my-check", "--language", language], in: folder)
        #expect(result.exit == .exited(0) && result.outputText.hasPrefix("wrote plugins/my-check/plugin.yml\n"))
        let run = language == "sh" ? "./test.sh" : "python3 -m unittest -q test_main.py"
        _ = try await Shell.run("sh", ["-c", "cd plugins/my-check && \(run) 2>&1"], in: folder.path)
        let again = try await Self.sphinx(["plugins", "new", "my-check"], in: folder)
        #expect(again.exit == .exited(1))
        #expect(again.errorText == "sphinx: ./plugins/my-check is there already; choose another name\n")
        let named = try await Self.sphinx(["plugins", "new", "My Check"], in: folder)
        #expect(
            named.errorText == "sphinx: 'My Check' is not a plugin's name; use lower-case letters, digits and dashes\n")
    }

    @Test("the scaffold in Swift compiles against the library")
    func newSwiftPlugin() async throws {
        let folder = try TemporaryFolder()
        _ = try await Self.sphinx(["plugins", "new", "idle-queues", "--language", "swift"], in: folder)
        let modules = URL(filePath: Self.binary).deletingLastPathComponent().appending(path: "Modules").path(
            percentEncoded: false)
        let source = folder.file("plugins/idle-queues/Sources/IdleQueues/IdleQueues.swift")
        _ = try await Shell.run("swiftc", ["-typecheck", "-parse-as-library", "-I", modules, source])
    }

    @Test("list and run show the plugins of the base branch")
    func listAndRun() async throws {
        let stage = try await LoopStage(
            ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], rules: "rules: []\n")
        try stage.folder.write(
            """
            #!/bin/sh
            if grep -q describe; then echo '{"schema":"sphinx.plugin/1","name":"P","author":"A","version":"2"}'
            else echo '{"schema":"sphinx.plugin/1","opportunities":[{"title":"T","address":"terraform_data.one"}]}'; fi

            """, to: "person/plugins/p")
        try await Shell.run("chmod", ["+x", stage.folder.file("person/plugins/p")])
        try await stage.commit(["plugins/broken/plugin.yml": "comand: x\n"], "Add plugins")
        let repo = ["--repo", stage.folder.file("job.git")]
        let list = try await Self.sphinx(["plugins", "list"] + repo, in: stage.folder)
        #expect(list.exit == .exited(3))
        #expect(
            list.outputText == """
                PLUGIN  NAME  AUTHOR  VERSION  QUERIES
                broken                         error: unknown key 'comand'
                p       P     A       2        

                """)
        let run = try await Self.sphinx(["plugins", "run", "p"] + repo, in: stage.folder)
        #expect(
            run.exit == .exited(0) && run.outputText.contains("medium: web terraform_data.one: T"), "\(run.outputText)")
        let none = try await Self.sphinx(["plugins", "run", "q"] + repo, in: stage.folder)
        #expect(none.errorText.contains("there is no plugin 'q'; known: broken, p"))
    }
}
