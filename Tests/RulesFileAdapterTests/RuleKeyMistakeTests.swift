import Domain
import RulesFileAdapter
import Testing

@Suite("Mistakes in the keys of a rule")
struct RuleKeyMistakeTests {
    private static let start = """
        rules:
          - name: A
            query: up
            condition: {operator: '<', threshold: 1}

        """

    /// What is told of a rule with one more key, without the place where that is the key's value.
    private static func told(_ key: String, _ value: String) -> [String] {
        let place = "rules.yml:5:\(key.count + 7): "
        return LanguageMistakeTests.problems(start + "    \(key): \(value)\n").map { sentence in
            sentence.hasPrefix(place) ? String(sentence.dropFirst(place.count)) : sentence
        }
    }

    @Test(
        "a list stands where a text is needed",
        arguments: [
            "id", "enabled", "kind", "severity", "source", "window", "step", "offset", "limit", "clear_for", "cooldown",
            "datasource", "opportunity_title_template", "opportunity_description_template",
        ])
    func lists(key: String) {
        #expect(Self.told(key, "[x]") == ["'\(key)' is a list; a text is needed"])
        #expect(Self.told(key, "{a: x}") == ["'\(key)' is a mapping; a text is needed"])
    }

    @Test(
        "a text stands where something else is needed",
        arguments: [
            ("supersedes", "'supersedes' is a text; a list is needed"),
            ("labels", "'labels' is a text; a mapping is needed"),
            ("coverage", "coverage is a text; a mapping is needed"),
            ("resource", "resource is a text; a mapping is needed"),
            ("fix", "fix is a text; a mapping is needed"),
            ("opportunity", "opportunity is a text; a mapping is needed"),
        ])
    func texts(key: String, sentence: String) {
        #expect(Self.told(key, "x") == [sentence])
    }

    @Test(
        "a key without a value says nothing",
        arguments: [
            "id", "enabled", "kind", "severity", "labels", "source", "window", "step", "offset", "coverage", "resource",
            "supersedes", "fix", "opportunity", "clear_for", "cooldown", "limit", "datasource",
        ])
    func nothing(key: String) {
        for value in ["", "~", "null"] { #expect(Self.told(key, value) == []) }
    }

    private static let duration = "a duration is needed; write it with a unit, such as 90s, 15m or 14d"

    @Test(
        "values that are none",
        arguments: [
            ("enabled", "maybe", "'enabled' is 'maybe'; write true or false"),
            ("enabled", "True", "'enabled' is 'True'; write true or false"),
            ("kind", "idel", "'idel' is not a kind; did you mean 'idle'?"),
            (
                "kind", "x",
                "'x' is not a kind; known: idle, oversized, undersized, unattached, outdated, misconfigured, anomaly, forecast"
            ),
            ("severity", "urgent", "'urgent' is not a severity; known: info, low, medium, high, critical"),
            ("source", "metric", "'metric' is not a source; did you mean 'metrics'?"),
            ("source", "plugin", "'plugin' is not a source of rules; write metrics or state"),
            ("window", "5", "'window' is '5'; \(duration)"), ("window", "-5m", "'window' is '-5m'; \(duration)"),
            ("window", "1m1h", "'window' is '1m1h'; \(duration)"), ("window", "''", "'window' is ''; \(duration)"),
            ("window", "401d", "'window' is '401d'; write at most 400d"),
            ("step", "500ms", "'step' is '500ms'; write at least 1s, or auto"),
            ("step", "Auto", "'step' is 'Auto'; \(duration)"),
            ("limit", "1.5", "'limit' is 1.5; a whole number from 0 is needed"),
            ("limit", "-1", "'limit' is -1; a whole number from 0 is needed"),
            ("limit", "2000000000", "'limit' is 2000000000; write at most 1000000000"),
            ("limit", "all", "'limit' is 'all'; a number is needed"),
            ("cooldown", "7", "'cooldown' is '7'; \(duration)"), ("clear_for", "x", "'clear_for' is 'x'; \(duration)"),
            ("offset", "1h 5m", "'offset' is '1h 5m'; \(duration)"),
            ("datasource", "thanos", "unknown datasource 'thanos'; there is one, 'default': what PROMETHEUS_URL names"),
            ("supersedes", "[a]", "the rule supersedes itself"),
            ("id", "A", "'A' is not an id; use lower-case letters, digits and / _ . -"),
            ("id", "-a", "'-a' is not an id; use lower-case letters, digits and / _ . -"),
            ("id", "ä", "'ä' is not an id; use lower-case letters, digits and / _ . -"),
            ("id", "''", "'' is not an id; use lower-case letters, digits and / _ . -"),
            ("id", String(repeating: "a", count: 101), "'id' is longer than 100 characters"),
            ("opportunity_title_template", "\"a\\ab\"", "'opportunity_title_template' holds a control character"),
            ("opportunity_title_template", "\"\\e[31m\"", "'opportunity_title_template' holds a control character"),
        ])
    func values(key: String, value: String, sentence: String) {
        #expect(Self.told(key, value) == [sentence])
    }

    /// The column is counted from the value of the key, from 1.
    @Test(
        "mistakes further in",
        arguments: [
            ("supersedes", "[[a]]", 2, "'supersedes' holds a list; a rule's id is needed"),
            ("labels", "{a-b: x}", 7, "'a-b' is not a label"),
            ("labels", "{a: '{valu}'}", 5, "unknown placeholder '{valu}'; did you mean '{value}'?"),
            ("labels", "{a: [x]}", 5, "'labels' holds a list where a text is needed"),
            ("labels", "{[a]: x}", 2, "a key that is not a text"),
            ("labels", "{a: x, a: y}", 8, "'a' is set twice; remove one of them"),
            ("labels", "{a: , b: x}", 5, "'labels' holds nothing where a text is needed"),
            ("coverage", "{min_ratio: 2}", 13, "'min_ratio' is 2; write a number from 0 to 1"),
            ("coverage", "{min_ratio: -0.1}", 13, "'min_ratio' is -0.1; write a number from 0 to 1"),
            ("coverage", "{min_samples: x}", 15, "'min_samples' is 'x'; a number is needed"),
            ("coverage", "{min_span: 1}", 12, "'min_span' is '1'; \(duration)"),
            ("coverage", "{nodata: maybe}", 10, "'maybe' is not a nodata; write skip, match, error or a number"),
            ("coverage", "{nodata: inf}", 10, "'inf' is not a nodata; write skip, match, error or a number"),
            ("coverage", "{min: 1}", 2, "unknown key 'min'; known: min_ratio, min_samples, min_span, nodata"),
            ("fix", "{}", 1, "'attribute' is missing"),
            ("fix", "{attribute: a b}", 13, "'a b' is not the path of an attribute"),
            ("fix", "{attribute: .a}", 13, "'.a' is not the path of an attribute"),
            ("fix", "{attribute: a..b}", 13, "'a..b' is not the path of an attribute"),
            ("fix", "{attribute: ä}", 13, "'ä' is not the path of an attribute"),
            ("fix", "{attribute: a, value: []}", 23, "'value' is a list; a text, a number or a boolean is needed"),
            (
                "fix", "{attribute: a, value: '{attr.}'}", 23,
                "unknown placeholder '{attr.}'; name an attribute, like '{attr.size}'"
            ),
            (
                "fix", "{attribute: a, value: 1.10}", 23,
                "'value' is 1.10, which is the number 1.1; put it into quotes, or write 1.1"
            ),
            (
                "fix", "{attribute: a, value: 007}", 23,
                "'value' is 007, which is the number 7; put it into quotes, or write 7"
            ),
            (
                "fix", "{attribute: a, set: {b: 0x1F}}", 25,
                "'b' is 0x1F, which is the number 31; put it into quotes, or write 31"
            ),
            ("fix", "{attribute: a, destructive: 1}", 29, "'destructive' is '1'; write true or false"),
            ("fix", "{attribute: a, set: []}", 21, "'set' is a list; a mapping from attributes to values is needed"),
            ("fix", "{attribute: a, set: {a: 1}}", 22, "'a' is set twice; remove one of them"),
            ("fix", "{attribute: a, set: {b: 1, b: 2}}", 28, "'b' is set twice; remove one of them"),
            ("fix", "{attribute: a, set: {b: [1]}}", 25, "'b' is a list; a text, a number or a boolean is needed"),
            ("fix", "{attribute: a, set: {b: }}", 25, "'b' is nothing; a text, a number or a boolean is needed"),
            ("fix", "{attribute: a, set: {1b: x}}", 22, "'1b' is not the path of an attribute"),
            ("fix", "{attribute: a, hint: [x]}", 22, "'hint' is a list; a text is needed"),
            ("opportunity", "{titel: x}", 2, "unknown key 'titel'; did you mean 'title'?"),
            ("opportunity", "{title: '{'}", 9, "'{' is never closed; write '{{' for a brace"),
            ("opportunity", "{fix: x}", 7, "fix is a text; a mapping is needed"),
            ("resource", "{type: a-b}", 8, "'a-b' is not a resource type"),
            ("resource", "{scope: blok}", 9, "'blok' is not a scope; did you mean 'block'?"),
            (
                "resource", "{workspace: '{value}'}", 13,
                "'workspace' cannot name '{value}'; only labels are known, such as {labels.env}"
            ),
            ("resource", "{match: x}", 9, "'match' is a text; a list is needed"),
            ("resource", "{match: [x]}", 10, "a match is a text; a mapping is needed"),
            ("resource", "{match: [{attribute: a}]}", 10, "'label' is missing"),
            ("resource", "{match: [{label: a}]}", 10, "'attribute' is missing"),
            ("resource", "{match: [{attribute: a, label: b-c}]}", 32, "'b-c' is not a label"),
        ])
    func further(key: String, value: String, column: Int, sentence: String) {
        let place = column == 1 ? "" : "rules.yml:5:\(key.count + 6 + column): "
        #expect(Self.told(key, value) == [place + sentence])
    }

    @Test(
        "what attributes have to say",
        arguments: [
            ("x", 0, "where is a text; a mapping is needed"), ("{}", 0, "'where' says nothing; add 'attributes'"),
            ("{attributes: {}}", nil, ""), ("{attributes: x}", 13, "'attributes' is a text; a mapping is needed"),
            ("{attributes: {1a: x}}", 14, "'1a' is not the path of an attribute"),
            ("{attributes: {a: }}", 17, "the value is missing; write {absent: true} for what is not there"),
            ("{attributes: {a: []}}", 17, "a list of texts, numbers or booleans is needed"),
            ("{attributes: {a: [[x]]}}", 17, "a list of texts, numbers or booleans is needed"),
            ("{attributes: {a: {}}}", 17, "the test of an attribute is empty"),
            ("{attributes: {a: {absent: maybe}}}", 26, "'absent' is 'maybe'; write true or false"),
            ("{attributes: {a: {operator: '<'}}}", 17, "'threshold' is missing"),
            ("{attributes: {a: {threshold: 1}}}", 17, "'operator' is missing"),
            ("{attributes: {a: {operator: '<', threshold: {query: q}}}}", 52, "unknown query 'q'"),
            (
                "{attributes: {a: {is: x}}}", 18,
                "unknown key 'is'; known: operator, threshold, matches, absent, present"
            ),
            ("{attributes: {a: 1, a: 2}}", 20, "'a' is set twice; remove one of them"),
            ("{all: []}", 6, "'all' has no parts"), ("{any: x}", 6, "'any' is a text; a list is needed"),
            ("{not: x}", 6, "where is a text; a mapping is needed"),
            ("{al: []}", 1, "unknown key 'al'; did you mean 'all'?"),
            (
                String(repeating: "{not: ", count: 8) + "{attributes: {a: 1}}" + String(repeating: "}", count: 8), 48,
                "'where' is nested deeper than 8"
            ),
        ] as [(String, Int?, String)])
    func predicates(text: String, column: Int?, sentence: String) {
        let problems = LanguageMistakeTests.problems(
            "rules: [{name: A, source: state, resource: {type: t, where: \(text)}}]\n")
        #expect(problems.first == column.map { "rules.yml:1:\($0 + 61): \(sentence)" })
    }

    @Test(
        "texts that stand twice, or not at all",
        arguments: [
            (
                "{name: A, query: up, CONDITION, opportunity_title_template: x, opportunity: {title: y}}",
                "'opportunity_title_template' and 'opportunity.title' mean the same; remove one of them"
            ),
            (
                "{name: A, query: up, CONDITION, fix: {attribute: a}, opportunity: {fix: {attribute: a}}}",
                "'fix' and 'opportunity.fix' mean the same; remove one of them"
            ),
            ("{query: up, CONDITION}", "'name' is missing"), ("{name: , query: up, CONDITION}", "'name' is missing"),
            ("{name: ' ', query: up, CONDITION}", "'name' is empty"),
            ("{name: '!?', query: up, CONDITION}", "'name' gives no id; add an 'id'"),
            ("{name: A, query: ' ', CONDITION}", "'query' is empty"),
            ("{name: A, query: , CONDITION}", "'query' is missing"),
            ("{name: A, query: [up], CONDITION}", "'query' is a list; a text is needed"),
            ("{name: A, query: up}", "'condition' is missing"),
            ("{name: A, query: up, condition: x}", "condition is a text; a mapping is needed"),
            ("{name: A, queries: {1a: x}, CONDITION}", "'1a' is not the name of a query; use letters, digits and _"),
            ("{name: A, queries: {a: ' '}, CONDITION}", "the query 'a' is empty"),
            ("{name: A, queries: {a: x, a: y}, CONDITION}", "'a' is set twice; remove one of them"),
            ("{name: A, queries: x, CONDITION}", "'queries' is a text; a mapping is needed"),
            ("x", "a rule is a text; a mapping is needed"), ("", "a rule is nothing; a mapping is needed"),
            ("{[a]: b, name: A, query: up, CONDITION}", "a key that is not a text"),
        ])
    func whole(rule: String, sentence: String) {
        let text = rule.replacing("CONDITION", with: "condition: {operator: '<', threshold: 1}")
        let problems = LanguageMistakeTests.problems("rules:\n  - \(text)\n")
        #expect(problems.contains { $0.hasPrefix("rules.yml:2:") && $0.hasSuffix(": \(sentence)") }, "\(problems)")
    }
}
