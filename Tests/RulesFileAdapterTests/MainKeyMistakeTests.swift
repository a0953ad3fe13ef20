import Domain
import RulesFileAdapter
import Testing

@Suite("Mistakes beside the rules of a rules file")
struct MainKeyMistakeTests {
    private static let rules = "rules: [{id: idle, name: N, query: up, condition: {operator: '<', threshold: 1}}]\n"

    /// What is told of a second line, without the file's name.
    private static func told(_ line: String) -> [String] {
        LanguageMistakeTests.problems(rules + line + "\n", workspaces: ["web"]).map { sentence in
            sentence.hasPrefix("rules.yml:2:") ? String(sentence.dropFirst(12)) : sentence
        }
    }

    @Test(
        "every limit is a number that is not negative",
        arguments: [
            "open_proposals", "new_per_run", "new_per_workspace", "gemini_calls", "gemini_tokens",
            "gemini_tokens_per_month", "drift_checks_per_run",
        ])
    func limits(key: String) {
        let place = "\(key.count + 12): '\(key)' is"
        #expect(Self.told("limits: {\(key): x}") == ["\(place) 'x'; a number is needed"])
        #expect(Self.told("limits: {\(key): [1]}") == ["\(place) a list; a text is needed"])
        #expect(Self.told("limits: {\(key): -1}") == ["\(place) -1; a whole number from 0 is needed"])
        #expect(Self.told("limits: {\(key): 0.5}") == ["\(place) 0.5; a whole number from 0 is needed"])
        #expect(Self.told("limits: {\(key): 1e10}") == ["\(place) 1e10; write at most 1000000000"])
        #expect(Self.told("limits: {\(key): 010}") == ["\(place) '010'; leave out the leading zero"])
        #expect(Self.told("limits: {\(key): 1e9}") == [] && Self.told("limits: {\(key): 0}") == [])
    }

    @Test("every cost is a number that is not negative", arguments: ["gemini_cost_usd", "gemini_cost_usd_per_month"])
    func costs(key: String) {
        let place = "\(key.count + 12): '\(key)' is"
        #expect(Self.told("limits: {\(key): -0.01}") == ["\(place) negative"])
        #expect(Self.told("limits: {\(key): $5}") == ["\(place) '$5'; a number is needed"])
        #expect(Self.told("limits: {\(key): inf}") == ["\(place) 'inf'; a finite number is needed"])
        #expect(Self.told("limits: {\(key): 0.01}") == [])
    }

    private static let duration = "a duration is needed; write it with a unit, such as 90s, 15m or 14d"
    private static let include =
        "names no file of the repository; write a path from the folder of rules.yml, such as rules.d/*.yml"

    @Test(
        "are told at their place",
        arguments: [
            ("vars: x", ["7: 'vars' is a text; a mapping is needed"]),
            ("vars: {a-b: 1}", ["8: 'a-b' is not the name of a variable"]),
            ("vars: {[a]: 1}", ["8: 'a list' is not the name of a variable"]),
            ("vars: {a: [1]}", ["11: the variable 'a' is a list; a text or number is needed"]),
            ("vars: {a: 1, a: 2}", ["14: 'a' is set twice; remove one of them"]),
            ("defaults: x", ["11: defaults is a text; a mapping is needed"]),
            ("defaults: {windw: 1h}", ["12: unknown key 'windw'; did you mean 'window'?"]),
            ("defaults: {window: 1}", ["20: 'window' is '1'; \(duration)"]),
            ("defaults: {step: 0s}", ["18: 'step' is '0s'; write at least 1s, or auto"]),
            ("defaults: {severity: top}", ["22: 'top' is not a severity; known: info, low, medium, high, critical"]),
            ("defaults: {min_ratio: 1.1}", ["23: 'min_ratio' is 1.1; write a number from 0 to 1"]),
            ("defaults: {limit: -1}", ["19: 'limit' is -1; a whole number from 0 is needed"]),
            (
                "defaults: {datasource: x}",
                ["24: unknown datasource 'x'; there is one, 'default': what PROMETHEUS_URL names"]
            ),
            ("overrides: {}", ["12: 'overrides' is a mapping; a list is needed"]),
            ("overrides: [x]", ["13: an override is a text; a mapping is needed"]),
            ("overrides: [{set: {enabled: false}, rule: [idle]}]", ["37: unknown key 'rule'; did you mean 'rules'?"]),
            ("overrides: [{set: x}]", ["19: 'set' is missing; say what is different there"]),
            ("overrides: [{set: {}}]", ["19: 'set' is missing; say what is different there"]),
            ("overrides: [{set: {enabled: false}, rules: idle}]", ["44: 'rules' is a text; a list is needed"]),
            (
                "overrides: [{set: {enabled: false}, workspaces: [[a], '']}]",
                [
                    "50: 'workspaces' holds a list; a pattern is needed",
                    "55: 'workspaces' holds a text; a pattern is needed",
                ]
            ),
            (
                "overrides: [{set: {vars.x: 1}}]",
                [
                    "20: 'vars.x' cannot be set by an override; known: enabled, severity, window, step, offset, limit, clear_for, cooldown, threshold"
                ]
            ),
            ("overrides: [{set: {window: 1}}]", ["13: for the rule 'idle': 'window' is '1'; \(duration)"]),
            ("suppressions: x", ["15: 'suppressions' is a text; a list is needed"]),
            ("suppressions: [x]", ["16: a suppression is a text; a mapping is needed"]),
            ("suppressions: [{}]", ["16: 'rule' is missing", "16: 'reason' is missing"]),
            ("suppressions: [{rule: idle, reason: ' '}]", ["37: 'reason' is empty"]),
            (
                "suppressions: [{rule: idle, reason: \(String(repeating: "r", count: 501))}]",
                [
                    "37: 'reason' is longer than 500 characters"
                ]
            ),
            ("suppressions: [{rule: 'x/*', reason: r}]", ["23: no rule is called 'x/*'"]),
            (
                "suppressions: [{rule: idle, reason: r, until: soon}]",
                ["47: 'until' is 'soon'; write a day like 2027-03-31"]
            ),
            (
                "suppressions: [{rule: idle, reason: r, until: 2027-3-1}]",
                ["47: 'until' is '2027-3-1'; write a day like 2027-03-31"]
            ),
            ("suppressions: [{rule: idle, reason: r, address: [x]}]", ["49: 'address' is a list; a text is needed"]),
            ("include: x.yml", ["10: 'include' is a text; a list is needed"]),
            ("include: [[x]]", ["11: 'a list' \(include)"]), ("include: [/etc/x.yml]", ["11: '/etc/x.yml' \(include)"]),
            ("include: ['']", ["11: '' \(include)"]), ("include: [a/../../x.yml]", ["11: 'a/../../x.yml' \(include)"]),
            ("group: [rule]", ["8: 'group' is a list; a text is needed"]),
            ("schedule: x", ["11: schedule is a text; a mapping is needed"]),
            ("schedule: {timezone: [UTC]}", ["22: 'timezone' is a list; a text is needed"]),
            ("schedule: {timezone: CEST}", ["22: 'CEST' is not a time zone; write one like Europe/Berlin"]),
            ("schedule: {drift: x}", ["19: 'drift' is a text; a list is needed"]),
            ("schedule: {drift: [[x]]}", ["20: 'a list' is not a window; write one like mon-fri 08:00-18:00"]),
            ("schedule: {freeze: x}", ["20: 'freeze' is a text; a list is needed"]),
            ("schedule: {freeze: [x]}", ["21: a freeze is a text; a mapping is needed"]),
            ("schedule: {freeze: [{}]}", ["21: 'from' is missing"]),
            (
                "schedule: {freeze: [{from: 2027-01-01, to: 2027-01-02, reason: [x]}]}",
                ["64: 'reason' is a list; a text is needed"]
            ),
            ("policy: {check: {command: [[a]]}}", ["28: 'command' holds a list; a word is needed"]),
            (
                "policy: {check: {command: [a], files: /}}",
                ["39: 'files' is no folder of the repository; write one like policy"]
            ),
            ("policy: {check: {command: [a], timeout: 0s}}", ["41: 'timeout' is '0s'; write 1s to 10m"]),
            ("policy: {check: {comand: [a]}}", ["18: unknown key 'comand'; did you mean 'command'?"]),
            ("policy: {addresses: [[a]]}", ["22: 'addresses' holds a list; a pattern is needed"]),
            ("policy: {replace: x}", ["19: 'replace' is a text; a list is needed"]),
            ("policy: {destroy: [x]}", ["20: no rule is called 'x'"]),
            ("policy: {most_changes: x}", ["24: 'most_changes' is 'x'; a number is needed"]),
        ])
    func mistakes(line: String, sentences: [String]) {
        #expect(Self.told(line) == sentences)
    }

    @Test(
        "what is absent or null says nothing",
        arguments: [
            "version", "vars", "defaults", "overrides", "suppressions", "include", "limits", "policy", "schedule",
            "group",
        ])
    func nothing(key: String) {
        #expect(Self.told("\(key): ~") == [])
    }

    @Test(
        "a variable that is never closed, or not known, is told where it stands",
        arguments: [
            ("{rule: '${x', reason: r}", ["'${' is never closed; write '$${' for the characters themselves"]),
            ("{rule: '${vv}', reason: r}", ["unknown variable '${vv}'; did you mean '${v}'?"]),
            ("{rule: idle, reason: 'a ${other} b'}", ["unknown variable '${other}'; set it under 'vars'"]),
            ("{rule: '${v}', reason: '$${x} ${v}'}", []),
        ])
    func variables(suppression: String, sentences: [String]) {
        let problems = LanguageMistakeTests.problems(
            "vars: {v: idle}\n" + Self.rules + "suppressions: [\(suppression)]\n")
        #expect(
            problems.map { $0.drop { $0 != " " }.dropFirst() }.map(String.init).prefix(1) == sentences.prefix(1),
            "\(problems)")
    }
}
