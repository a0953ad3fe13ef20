import Domain
import RulesFileAdapter
import Testing

@Suite("Mistakes in the language of rules")
struct LanguageMistakeTests {
    /// The first line of every problem.
    static func problems(
        _ text: String, files: [SourceFile] = [], workspaces: [String] = []
    ) -> [String] {
        do throws(Problems) {
            _ = try RulesFile().rules(
                in: SourceFile(path: "rules.yml", text: text),
                folder: { (folder) throws(Problem) in files.filter { $0.folder == folder } }, workspaces: workspaces)
            return []
        } catch {
            return error.all.map { $0.description.split(separator: "\n")[0] }.map(String.init)
        }
    }

    private static func conditionProblems(_ text: String, _ queries: String = "query: up") -> [String] {
        problems("rules: [{name: A, \(queries), condition: \(text)}]\n").map { $0.drop { $0 != " " } }
            .map { String($0.dropFirst()) }
    }

    @Test(
        "conditions",
        arguments: [
            ("{operator: less_then, threshold: 5}", "unknown operator 'less_then'; did you mean 'less_than'?"),
            ("{operator: '<', treshold: 5}", "unknown key 'treshold'; did you mean 'threshold'?"),
            (
                "{operator: '<', threshold: 5, for: 5}",
                "'for' is '5'; a duration is needed; write it with a unit, such as 90s, 15m or 14d"
            ),
            ("{operator: '<', threshold: 5, for: 500d}", "'for' is '500d'; write at most 400d"),
            (
                "{operator: '<', threshold: 5, for: 5m, reduce: max}",
                "'for' and 'reduce' exclude each other; keep one of them"
            ),
            (
                "{operator: '<', threshold: 5, reduce: maximum}",
                "unknown reduction 'maximum'; known: avg, count, last, max, median, min, rate, stddev, sum, p95"
            ),
            (
                "{operator: '<', threshold: 5, reduce: p101}",
                "unknown reduction 'p101'; known: avg, count, last, max, median, min, rate, stddev, sum, p95"
            ),
            ("{operator: '<', threshold: 5, reduce: max, max_gap: 5m}", "'max_gap' has no meaning without 'for'"),
            ("{operator: '<', threshold: 5, at_least: 2, of: 3}", "'at_least' has no meaning without 'bucket'"),
            (
                "{operator: '<', threshold: 5, reduce: max, bucket: 1d, at_least: 5, of: 3}",
                "'at_least' is 5 of 3 buckets of 1d; at_least is from 1 to 'of', and a bucket is a minute or more"
            ),
            ("{operator: '<', threshold: 5, fraction: 2}", "'fraction' is 2; write a number from 0 to 1"),
            (
                "{operator: between, threshold: 5}", "'threshold' needs two numbers; write it like [10, 20]"
            ),
            (
                "{operator: between, threshold: [9, 2]}",
                "'threshold' is no range; write the lower and the upper end, like [10, 20]"
            ),
            (
                "{operator: '<', threshold: [1, 2]}",
                "'threshold' is a list; a number is needed; two ends go with 'between' and 'outside'"
            ),
            (
                "{all: [], any: [{operator: '<', threshold: 1}]}",
                "'all' stands beside 'any'; put them into its own list, as conditions"
            ),
            ("{all: []}", "'all' has no conditions"),
            (
                "{anomaly: {}, threshold: 5}",
                "'threshold' stands beside 'anomaly'; an anomaly has no threshold of its own"
            ),
            ("{anomaly: {method: sesonal_mad}}", "'sesonal_mad' is not a method; did you mean 'seasonal_mad'?"),
            ("{operator: '<', threshold: 1, forecast: {}}", "'horizon' is missing"),
            ("{operator: '<', threshold: {scale: 2}}", "'threshold' needs an 'attribute' or a 'query'"),
        ])
    func conditions(text: String, problem: String) {
        #expect(Self.conditionProblems(text).contains(problem))
    }

    @Test(
        "queries",
        arguments: [
            ("queries: {cpu: a, net: b}", "{operator: '<', threshold: 1}", "'query' is missing; name one of: cpu, net"),
            (
                "queries: {cpu: a}", "{query: cpi, operator: '<', threshold: 1}",
                "unknown query 'cpi'; did you mean 'cpu'?"
            ),
            (
                "queries: {cpu: a, net: b}", "{query: cpu, operator: '<', threshold: 1}",
                "the query 'net' is never used; name it in the condition, or remove it"
            ),
            ("queries: {}", "{operator: '<', threshold: 1}", "'queries' names no query"),
            (
                "query: a, queries: {b: c}", "{operator: '<', threshold: 1}",
                "'queries' and 'query' mean the same; remove one of them"
            ),
        ])
    func queries(queries: String, text: String, problem: String) {
        #expect(Self.conditionProblems(text, queries).contains(problem))
    }

    @Test(
        "rules as a whole",
        arguments: [
            (
                "{name: A, source: state, resource: {type: t}, query: up}",
                "rules.yml:1:62: 'query' has no meaning for a rule on state; say what the attributes are under 'where'"
            ),
            (
                "{name: A, source: state}",
                "rules.yml:1:9: a rule on state needs 'resource.type'; name the type of resource that it looks at"
            ),
            (
                "{name: A, query: up, condition: {operator: '<', threshold: 1}, coverage: {nodata: match}}",
                "rules.yml:1:82: 'nodata' needs 'resource.type'; without it nobody knows which resources have no data"
            ),
            (
                "{name: A, query: up, condition: {operator: '<', threshold: 1, for: 30d}, step: 1m}",
                "rules.yml:1:88: 30d at a step of 1m are more than 11,000 points; leave out 'step', or make it longer"
            ),
            (
                "{name: A, query: up, condition: {operator: '<', threshold: 1}, supersedes: [b]}",
                "rules.yml:1:9: no rule is called 'b'"
            ),
            (
                "{name: A, query: up, condition: {operator: '<', threshold: 1}, datasource: other}",
                "rules.yml:1:84: unknown datasource 'other'; there is one, 'default': what PROMETHEUS_URL names"
            ),
            (
                "{name: A, source: state, resource: {type: t, where: {attributes: {a: {matches: '('}}}}}",
                "rules.yml:1:88: '(' is not a regular expression"
            ),
            (
                "{name: A, query: up, condition: {operator: '<', threshold: 1}, fix: {attribute: a, value: '{attr.b|tims:3}'}}",
                "rules.yml:1:99: unknown filter 'tims:3'; known: percent, bytes, duration, round:N, upper, times:N, at_least:N, at_most:N"
            ),
            (
                "{name: A, query: '${x}', condition: {operator: '<', threshold: 1}}",
                "rules.yml:1:26: unknown variable '${x}'; set it under 'vars'"
            ),
        ])
    func wholeRules(text: String, problem: String) {
        #expect(Self.problems("rules: [\(text)]\n") == [problem])
    }

    @Test(
        "overrides and suppressions",
        arguments: [
            (
                "overrides: [{workspaces: [a], rules: [b], set: {enabled: false}}]",
                "rules.yml:3:39: no rule is called 'b'"
            ),
            (
                "overrides: [{rules: [idle], set: {enabld: false}}]",
                "rules.yml:3:35: 'enabld' cannot be set by an override; did you mean 'enabled'?"
            ),
            (
                "overrides: [{rules: [idle], set: {severity: huge}}]",
                "rules.yml:3:13: for the rule 'idle': 'huge' is not a severity; did you mean 'high'?"
            ),
            (
                "overrides: [{rules: [idle], set: {vars.cpu: x}}]",
                "rules.yml:3:13: for the rule 'idle': 'threshold' is 'x'; a number is needed"
            ),
            (
                "overrides: [{rules: [idle], set: {enabled: false, enabled: true}}]",
                "rules.yml:3:51: 'enabled' is set twice; remove one of them"
            ),
            ("overrides: [{rules: [idle]}]", "rules.yml:3:13: 'set' is missing; say what is different there"),
            ("suppressions: [{rule: idle}]", "rules.yml:3:16: 'reason' is missing"),
            (
                "suppressions: [{rule: idel, reason: r}]",
                "rules.yml:3:23: no rule is called 'idel'; did you mean 'idle'?"
            ),
            (
                "suppressions: [{rule: idle, reason: r, until: 2026-02-30}]",
                "rules.yml:3:47: 'until' is '2026-02-30'; write a day like 2027-03-31"
            ),
            (
                "include: [../x.yml]",
                "rules.yml:3:11: '../x.yml' names no file of the repository; write a path from the folder of rules.yml, such as rules.d/*.yml"
            ),
            ("include: [x.yml]", "rules.yml:3:11: there is no file 'x.yml'"),
            (
                "include: ['*/x.yml']",
                "rules.yml:3:11: '*/x.yml' has a star in a folder's name; only names of files may"
            ),
        ])
    func overrides(text: String, problem: String) {
        let start = """
            vars: {cpu: 5}
            rules: [{name: Idle, query: up, condition: {operator: '<', threshold: "${cpu}"}}]

            """
        #expect(Self.problems(start + text + "\n", workspaces: ["a"]) == [problem])
    }
}
