import Analysis
import Domain
import Testing

@Suite("An opportunity")
struct OpportunityTests {
    @Test("series of one block are one opportunity, the worst first")
    func worst() throws {
        let rule = try Rule.sample(
            title: "{resource_id} {labels.instance_id} {value|round:1} of {threshold} for {duration_minutes}",
            description: "{workspace} {rule}")
        let series = [Stage.machine("i-1", "3 3 3"), Stage.machine("i-2", "9 1 1 1")]
        let result = Stage(rule, series: series).analyse()
        let opportunity = try #require(result.opportunities.first)
        #expect(result.opportunities.count == 1)
        #expect(opportunity.title == "aws_instance.web[1] i-2 1 of 5 for 2" && opportunity.description == "web idle")
        #expect(opportunity.value == 1 && opportunity.since == Stage.end - 120)
        #expect(opportunity.address == "aws_instance.web")
        let evidence = opportunity.evidence
        #expect(evidence.instances == ["aws_instance.web[0]", "aws_instance.web[1]"])
        #expect(evidence.series == [series[1], series[0]])
        #expect(evidence.start == Stage.end - 1_020 && evidence.end == Stage.end && evidence.step == 60)
        #expect(evidence.query == "cpu" && evidence.threshold == 5)
        #expect(evidence.located == "label instance_id = aws_instance.id in the state")
    }

    @Test(
        "the worst is the farthest from the threshold in the direction that fires",
        arguments: [
            (Rule.Comparison.lessThan, 5.0, ["4", "-2", "1"], -2.0), (.greaterThan, 5, ["6", "90", "7"], 90),
            (.greaterThanOrEqual, 5, ["5", "inf", "7"], .infinity), (.notEquals, 5, ["6", "1", "7"], 1),
            (.equals, 5, ["5", "5"], 5), (.lessThanOrEqual, .infinity, ["inf", "3"], 3),
        ])
    func direction(comparison: Rule.Comparison, threshold: Double, values: [String], worst: Double) throws {
        let rule = try Rule.sample("idle", "cpu", Rule.Condition(comparison, threshold, duration: 0))
        let series = values.enumerated().map { Stage.machine("i-1", $0.element, ["n": String($0.offset)]) }
        #expect(Stage(rule, series: series).analyse().opportunities.map(\.value) == [worst])
    }

    @Test("a rule looks at its own window, whoever shares its request")
    func ownWindow() throws {
        let one = Rule.ResourceSelector(scope: .instance)
        let short = try Rule.sample("short", resource: one)
        let long = try Rule.sample("long", "cpu", Rule.Condition(.lessThan, 5, duration: 3_600), resource: one)
        let minutes = Array(repeating: "1", count: 76).joined(separator: " ")
        let ended = "1 1 1" + String(repeating: " _", count: 40)
        let series = [Stage.machine("i-1", minutes), Stage.machine("i-2", ended)]
        let alone = Stage(short, series: series).analyse()
        let together = Stage(short, long, series: series).analyse()
        #expect(alone.opportunities == together.opportunities.filter { $0.rule.id == "short" })
        #expect(alone.lines == together.lines.filter { $0.contains("short") })
        #expect(alone.opportunities.first?.since == Stage.end - 1_020)
        #expect(together.lines == ["web long firing 1", "web short firing 1"])
    }

    @Test("a label that the text names and the series has not got is a warning, once for a block")
    func missingLabel() throws {
        let rule = try Rule.sample(title: "<{labels.tag_Name}>", description: "{labels.tag_Name}")
        let series = [Stage.machine("i-1", "1 1 1"), Stage.machine("i-2", "1 1 1")]
        let result = Stage(rule, series: series).analyse()
        #expect(result.opportunities.map(\.title) == ["<>"])
        #expect(
            result.problems == [
                Problem(
                    .needsPerson,
                    "the rule 'idle' shows the label 'tag_Name', which the series of aws_instance.web in web "
                        + "does not carry",
                    hint: "it is shown as an empty text; keep the label in the query, such as in 'by (tag_Name)'")
            ])
    }

    @Test("evidence is thinned, and keeps its first, its last and its extremes", arguments: [201, 1_011, 10_000])
    func thinned(count: Int) throws {
        let rule = try Rule.sample("idle", "cpu", Rule.Condition(.lessThan, 1_000, duration: Double(count - 1) * 60))
        let samples = (0..<count).map { index in
            let value = index == count / 3 ? 999 : index == count / 2 ? -7 : 1.0
            return Sample(time: Stage.end - Double(count - 1 - index) * 60, value: value)
        }
        let series = Series(labels: ["instance_id": "i-1"], samples: samples)
        let result = Stage(rule, series: [series]).analyse()
        let kept = try #require(result.opportunities.first?.evidence.series.first?.samples)
        #expect(kept.count <= 200 && kept.count > 2 && kept.first == samples.first && kept.last == samples.last)
        #expect(kept.contains { $0.value == 999 } && kept.contains { $0.value == -7 })
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.time < $1.time })
    }

    @Test("few samples stay as they are, absent ones as well")
    func few() throws {
        let series = Stage.machine("i-1", "1 NaN 1 1 1")
        let result = Stage(try .sample(), series: [series]).analyse()
        #expect(result.opportunities.first?.evidence.series.first?.samples.count == 5)
    }
}
