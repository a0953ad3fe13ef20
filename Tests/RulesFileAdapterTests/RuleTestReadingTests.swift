import Domain
import RulesFileAdapter
import Testing

@Suite("Files of rule tests, and plugin.yml")
struct RuleTestReadingTests {
    private static func tests(_ text: String) throws(Problems) -> RuleTestFile {
        try RulesFile().tests(in: SourceFile(path: "t/test.yml", text: text))
    }

    private static func told(_ read: () throws(Problems) -> Void) -> [String] {
        do throws(Problems) {
            try read()
            return []
        } catch {
            return error.all.map { String($0.description.split(separator: "\n")[0]) }
        }
    }

    private static let whole = """
        rule_files: [../rules.yml, "sphinx:aws-state"]
        evaluation_interval: 5m
        fuzzy_compare: true
        tests:
          - name: idle
            interval: 1m
            start_timestamp: 2026-01-01T00:00:00Z
            input_series:
              - {series: 'up{job="a"}', values: '1x2 _ stale'}
            query_results: [{query: sum(up), series: '{}', values: '3'}]
            state: state.json
            workspace: prod/web
            opportunity_test:
              - {eval_time: 10m, rule: idle, match: subset, exp_opportunities: [{address: t.n, value: 5}], exp_status: firing}
          - {}

        """

    @Test("every part is read")
    func everything() throws {
        let file = try Self.tests(Self.whole)
        #expect(
            file.ruleFiles == ["../rules.yml", "sphinx:aws-state"] && file.interval == 300 && file.file == "t/test.yml")
        let test = try #require(file.tests.first)
        #expect(test.name == "idle" && test.interval == 60 && test.start == 1_767_225_600 && test.state == "state.json")
        #expect(test.series.map(\.labels) == [["__name__": "up", "job": "a"]])
        #expect(test.series.first?.values == [.number(1), .number(1), .number(1), nil, .stale])
        #expect(test.results.map(\.expression) == ["sum(up)"] && test.results.map(\.series.labels) == [[:]])
        let assertion = try #require(test.assertions.first)
        #expect(assertion.time == 600 && assertion.rule == "idle" && assertion.status == "firing")
        #expect(assertion.opportunities.map(\.parts) == [["address": "t.n", "value": "5"]])
        #expect(assertion.location.line == 14 && test.alerts == nil && test.workspace == "prod/web")
    }

    @Test("what a test does not say has a standard")
    func standards() throws {
        let test = try #require(try Self.tests(Self.whole).tests.last)
        #expect(test.name == "test 2" && test.interval == 300 && test.start == 0 && test.workspace == "test")
        #expect(test.series.isEmpty && test.state == nil && test.alerts == nil)
        #expect(try Self.tests("rule_files: [a]\ntests: [{start_timestamp: 90.5}]\n").tests.first?.start == 90.5)
    }

    @Test("promtool's own tests are handed on as they are written: only the values of samples are numbers")
    func alerts() throws {
        let file = try Self.tests(
            """
            rule_files: [r.yml]
            tests:
              - interval: 30s
                input_series: [{series: up, values: 0x10}, {series: down, values: 1}]
                external_labels: {code: 0500, zone: 1.10}
                alert_rule_test:
                  - {eval_time: 5m, alertname: Idle, exp_alerts: [{exp_labels: {code: 500, v: 1e3}, exp_annotations: {n: 7}}]}
                promql_expr_test:
                  - {expr: up, eval_time: 0s, exp_samples: [{labels: 'up', value: 1e3}, {labels: 'a{value="2"}', value: 5}]}

            """)
        let alerts = try #require(file.tests.first?.alerts)
        #expect(alerts.assertions == 2 && alerts.alerts.map(\.name) == ["Idle"] && alerts.location.line == 7)
        let document = alerts.document
        #expect(document.value(at: "input_series.0.values") == .string("0x10"))
        #expect(document.value(at: "input_series.1.values") == .string("1"))
        #expect(document.value(at: "external_labels")?.canonical == "{\"code\":\"0500\",\"zone\":\"1.10\"}")
        #expect(
            document.value(at: "alert_rule_test.0.exp_alerts.0.exp_labels")?.canonical
                == "{\"code\":\"500\",\"v\":\"1e3\"}")
        #expect(document.value(at: "promql_expr_test.0.exp_samples.0.value") == .number(1_000))
        #expect(document.value(at: "promql_expr_test.0.exp_samples.1.value") == .number(5))
        #expect(document.value(at: "interval") == .string("30s"))
    }

    @Test(
        "mistakes are told at their place",
        arguments: [
            (
                "rule_files: [a]\ntests: [{input_series: [{series: up, values: '1'}, {series: 'up{}', values: '2'}]}]\n",
                "t/test.yml:2:52: the series stands twice; put its values into one"
            ),
            ("", "t/test.yml:1:1: 'rule_files' is missing"),
            ("rule_files: []\n", "t/test.yml:1:13: 'rule_files' is missing"),
            ("rule_files: [[a]]\n", "t/test.yml:1:14: 'rule_files' holds a list; a path is needed"),
            (
                "rule_file: [a]\nrule_files: [a]\n",
                "t/test.yml:1:1: unknown key 'rule_file'; did you mean 'rule_files'?"
            ),
            ("rule_files: [a]\ntests: [x]\n", "t/test.yml:2:9: a test is a text; a mapping is needed"),
            (
                "rule_files: [a]\nevaluation_interval: 5\n",
                "t/test.yml:2:22: 'evaluation_interval' is '5'; a duration is needed; write it with a unit, such as 90s, 15m or 14d"
            ),
            (
                "rule_files: [a]\ntests: [{start_timestamp: noon}]\n",
                "t/test.yml:2:27: 'start_timestamp' is 'noon'; write a time like 2026-01-01T00:00:00Z"
            ),
            (
                "rule_files: [a]\ntests: [{input_series: [{series: 'up', values: 'x'}]}]\n",
                "t/test.yml:2:48: 'x' is no value; write it like 5, 1+2x10, 3x5, _x4, stale or NaN"
            ),
            (
                "rule_files: [a]\ntests: [{input_series: [{series: 'up{', values: '1'}]}]\n",
                "t/test.yml:2:34: 'up{' is no series; write it like up{job=\"api\"}"
            ),
            ("rule_files: [a]\ntests: [{input_series: [{values: '1'}]}]\n", "t/test.yml:2:25: 'series' is missing"),
            (
                "rule_files: [a]\ntests: [{query_results: [{series: '{}', values: '1'}]}]\n",
                "t/test.yml:2:26: 'query' is missing"
            ),
            ("rule_files: [a]\ntests: [{opportunity_test: [{rule: r}]}]\n", "t/test.yml:2:29: 'eval_time' is missing"),
            ("rule_files: [a]\ntests: [{opportunity_test: [{eval_time: 1m}]}]\n", "t/test.yml:2:29: 'rule' is missing"),
            (
                "rule_files: [a]\ntests: [{opportunity_test: [{eval_time: 1m, rule: r, match: exact}]}]\n",
                "t/test.yml:2:61: 'exact' is not a match; write subset, which is how keys are compared"
            ),
            (
                "rule_files: [a]\ntests: [{opportunity_test: [{eval_time: 1m, rule: r, exp_opportunities: [{}]}]}]\n",
                "t/test.yml:2:74: an opportunity that says nothing; name its address"
            ),
            (
                "rule_files: [a]\ntests: [{opportunity_test: [{eval_time: 1m, rule: r, exp_opportunities: [{adress: x}]}]}]\n",
                "t/test.yml:2:75: unknown key 'adress'; did you mean 'address'?"
            ),
            (
                "rule_files: [a]\ntests: [{alert_rule_test: [{alertname: A}]}]\n",
                "t/test.yml:2:28: 'eval_time' is missing"
            ),
            (
                "rule_files: [a]\ntests: [{alert_rule_test: [{eval_time: 1m}]}]\n",
                "t/test.yml:2:28: 'alertname' is missing"
            ),
            (
                "rule_files: [a]\ntests: [{alert_rule_test: [{eval_time: 1m, alertname: A, exp_alerts: [{labels: {}}]}]}]\n",
                "t/test.yml:2:72: unknown key 'labels'; known: exp_labels, exp_annotations"
            ),
            ("rule_files: [a]\ntests: [{promql_expr_test: [{eval_time: 1m}]}]\n", "t/test.yml:2:29: 'expr' is missing"),
            ("rule_files: [a]\ntests: [{promql_expr_test: [{expr: up}]}]\n", "t/test.yml:2:29: 'eval_time' is missing"),
            (
                "rule_files: [a]\ntests: [{promql_expr_test: [{expr: up, eval_time: 1m, exp_samples: [{lables: x}]}]}]\n",
                "t/test.yml:2:70: unknown key 'lables'; did you mean 'labels'?"
            ),
        ])
    func mistakes(text: String, sentence: String) {
        #expect(Self.told { () throws(Problems) in _ = try Self.tests(text) } == [sentence])
    }

    // MARK: Plugins

    private static func plugin(_ text: String) throws(Problems) -> PluginSettings {
        try RulesFile().plugin(in: SourceFile(path: "plugin.yml", text: text))
    }

    @Test("a plugin's settings are read, and have standards")
    func plugins() throws {
        #expect(
            try Self.plugin(
                "command: [./run, -v]\ntimeout: 1m\nenabled: false\nqueries: [{query: up}, {name: n, query: down, window: 1h, step: 30s}]\n"
            )
                == PluginSettings(
                    command: ["./run", "-v"], timeout: 60,
                    queries: [
                        PluginQuery(name: "up", expression: "up"),
                        PluginQuery(name: "n", expression: "down", window: 3_600, step: 30),
                    ], enabled: false))
        #expect(try Self.plugin("command: [a]\n") == PluginSettings(command: ["a"], timeout: 30))
    }

    private static let missing = "'command' is missing; write the program and its arguments, like [python3, main.py]"

    @Test(
        "a plugin's mistakes are told at their place, all at once",
        arguments: [
            ("", ["plugin.yml:1:1: \(missing)"]), ("# later\n", ["plugin.yml:1:1: \(missing)"]),
            ("command: []\n", ["plugin.yml:1:10: \(missing)"]),
            ("timeout: 0s\n", ["plugin.yml:1:1: \(missing)", "plugin.yml:1:10: 'timeout' is '0s'; write 1s to 10m"]),
            ("comand: [a]\n", ["plugin.yml:1:1: unknown key 'comand'; did you mean 'command'?"]),
            ("command: a\n", ["plugin.yml:1:10: 'command' is a text; a list is needed"]),
            (
                "command: [[a], '']\n",
                [
                    "plugin.yml:1:11: 'command' holds a list; a word is needed",
                    "plugin.yml:1:16: 'command' holds an empty text; a word is needed",
                ]
            ),
            ("command: [a]\nqueries: [{name: x}]\n", ["plugin.yml:2:11: 'query' is missing"]),
            ("command: [a]\nqueries: [x]\n", ["plugin.yml:2:11: a query is a text; a mapping is needed"]),
            (
                "command: [a]\nqueries: [{query: up, window: 5}]\n",
                [
                    "plugin.yml:2:31: 'window' is '5'; a duration is needed; write it with a unit, such as 90s, 15m or 14d"
                ]
            ),
            ("command: [a]\nenabled: 1\n", ["plugin.yml:2:10: 'enabled' is '1'; write true or false"]),
            ("[a]\n", ["plugin.yml:1:1: the file is a list; a mapping is needed"]),
        ])
    func pluginMistakes(text: String, sentences: [String]) {
        #expect(Self.told { () throws(Problems) in _ = try Self.plugin(text) } == sentences)
    }
}
