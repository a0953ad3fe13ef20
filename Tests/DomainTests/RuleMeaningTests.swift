import Domain
import Testing

@Suite("What rules mean, in words")
struct RuleMeaningTests {
    private static let place = SourceLocation(file: "rules.yml", line: 1, column: 1)

    private static func rule(_ condition: Rule.Condition? = Rule.Condition(.lessThan, 5, duration: 60)) -> Rule {
        Rule(
            id: "idle", name: "Idle", queries: [Rule.onlyQuery: "up"], condition: condition, title: .plain("t"),
            description: .plain("d"), location: place)
    }

    private static func leaf(_ measure: Rule.Measure, _ comparison: Rule.Comparison, _ threshold: Rule.Threshold)
        -> Rule.Condition
    {
        .compares(Rule.Leaf(query: "cpu", measure: measure, comparison, threshold))
    }

    @Test(
        "every measure, comparison and threshold",
        arguments: [
            (leaf(.sustained(duration: 0, maxGap: 0), .lessThan, .number(5)), "cpu less than 5"),
            (
                leaf(.sustained(duration: 0, maxGap: 90), .notEquals, .number(-0.5)),
                "cpu not equals -0.5, gaps up to 1m30s bridged"
            ),
            (
                leaf(.sustained(duration: 5_400, maxGap: 600), .greaterThanOrEqual, .number(1e9)),
                "cpu greater than or equal 1000000000 for 1h30m, gaps up to 10m bridged"
            ),
            (leaf(.fraction(0.995), .outside, .range(1, 2.5)), "cpu outside 1 and 2.5 in 99.5% of the window"),
            (
                leaf(.buckets(size: 86_400, .stddev, atLeast: 4, of: 14), .equals, .attribute("a.b", scale: 1)),
                "stddev of cpu equals attribute a.b in at least 4 of 14 buckets of 1d"
            ),
            (
                leaf(.reduced(.quantile(0.5)), .lessThan, .attribute("size", scale: 0.5)),
                "median of cpu less than attribute size × 0.5"
            ),
            (leaf(.reduced(.quantile(0.999)), .between, .range(0, 1)), "p99.9 of cpu between 0 and 1"),
            (leaf(.reduced(.rate), .greaterThan, .query("net", scale: 1)), "rate of cpu greater than query net"),
            (
                leaf(.forecast(Forecast(method: .theilSen, horizon: 86_400, minFit: 0)), .lessThanOrEqual, .number(0)),
                "cpu in 1d (theil_sen, fit from 0) less than or equal 0"
            ),
            (.not(.any([])), "not (any of ())"),
            (
                .all([leaf(.reduced(.count), .lessThan, .number(1)), .not(leaf(.reduced(.sum), .equals, .number(0)))]),
                "all of (count of cpu less than 1; not (sum of cpu equals 0))"
            ),
            (
                .anomaly(query: Rule.onlyQuery, Anomaly(method: .levelShift, transform: .log, utcOffset: -5_400)),
                "value is an anomaly (level_shift, k 3.5, both, 1d against 13d, at least 25% and 0 away, 16 samples, logarithms, -1h30m east of UTC)"
            ),
        ])
    func conditions(condition: Rule.Condition, words: String) {
        #expect(condition.description == words)
    }

    @Test(
        "the reductions are called as they are written",
        arguments: zip(
            [Rule.Reduction.last, .min, .max, .avg, .sum, .stddev, .count, .rate],
            ["last", "min", "max", "avg", "sum", "stddev", "count", "rate"]))
    func reductions(reduction: Rule.Reduction, word: String) {
        #expect(reduction.description == word)
    }

    @Test("the comparisons of a tree are told from left to right, and only a lone one is the rule's own")
    func leaves() {
        let (first, second) = (Rule.Condition(.lessThan, 1, duration: 0), Rule.Condition(.greaterThan, 2, duration: 60))
        let anomaly = Rule.Condition.anomaly(query: "cpu", Anomaly())
        let tree = Rule.Condition.all([first, .any([.not(second), anomaly])])
        #expect(tree.leaves == [first, second, anomaly] && tree.single == nil && anomaly.single == nil)
        #expect(
            second.single?.number == 2 && second.single?.duration == 60 && Rule.Condition.all([first]).single == nil)
        #expect(Rule.Leaf(measure: .reduced(.max), .between, .range(1, 2)).number == nil)
        #expect(Rule.Leaf(measure: .reduced(.max), .lessThan, .number(1)).duration == 0)
    }

    @Test(
        "what attributes have to say",
        arguments: [
            (Rule.Predicate.attribute("a", .oneOf([.integer(1), .string("x"), .bool(true)])), "a is 1 or x or true"),
            (.attribute("a", .oneOf([.null, .array([])])), "a is null or []"),
            (.attribute("a.*.b", .compares(.lessThanOrEqual, .range(1, 2))), "a.*.b less than or equal 1 and 2"),
            (.attribute("a", .matches("t2\\..*")), "a matches t2\\..*"), (.attribute("a", .absent), "a is absent"),
            (
                .all([.not(.attribute("a", .present)), .any([.attribute("b", .absent)])]),
                "all of (not (a is present); any of (b is absent))"
            ),
        ])
    func predicates(predicate: Rule.Predicate, words: String) {
        #expect(predicate.description == words)
    }

    // MARK: Meaning

    /// Each changes one thing that a proof depends on.
    private static let changes: [@Sendable (inout Rule) -> Void] = [
        { $0.source = .state }, { $0.queries = ["value": "down"] }, { $0.queries = ["cpu": "up"] },
        { $0.condition = Rule.Condition(.lessThan, 6, duration: 60) }, { $0.condition = nil }, { $0.kind = .idle },
        { $0.severity = .high }, { $0.window = 60 }, { $0.step = 60 }, { $0.offset = 60 },
        { $0.coverage.minRatio = 0.5 }, { $0.coverage.minSamples = 5 }, { $0.coverage.minSpan = 5 },
        { $0.coverage.noData = .value(5) }, { $0.coverage.noData = .match }, { $0.resource.type = "t" },
        { $0.resource.match = [Rule.Match(attribute: "a", label: "l")] }, { $0.resource.scope = .instance },
        { $0.resource.filter = .attribute("a", .absent) }, { $0.resource.workspace = .plain("w") },
        { $0.fix = Rule.Fix(attribute: "a", value: nil) }, { $0.fix = Rule.Fix(attribute: "a", value: .integer(1)) },
        { $0.fix = Rule.Fix(attribute: "a", value: .string("1")) },
        { $0.fix = Rule.Fix(attribute: "a", value: nil, hint: "h") },
        { $0.fix = Rule.Fix(attribute: "a", value: nil, isDestructive: true) },
        { $0.fix = Rule.Fix(attribute: "a", value: nil, also: ["b": .integer(1)]) },
        { $0.fix = Rule.Fix(attribute: "a", value: nil, computed: ["b": .plain("1")]) },
        { $0.labels = ["team": .plain("x")] }, { $0.title = .plain("u") }, { $0.description = .plain("u") },
        { $0.supersedes = ["other"] },
    ]

    @Test("whatever changes what is proposed changes the meaning")
    func meaning() {
        let meanings = Self.changes.map { change in
            var rule = Self.rule()
            change(&rule)
            return rule.meaning
        }
        #expect(Set(meanings + [Self.rule().meaning]).count == Self.changes.count + 1)
    }

    @Test("what only says when, where or how often changes no meaning, so that no token is spent on it")
    func silent() {
        let changes: [(inout Rule) -> Void] = [
            { $0.enabled = false }, { $0.clearFor = 5 }, { $0.coolDown = 5 }, { $0.limit = 5 },
            { $0.location = SourceLocation(file: "other.yml", line: 9, column: 9) },
        ]
        for change in changes {
            var rule = Self.rule()
            change(&rule)
            #expect(rule.meaning == Self.rule().meaning && rule != Self.rule())
        }
    }

    @Test("the queries are told by their names where there are several")
    func queries() {
        var rule = Self.rule()
        rule.queries = ["b": "2", "a": "1"]
        #expect(rule.expression == "a: 1\nb: 2" && Self.rule().expression == "up")
    }

    @Test("the settings of a fix come in the order of their paths")
    func settings() {
        let fix = Rule.Fix(attribute: "type", value: .string("gp3"), also: ["z": .integer(1), "iops": .integer(3)])
        #expect(fix.settings.map(\.attribute) == ["iops", "type", "z"])
        #expect(Rule.Fix(attribute: "type", value: nil, also: ["a": .null]).settings.map(\.attribute) == ["a"])
    }

    @Test("severities are compared by their weight")
    func severities() {
        #expect(Rule.Severity.allCases.sorted() == [.info, .low, .medium, .high, .critical])
        #expect(Rule.Severity.low < .critical && !(Rule.Severity.high < .high))
    }

    @Test("a rule is what it is in a workspace, and nothing where there is none of its name")
    func variants() {
        var strict = Self.rule()
        strict.severity = .critical
        let set = RuleSet(
            rules: [Self.rule()], variants: ["idle": [RuleSet.Variant(rule: strict, workspaces: ["prod/web"])]])
        #expect(set.rule("idle", in: "prod/web")?.severity == .critical)
        #expect(set.rule("idle", in: "dev/web")?.severity == .medium && set.rule("busy", in: "prod/web") == nil)
    }
}
