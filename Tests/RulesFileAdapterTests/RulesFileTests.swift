import Domain
import RulesFileAdapter
import Testing

private func read(_ text: String) throws -> RuleSet {
    try RulesFile().rules(in: SourceFile(path: "rules.yml", text: text))
}

/// The whole text that a person sees.
private func problems(_ text: String) -> String {
    do {
        _ = try read(text)
        return ""
    } catch let problems as Problems {
        return problems.all.map(\.description).joined(separator: "\n")
    } catch {
        return "\(error)"
    }
}

private let rule = """
    rules:
      - name: A
        query: up
        condition: {operator: less_than, threshold: 1}

    """

@Suite("rules.yml")
struct RulesFileTests {
    @Test("the earlier form is read as it was written")
    func earlierForm() throws {
        let text = """
            rules:
              - name: "High Memory Usage"
                metric_name: "container_memory_usage_bytes"
                condition:
                  operator: "greater_than"
                  threshold: 85
                  duration_minutes: 5
                opportunity_title_template: "High Memory on '{resource_id}'"
                opportunity_description_template: "Memory usage exceeded {threshold}%"

            """
        let set = try read(text)
        let rule = try #require(set.rules.first)
        #expect(rule.id == "high-memory-usage" && rule.expression == "container_memory_usage_bytes")
        #expect(rule.condition == Rule.Condition(.greaterThan, 85, duration: 300))
        #expect(rule.severity == .medium && rule.enabled && rule.fix == nil && set.warnings.isEmpty)
        #expect(set.limits == Limits())
    }

    @Test("everything that was added is read")
    func wholeForm() throws {
        let text = """
            version: 1
            limits: {open_proposals: 1, new_per_run: 2, new_per_workspace: 3, gemini_calls: 4, gemini_tokens: 5, gemini_cost_usd: 0.5}
            rules:
              - id: aws/ebs-gp2
                name: gp2
                query: 'x{a="b"}'
                severity: high
                enabled: false
                condition: {operator: ">=", threshold: "5e6", duration_minutes: 1.5}
                resource: {type: aws_ebs_volume, match: [{attribute: tags.Name, label: name}]}
                fix: {attribute: type, value: gp3, hint: keep the performance}

            """
        let set = try read(text)
        let rule = try #require(set.rules.first)
        #expect(
            set.limits
                == Limits(
                    openProposals: 1, newPerRun: 2, newPerWorkspace: 3, geminiCalls: 4, geminiTokens: 5,
                    geminiCostUSD: 0.5))
        #expect(rule.id == "aws/ebs-gp2" && rule.severity == .high && !rule.enabled)
        #expect(rule.condition == Rule.Condition(.greaterThanOrEqual, 5_000_000, duration: 90))
        #expect(
            rule.resource
                == Rule.ResourceSelector(
                    type: "aws_ebs_volume", match: [Rule.Match(attribute: "tags.Name", label: "name")]))
        #expect(rule.fix == Rule.Fix(attribute: "type", value: .string("gp3"), hint: "keep the performance"))
    }

    @Test(
        "values keep their kind",
        arguments: [
            ("3", JSONValue.integer(3)), ("3.5", .number(3.5)), ("true", .bool(true)), ("'3'", .string("3")),
            ("gp3", .string("gp3")), ("nan", .string("nan")),
            ("'1.10'", .string("1.10")), ("'007'", .string("007")), ("1e3", .number(1_000)), ("-5", .integer(-5)),
            ("1.1.0", .string("1.1.0")), ("100", .integer(100)), ("0", .integer(0)), ("0.5", .number(0.5)),
        ])
    func fixValues(text: String, value: JSONValue) throws {
        let set = try read(rule + "    fix: {attribute: a, value: \(text)}\n")
        #expect(set.rules.first?.fix?.value == value)
    }

    @Test(
        "operators by their words and signs",
        arguments: [
            ("less_than", Rule.Comparison.lessThan), ("equals", .equals), ("equal_to", .equals), ("'!='", .notEquals),
            ("greater_than_or_equal", .greaterThanOrEqual), ("'<='", .lessThanOrEqual),
        ])
    func operators(text: String, comparison: Rule.Comparison) throws {
        #expect(
            try read(rule.replacing("less_than", with: text)).rules.first?.condition?.single?.comparison == comparison)
    }

    @Test("a rule with empty texts, as earlier plugins needed it, loads with a warning and is not evaluated")
    func collector() throws {
        let set = try read(rule + "    opportunity_title_template: ''\n    opportunity_description_template: ''\n")
        #expect(set.rules.map(\.enabled) == [false])
        #expect(set.warnings.map(\.message) == ["the rule 'a' has empty templates and is not evaluated"])
    }

    @Test("an empty file has no rules and says so", arguments: ["", "rules: []\n", "# nothing\n"])
    func empty(text: String) throws {
        let set = try read(text)
        #expect(set.rules.isEmpty && set.warnings.map(\.message) == ["rules.yml has no rules"])
    }

    static let mistakes: [(text: String, problem: String)] = [
        ("rulez: []\n", "rules.yml:1:1: unknown key 'rulez'; did you mean 'rules'?\n    rulez: []\n    ^"),
        (
            rule.replacing("threshold", with: "treshold"),
            "rules.yml:4:16: 'threshold' is missing\n        condition: {operator: less_than, treshold: 1}\n                   ^\n"
                + "rules.yml:4:38: unknown key 'treshold'; did you mean 'threshold'?\n        condition: {operator: less_than, treshold: 1}\n                                         ^"
        ),
        (
            rule.replacing("less_than", with: "les_than"),
            "rules.yml:4:27: unknown operator 'les_than'; did you mean 'less_than'?\n        condition: {operator: les_than, threshold: 1}\n                              ^"
        ),
        (
            rule.replacing("threshold: 1", with: "threshold: .nan"),
            "rules.yml:4:49: 'threshold' is '.nan'; a number is needed\n        condition: {operator: less_than, threshold: .nan}\n                                                    ^"
        ),
        (
            rule.replacing("threshold: 1", with: "threshold: inf"),
            "rules.yml:4:49: 'threshold' is 'inf'; a finite number is needed\n        condition: {operator: less_than, threshold: inf}\n                                                    ^"
        ),
        (
            rule.replacing("threshold: 1", with: "threshold: 010"),
            "rules.yml:4:49: 'threshold' is '010'; leave out the leading zero\n        condition: {operator: less_than, threshold: 010}\n                                                    ^"
        ),
        (
            rule.replacing("threshold: 1", with: "threshold: 1, duration_minutes: -5"),
            "rules.yml:4:70: 'duration_minutes' is -5; write minutes from 0 to 400 days\n        condition: {operator: less_than, threshold: 1, duration_minutes: -5}\n                                                                         ^"
        ),
        (rule + "    name: B\n", "rules.yml:5:5: 'name' is set twice; remove one of them\n        name: B\n        ^"),
        (
            rule + "    opportunity_title_template: \"High on {resurce_id}\"\n",
            "rules.yml:5:42: unknown placeholder '{resurce_id}'; did you mean '{resource_id}'?\n        opportunity_title_template: \"High on {resurce_id}\"\n                                             ^"
        ),
        (
            rule + "    opportunity_title_template: 'open {value'\n",
            "rules.yml:5:39: '{' is never closed; write '{{' for a brace\n        opportunity_title_template: 'open {value'\n                                          ^"
        ),
        (
            rule + "    severity: hihg\n",
            "rules.yml:5:15: 'hihg' is not a severity; did you mean 'high'?\n        severity: hihg\n                  ^"
        ),
        (
            rule + "    enabled: yes\n",
            "rules.yml:5:14: 'enabled' is 'yes'; write true or false\n        enabled: yes\n                 ^"
        ),
        (
            rule + "    metric_name: x\n",
            "rules.yml:5:18: 'query' and 'metric_name' mean the same; remove one of them\n        metric_name: x\n                     ^"
        ),
        (
            rule + "    id: Bad Id\n",
            "rules.yml:5:9: 'Bad Id' is not an id; use lower-case letters, digits and / _ . -\n        id: Bad Id\n            ^"
        ),
        (
            rule + "  - name: A\n    query: x\n    condition: {operator: '<', threshold: 1}\n",
            "rules.yml:5:5: the rule id 'a' is taken by line 2; give one of them another 'id'\n      - name: A\n        ^"
        ),
        (
            "rules:\n  - name: A\n",
            "rules.yml:2:5: 'query' is missing\n      - name: A\n        ^\nrules.yml:2:5: 'condition' is missing\n      - name: A\n        ^"
        ),
        ("rules: {a: 1}\n", "rules.yml:1:8: 'rules' is a mapping; a list is needed\n    rules: {a: 1}\n           ^"),
        ("- 1\n", "rules.yml:1:1: the file is a list; a mapping is needed\n    - 1\n    ^"),
        (
            "version: 2\n",
            "rules.yml:1:10: version '2' is not known; this version of Sphinx reads version 1\n    version: 2\n             ^"
        ),
        (
            "limits: {new_per_run: -1}\n",
            "rules.yml:1:23: 'new_per_run' is -1; a whole number from 0 is needed\n    limits: {new_per_run: -1}\n                          ^"
        ),
        ("rules: [\n", "rules.yml:2:1: while parsing a flow node: did not find expected node content\n    \n    ^"),
        (
            "a: !!binary x\n",
            "rules.yml:1:4: the tag 'tag:yaml.org,2002:binary'; tags are not supported\n    a: !!binary x\n       ^"
        ),
        ("a: 1\n---\nb: 2\n", "rules.yml:3:1: a second document; one is read\n    b: 2\n    ^"),
        ("a: *x\n", "rules.yml:1:4: the alias '*x' before its anchor\n    a: *x\n       ^"),
    ]

    @Test("every mistake has its place, its line and a caret", arguments: mistakes)
    func mistake(text: String, problem: String) {
        #expect(problems(text) == problem)
    }

    @Test("one bad rule refuses the file, and all of its problems come at once")
    func allAtOnce() {
        let text = problems(
            rule + "  - nam: B\n    query: x\n    condition: {operator: x, threshold: y}\n    fix: {value: 1}\n")
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("rules.yml:") }.map { $0.prefix(16) }.count == 5)
    }

    @Test("aliases that explode are refused in no time")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(problems(text).contains("aliases that grow to more than 20000 values"))
    }

    @Test("a file over 1 MiB and values nested without end are refused")
    func large() {
        #expect(problems(String(repeating: "#", count: (1 << 20) + 1)) == "rules.yml is larger than 1 MiB; split it")
        #expect(problems("a: " + String(repeating: "[", count: 50)).contains("values nested deeper than 32"))
    }

    @Test("thousands of damaged files give rules or problems within the file")
    func mutations() {
        let text = Array((rule + "    fix: {attribute: a, value: 1}\n    severity: low\n").utf8)
        let lines = text.count { $0 == 10 } + 2
        var state: UInt64 = 7
        for _ in 0..<3_000 {
            var changed = text
            for _ in 0..<2 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[Int(state >> 33) % changed.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            do {
                _ = try RulesFile().rules(in: SourceFile(path: "rules.yml", bytes: changed))
            } catch {
                #expect(!error.all.isEmpty && error.all.allSatisfy { ($0.location?.line ?? 1) <= lines + 2 })
            }
        }
    }
}

@Suite("workspace.yml")
struct WorkspaceSettingsTests {
    private func settings(_ text: String) throws -> WorkspaceSettings {
        try RulesFile().settings(in: SourceFile(path: "workspaces/a/workspace.yml", text: text))
    }

    @Test("is read with everything that it may hold")
    func whole() throws {
        let text =
            "labels: {env: prod}\nvar_files: [prod.tfvars]\nbackend: {bucket: b}\napply: never\ntargeted: true\nowners: [a]\n"
        #expect(
            try settings(text)
                == WorkspaceSettings(
                    labels: ["env": "prod"], varFiles: ["prod.tfvars"], backend: ["bucket": "b"], apply: .never,
                    targeted: true))
        #expect(try settings("") == WorkspaceSettings())
    }

    @Test(
        "refuses what it must not hold",
        arguments: [
            ("aply: never\n", "unknown key 'aply'; did you mean 'apply'?"),
            ("apply: allways\n", "'allways' is not an apply; known: merged, never"),
            ("apply: [never]\n", "'apply' is a list; a text is needed"),
            ("targeted: 1\n", "'targeted' is '1'; write true or false"),
            ("labels: {env: }\n", "'labels' holds nothing where a text is needed"),
            ("labels: {env: a, env: b}\n", "'env' is set twice; remove one of them"),
            ("labels: [env]\n", "'labels' is a list; a mapping is needed"),
            ("backend: {bucket: a, bucket: b}\n", "'bucket' is set twice; remove one of them"),
            (
                "backend: {token: [x]}\n", "'backend' holds a list where a text is needed"
            ),
            ("var_files: x.tfvars\n", "'var_files' is a text; a list is needed"),
            ("var_files: ['']\n", "a var file is ''; name a file in the workspace's folder"),
            ("var_files: [-x]\n", "a var file is '-x'; name a file in the workspace's folder"),
            ("var_files: [..]\n", "a var file is '..'; name a file in the workspace's folder"),
            ("var_files: [[a]]\n", "a var file is 'a list'; name a file in the workspace's folder"),
            ("owners: [[a]]\n", "an owner is a list"), ("owners: ann\n", "'owners' is a text; a list is needed"),
            ("- a\n", "the file is a list; a mapping is needed"),
            (
                "backend: {secret_key: x}\n",
                "'backend' holds the credential 'secret_key'; give it to Sphinx through the environment"
            ),
            ("var_files: [../x]\n", "a var file is '../x'; name a file in the workspace's folder"),
        ])
    func mistakes(text: String, problem: String) {
        do {
            _ = try settings(text)
            Issue.record("no problem was found")
        } catch let problems as Problems {
            #expect(problems.all.map { $0.message + ($0.hint.map { "; \($0)" } ?? "") } == [problem])
        } catch {
            Issue.record(error)
        }
    }
}
