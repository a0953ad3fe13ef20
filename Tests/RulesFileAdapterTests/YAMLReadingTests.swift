import Domain
import Foundation
import RulesFileAdapter
import Testing

@Suite("How YAML is read")
struct YAMLReadingTests {
    private static let rule = "name: A, query: up, condition: {operator: '<', threshold: 1}"

    private static func set(_ text: String) throws -> RuleSet {
        try RulesFile().rules(in: SourceFile(path: "rules.yml", text: text))
    }

    /// Everything that a person sees.
    private static func told(_ bytes: [UInt8]) -> [String] {
        do throws(Problems) {
            _ = try RulesFile().rules(in: SourceFile(path: "rules.yml", bytes: bytes))
            return []
        } catch {
            return error.all.map(\.description)
        }
    }

    private static func told(_ text: String) -> [String] { told(Array(text.utf8)) }

    @Test(
        "a rule is the same in every layout",
        arguments: [
            "rules: [{\(rule)}]", "rules:\r\n  - {\(rule)}\r\n", "rules:\r  - {\(rule)}\r",
            "\u{FEFF}rules: [{\(rule)}]\n",
            "%YAML 1.1\n---\nrules: [{\(rule)}]\n...\n", "{rules: [{\(rule)}]}", "? rules\n: - {\(rule)}\n",
            "\"rules\": [{\"name\": \"A\", \"query\": \"up\", \"condition\": {\"operator\": \"<\", \"threshold\": 1}}]",
            "rules:\n- name: >-\n    A\n  query: |-\n    up\n  condition:\n    operator: '<'\n    threshold: 1 # more\n",
            "rules:\n  - {name: &n A, query: up, condition: {operator: '<', threshold: 1}, id: a}\n",
        ])
    func layouts(text: String) throws {
        let rule = try #require(try Self.set(text).rules.first)
        #expect(rule.id == "a" && rule.name == "A" && rule.expression == "up")
        #expect(rule.condition == Rule.Condition(.lessThan, 1, duration: 0))
    }

    @Test("UTF-16 is read, as an editor of another system writes it")
    func wide() throws {
        let text = "rules: [{\(Self.rule)}]\n"
        for (mark, order) in [([0xFF, 0xFE] as [UInt8], [0, 1]), ([0xFE, 0xFF], [1, 0])] {
            let bytes = mark + text.utf16.flatMap { unit in order.map { UInt8(unit >> ($0 * 8) & 0xFF) } }
            let set = try RulesFile().rules(in: SourceFile(path: "rules.yml", bytes: bytes))
            #expect(set.rules.map(\.id) == ["a"])
        }
    }

    @Test("an anchor's value may stand again, and is read where it stands")
    func aliases() throws {
        let set = try Self.set(
            """
            rules:
              - {name: A, query: up, condition: &c {operator: '<', threshold: 1}, labels: &l {team: x}}
              - {name: B, query: up, condition: *c, labels: *l}

            """)
        #expect(set.rules.map(\.condition) == Array(repeating: Rule.Condition(.lessThan, 1, duration: 0), count: 2))
        #expect(set.rules.map { $0.labels["team"]?.source } == ["x", "x"])
        #expect(
            Self.told(
                "rules:\n  - {name: A, query: up, condition: &c {operator: x, threshold: 1}}\n  - {name: B, query: up, condition: *c}\n"
            )
            .map { $0.prefix(15) } == ["rules.yml:2:51:", "rules.yml:2:51:"])
    }

    static let broken: [(String, String)] = [
        (
            "\trules: []\n",
            "rules.yml:1:1: while scanning for the next token: found character that cannot start any token\n     rules: []\n    ^"
        ),
        (
            "rules:\n\t- x\n",
            "rules.yml:2:1: while scanning for the next token: found character that cannot start any token\n     - x\n    ^"
        ),
        ("rules: [\"\n", "rules.yml:2:1: while scanning a quoted scalar: found unexpected end of stream\n    \n    ^"),
        (
            "rules: {a: b\n",
            "rules.yml:2:1: while parsing a flow mapping: did not find expected ',' or '}'\n    \n    ^"
        ),
        ("a: b: c\n", "rules.yml:1:5: mapping values are not allowed in this context\n    a: b: c\n        ^"),
        ("a: 1\n b: 2\n", "rules.yml:2:3: mapping values are not allowed in this context\n     b: 2\n      ^"),
        (
            "a: @x\n",
            "rules.yml:1:4: while scanning for the next token: found character that cannot start any token\n    a: @x\n       ^"
        ),
        (
            "a: *\n",
            "rules.yml:1:5: while scanning an alias: did not find expected alphabetic or numeric character\n    a: *\n        ^"
        ),
        (
            "a: &x *x\n",
            "rules.yml:1:7: while parsing a block mapping: did not find expected key\n    a: &x *x\n          ^"
        ),
        (
            "a: \"\\q\"\n",
            "rules.yml:1:5: while parsing a quoted scalar: found unknown escape character\n    a: \"\\q\"\n        ^"
        ),
        (
            "limits: !!map {}\n",
            "rules.yml:1:9: the tag 'tag:yaml.org,2002:map'; tags are not supported\n    limits: !!map {}\n            ^"
        ),
        ("limits: !x {}\n", "rules.yml:1:9: the tag '!x'; tags are not supported\n    limits: !x {}\n            ^"),
        (
            "limits: [a, &b [*b]]\n",
            "rules.yml:1:17: the alias '*b' before its anchor\n    limits: [a, &b [*b]]\n                    ^"
        ),
        ("--- \nlimits: {}\n--- \n", "rules.yml:4:1: a second document; one is read\n    \n    ^"),
        ("\"", "rules.yml:1:2: while scanning a quoted scalar: found unexpected end of stream\n    \"\n     ^"),
        ("plain\n", "rules.yml:1:1: the file is a text; a mapping is needed\n    plain\n    ^"),
        ("~\n", "rules.yml:1:1: the file is nothing; a mapping is needed\n    ~\n    ^"),
        (
            "<<: {version: 1}\n",
            "rules.yml:1:1: unknown key '<<'; merge keys are not read; write out what it brings\n    <<: {version: 1}\n    ^"
        ),
        (
            "limits: {}\nLimits: {}\n",
            "rules.yml:2:1: unknown key 'Limits'; did you mean 'limits'?\n    Limits: {}\n    ^"
        ),
        (
            "limits: {}\n'limits': {}\n",
            "rules.yml:2:1: 'limits' is set twice; remove one of them\n    'limits': {}\n    ^"
        ),
        (
            "{limits: {}, limits: }\n",
            "rules.yml:1:14: 'limits' is set twice; remove one of them\n    {limits: {}, limits: }\n                 ^"
        ),
        ("\u{FEFF}limts: {}\n", "rules.yml:1:1: unknown key 'limts'; did you mean 'limits'?\n    limts: {}\n    ^"),
        (
            "version: 1.0\n",
            "rules.yml:1:10: version '1.0' is not known; this version of Sphinx reads version 1\n    version: 1.0\n             ^"
        ),
        ("version: [1]\n", "rules.yml:1:10: 'version' is a list; a text is needed\n    version: [1]\n             ^"),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
            "rules.yml:1:1: the file is a pointer of Git LFS; its content is not in git; take it out of LFS with 'git lfs untrack', and commit it again\n    version https://git-lfs.github.com/spec/v1\n    ^"
        ),
        ("a: \u{1}\n", "rules.yml:1:4: control characters are not allowed\n    a:  \n       ^"),
    ]

    @Test("what is no YAML, or none that is wanted, is told with its line and a caret", arguments: broken)
    func mistakes(text: String, problem: String) {
        #expect(Self.told(text) == [problem])
    }

    @Test("bytes that are no UTF-8 are refused at their place")
    func bytes() {
        #expect(
            Self.told(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A])
                == ["rules.yml:2:4: invalid leading UTF-8 octet\n    b: \u{FFFD}\n       ^"])
        #expect(
            Self.told([0x61, 0x3A, 0x20, 0xC3]) == [
                "rules.yml:1:4: incomplete UTF-8 octet sequence\n    a: \u{FFFD}\n       ^"
            ])
        #expect(Self.told([0x00]).count == 1)
    }

    @Test(
        "the caret stands under what people see as characters",
        arguments: [
            ("rules: [{'é': 1, x: 2}]", "x", 18), ("rules: [{'e\u{301}': 1, x: 2}]", "x", 18),
            ("rules: [{'👩‍👩‍👧': 1, x: 2}]", "x", 18),
            ("rules: [{'日本': 1, x: 2}]", "x", 19),
        ])
    func columns(line: String, key: String, column: Int) {
        let problem = Self.told(line + "\n").first { $0.contains("unknown key 'x'") }
        #expect(problem?.hasPrefix("rules.yml:1:\(column): unknown key 'x'") == true, "\(problem ?? "")")
        #expect(problem?.hasSuffix("\n    \(line)\n    \(String(repeating: " ", count: column - 1))^") == true)
    }

    @Test(
        "a mistake within a text is told at its own column, after wide characters and in quotes, too",
        arguments: [
            ("'é {x}'", 5), ("'e\u{301} {x}'", 5), ("'👩‍👩‍👧 {x}'", 5), ("\"é {x}\"", 5),
        ])
    func offsets(text: String, column: Int) {
        let start =
            "rules: [{name: A, query: up, condition: {operator: '<', threshold: 1}, opportunity_title_template: "
        let expected = "rules.yml:1:\(start.count + column - 1): unknown placeholder '{x}'"
        #expect(
            Self.told("\(start)\(text)}]\n").first?.hasPrefix(expected) == true, "\(Self.told("\(start)\(text)}]\n"))")
    }

    @Test("several mistakes come in the order of their places, all at once")
    func several() {
        let problems = Self.told(
            """
            limits: {open: 1, gemini_calls: x}
            group: nobody
            rules:
              - {name: A, query: up, condition: {operator: '<', threshold: x}, severity: big}
              - {name: B, condition: {operator: '<', threshold: 1}}
            schedule: {timezone: Mars/Base}
            policy: {check: {}}

            """
        ).map { $0.split(separator: "\n")[0] }
        #expect(
            problems == [
                "rules.yml:1:10: unknown key 'open'; known: open_proposals, new_per_run, new_per_workspace, gemini_calls, gemini_tokens, gemini_cost_usd, gemini_tokens_per_month, gemini_cost_usd_per_month, drift_checks_per_run",
                "rules.yml:1:33: 'gemini_calls' is 'x'; a number is needed",
                "rules.yml:2:8: 'nobody' is not a group; known: rule, workspace",
                "rules.yml:4:64: 'threshold' is 'x'; a number is needed",
                "rules.yml:4:78: 'big' is not a severity; known: info, low, medium, high, critical",
                "rules.yml:5:5: 'query' is missing",
                "rules.yml:6:22: 'Mars/Base' is not a time zone; write one like Europe/Berlin",
                "rules.yml:7:17: 'command' is missing; write the program and its arguments, like [conftest, test, --policy, policy, -]",
            ])
    }

    // MARK: Sizes

    @Test("depth, count and aliases have bounds, and what lies within them is read")
    func bounds() {
        let deep = { (count: Int) in
            "vars: " + String(repeating: "[", count: count) + String(repeating: "]", count: count) + "\n"
        }
        #expect(
            Self.told(deep(31)) == [
                "rules.yml:1:7: 'vars' is a list; a mapping is needed\n    \(deep(31).dropLast())\n          ^"
            ])
        #expect(Self.told(deep(33)).map { $0.prefix(44) } == ["rules.yml:1:39: values nested deeper than 32"])
        let many = "vars: [" + String(repeating: "1,", count: 200_000) + "1]\n"
        #expect(Self.told(many).first?.contains("more than 200000 values") == true)
        let aliases =
            "vars: [&a [\(Array(repeating: "1", count: 99).joined(separator: ","))], \(Array(repeating: "*a", count: 201).joined(separator: ", "))]\n"
        #expect(Self.told(aliases).first?.contains("aliases that grow to more than 20000 values") == true)
    }

    @Test("a key as long as the file is told by its beginning, at once")
    func longKey() {
        let key = String(repeating: "k", count: 1_000_000)
        let problems = Self.told("? \(key)\n: 1\n")
        #expect(problems.count == 1 && problems[0].utf8.count < 1_000, "\(problems.first?.utf8.count ?? 0)")
        #expect(problems[0].hasPrefix("rules.yml:1:3: unknown key '\(key.prefix(80))…'; known: version, vars"))
    }
}
