import Analysis
import Domain
import Testing

/// What the earlier program got wrong, so that it stays right.
@Suite("Defects of the earlier program")
struct EarlierDefectsTests {
    @Test(
        "a query is sent as it is written: no window is appended", arguments: ["rate(x[1m])", "m{a=\"b\"}", "sum(x)"])
    func anyPromQL(query: String) throws {
        let plan = QueryPlanner.plan(rules: [try .sample("r", query)], now: Stage.now)
        #expect(plan.map(\.query.expression) == [query])
    }

    @Test("series are the query's, whatever their name is")
    func names() throws {
        for labels in [[:], ["__name__": "m"], ["__name__": "other"]] as [Labels] {
            let rule = try Rule.sample("idle", "m{a=\"b\"}")
            #expect(Stage(rule, series: [Stage.machine("i-1", "1 1 1", labels)]).analyse().opportunities.count == 1)
        }
    }

    @Test(
        "a duration of 15 minutes and more can fire, and 5 minutes are 5 minutes",
        arguments: [(5.0, 6), (15, 16), (16, 17), (30, 31), (1_440, 1_441)])
    func windows(minutes: Double, points: Int) throws {
        let rule = try Rule.sample("idle", "cpu", Rule.Condition(.lessThan, 5, duration: minutes * 60))
        let held = Array(repeating: "1", count: points).joined(separator: " ")
        let short = Array(repeating: "1", count: points - 1).joined(separator: " ")
        #expect(Stage(rule, series: [Stage.machine("i-1", "9 \(held)")]).analyse().opportunities.count == 1)
        #expect(Stage(rule, series: [Stage.machine("i-1", "9 \(short)")]).analyse().opportunities.isEmpty)
    }

    @Test("the threshold is shown as it is written, in title and description alike")
    func threshold() throws {
        let rule = try Rule.sample(
            "idle", "cpu", Rule.Condition(.greaterThan, 85, duration: 0), title: "{threshold} {value} {workspace}",
            description: "{threshold}% {resource_id}")
        let result = Stage(rule, series: [Stage.machine("i-1", "95")]).analyse()
        #expect(result.opportunities.map(\.title) == ["85 95 web"])
        #expect(result.opportunities.map(\.description) == ["85% aws_instance.web[0]"])
    }

    @Test("an unknown placeholder is refused when the rule is read")
    func placeholder() throws {
        let mistake = #expect(throws: Template.Mistake.self) { try Template(parsing: "at {treshold}") }
        #expect(mistake?.message == "unknown placeholder '{treshold}'")
        #expect(mistake?.hint == "did you mean '{threshold}'?" && mistake?.offset == 3)
    }

    @Test("a series is never called by its job: without a resource there is no opportunity")
    func unknownResource() throws {
        let series = Series(
            labels: ["job": "node", "instance": "10.0.0.1:9100"], samples: Stage.machine("x", "1 1 1").samples)
        let result = Stage(try .sample(), series: [series]).analyse()
        #expect(result.opportunities.isEmpty)
        #expect(
            result.lines == [
                "- idle unmapped 1 (no label leads to a resource: {instance=\"10.0.0.1:9100\", job=\"node\"})"
            ])
    }

    @Test("series that differ in more labels than the resource are no duplicates")
    func duplicates() throws {
        let series = ["a", "b", "c"].map { Stage.machine("i-1", "1 1 1", ["pod": $0]) }
        #expect(Stage(try .sample(), series: series).analyse().opportunities.map(\.evidence.series.count) == [3])
    }

    @Test("an error is never 'no opportunities': it has a status, and clears nothing")
    func errors() throws {
        var stage = Stage(try .sample())
        stage.answers["cpu"] = .failure(Problem(.passing, "422 too many samples"))
        #expect(stage.analyse().statuses.map(\.status) == [.error])
        #expect(stage.analyse().clear.isEmpty)
    }
}
