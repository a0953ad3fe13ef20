@testable import Analysis
import Domain
import TestSupport
import Testing

@Suite("The plan of queries")
struct QueryPlanTests {
    private static let now = 1_000_030.0

    private func rule(_ id: String, _ query: String, minutes: Double, enabled: Bool = true) throws -> Rule {
        try .sample(id, query, Rule.Condition(.lessThan, 1, duration: minutes * 60), enabled: enabled)
    }

    @Test("one request for one expression, over the longest window, ending at a whole step")
    func shared() throws {
        let rules = [try rule("b", "up", minutes: 60), try rule("a", "up", minutes: 5)]
        let window = MetricQuery("up", .range(start: 1_000_020 - 75 * 60, end: 1_000_020, step: 60))
        #expect(
            QueryPlanner.plan(rules: rules, now: Self.now)
                == [PlannedQuery(query: window, rules: ["a", "b"], purposes: [.values])])
    }

    @Test("another step is another request")
    func twoSteps() throws {
        var coarse = try rule("coarse", "up", minutes: 20)
        coarse.step = 300
        let plan = QueryPlanner.plan(rules: [coarse, try rule("fine", "up", minutes: 5)], now: Self.now)
        #expect(plan.map(\.rules) == [["coarse"], ["fine"]])
        let ends = plan.map { planned -> [Double] in
            guard case .range(let start, let end, let step) = planned.query.time else { return [] }
            return [end - start, end, step]
        }
        #expect(ends == [[35 * 60, 999_900, 300], [20 * 60, 1_000_020, 60]])
    }

    @Test("of a long window the values at its end are asked first, and then the points of what is true there")
    func longWindow() throws {
        let set = RuleSet(rules: [try rule("long", "up", minutes: 20_000)])
        let analyzer = Analyzer(rules: set, now: Self.now)
        var answers = Answers()
        let first = analyzer.wanted(answers)
        #expect(first.map(\.query.expression) == ["last_over_time(up[13d21h36m])", "up"])
        #expect(first.allSatisfy { $0.query.time == .instant(999_960) })
        for (planned, value) in zip(first, [3.0, 3]) {
            let series = Series(labels: ["a": "b"], samples: [Sample(time: 999_960, value: value)])
            answers.add(.success(MetricAnswer(series: [series])), to: planned.query)
        }
        #expect(analyzer.wanted(answers).isEmpty)
        let low = Series(labels: ["a": "b"], samples: [Sample(time: 999_960, value: 0)])
        answers.add(.success(MetricAnswer(series: [low])), to: first[1].query)
        let second = analyzer.wanted(answers)
        #expect(
            second.map(\.query) == [
                MetricQuery(
                    "(up) and last_over_time(((up) < 1)[1ms:1ms] @ 999960)",
                    .range(start: 999_960 - 20_016 * 60, end: 999_960, step: 120))
            ])
        #expect(second[0].purposes == [.candidates])
    }

    @Test("a disabled rule asks nothing, and no rules plan nothing")
    func nothing() throws {
        #expect(QueryPlanner.plan(rules: [try rule("a", "up", minutes: 1, enabled: false)], now: Self.now).isEmpty)
        #expect(QueryPlanner.plan(rules: [], now: Self.now).isEmpty)
    }

    @Test("the plan does not depend on the order of the rules")
    func order() throws {
        var random = SeededGenerator(seed: 7)
        let rules = try (0..<40).map { try rule("r\($0)", "q\($0 % 9)", minutes: Double($0 * 700)) }
        let plan = QueryPlanner.plan(rules: rules, now: Self.now)
        for _ in 0..<20 {
            #expect(QueryPlanner.plan(rules: rules.shuffled(using: &random), now: Self.now) == plan)
        }
    }

    @Test(
        "the step doubles until the window fits into 11,000 steps",
        arguments: [(0.0, 60.0), (15, 60), (10_985, 60), (10_986, 120), (21_985, 120), (21_986, 240), (576_000, 3_840)])
    func steps(minutes: Double, step: Double) throws {
        let rule = try rule("a", "up", minutes: minutes)
        let schedule = Schedule(rule, window: minutes * 60 + 900, now: Self.now)
        #expect(schedule.step == step)
        #expect(schedule.window / step <= 11_000 && schedule.window >= minutes * 60 + 900)
        #expect(schedule.end == (Self.now / step).rounded(.down) * step)
    }

    @Test(
        "the types that matter",
        arguments: [
            (
                [Rule.ResourceSelector(type: "aws_instance"), .init(type: "aws_ebs_volume")],
                ["aws_ebs_volume", "aws_instance"]
            ),
            ([.init(match: [.init(attribute: "id", label: "id")]), .init(type: "aws_instance")], nil),
            ([.init(type: "x", match: [.init(attribute: "id", label: "id")])], ["x"]),
            ([], []),
        ] as [([Rule.ResourceSelector], [String]?)])
    func types(selectors: [Rule.ResourceSelector], expected: [String]?) throws {
        let rules = try selectors.map { try Rule.sample(resource: $0) }
        let off = try Rule.sample("off", enabled: false, resource: .init(type: "off"))
        #expect(Analyzer.resourceTypes(for: rules + [off])?.sorted() == expected)
    }

    @Test("a rule without a type leads to the types of the label table")
    func tableTypes() throws {
        let types = try #require(Analyzer.resourceTypes(for: [try .sample()]))
        #expect(types.isSuperset(of: ["aws_instance", "aws_db_instance", "google_compute_instance"]))
        #expect(!types.contains("terraform_data"))
    }
}
