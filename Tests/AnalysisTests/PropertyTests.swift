import Analysis
import Domain
import TestSupport
import Testing

/// What holds for any series, rules and resources; the seeds name the failing case.
@Suite("Properties")
struct PropertyTests {
    private static func samples(_ count: Int, _ random: inout SeededGenerator) -> [Sample] {
        var samples: [Sample] = []
        var value = 1.0
        for index in 0..<count {
            if Int.random(in: 0..<6, using: &random) == 0 { value = Double(Int.random(in: 0...8, using: &random)) }
            let kind = Int.random(in: 0..<25, using: &random)
            if kind == 0 { continue }
            samples.append(
                Sample(time: Stage.end - Double(count - 1 - index) * 60, value: kind == 1 ? .nan : value))
        }
        return samples
    }

    @Test("what fires was true at every one of the last for/step + 1 points", arguments: 0..<400)
    func firing(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let samples = Self.samples(60, &random)
        let comparison = Rule.Comparison.allCases[seed % 6]
        let condition = Rule.Condition(comparison, 4, duration: Double(Int.random(in: 0...900, using: &random)))
        let grid = Grid(start: Stage.end - 59 * 60, end: Stage.end, step: 60)
        let values = Dictionary(uniqueKeysWithValues: samples.map { ($0.time, $0.value) })
        let needed = Int((condition.duration / 60).rounded(.up)) + 1
        let held = (0..<needed).allSatisfy { age in
            guard let value = values[Stage.end - Double(age) * 60], !value.isNaN else { return false }
            return comparison.holds(value, 4)
        }
        let verdict = ConditionEvaluator.verdict(of: samples, on: grid, condition)
        #expect(verdict.isFiring == held)
        guard case .firing(let since, let value) = verdict else { return }
        #expect(since <= Stage.end - condition.duration && value == values[Stage.end])
        let before = values[since - 60].map { !$0.isNaN && comparison.holds($0, 4) } ?? false
        #expect(!before || since == grid.start)
    }

    @Test("'clear' means that the last point is there, 'stale' and 'no data' that it is not", arguments: 0..<200)
    func lastPoint(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 10_000)
        let samples = Array(Self.samples(12, &random).dropLast(Int.random(in: 0...2, using: &random)))
        let grid = Grid(start: Stage.end - 11 * 60, end: Stage.end, step: 60)
        let isThere = samples.contains { $0.time == Stage.end && !$0.value.isNaN }
        switch ConditionEvaluator.verdict(of: samples, on: grid, Rule.Condition(.lessThan, 4, duration: 60)) {
        case .clear, .firing: #expect(isThere)
        case .stale, .noData: #expect(!isThere)
        case .insufficient: Issue.record("a sustained comparison needs no coverage")
        }
    }

    // MARK: Order

    private static func entries(_ random: inout SeededGenerator) -> [ResourceIndex.Entry] {
        (0..<12).map { workspace in
            let instances = (0..<8).map { number in
                let id = "i-\(Int.random(in: 0..<60, using: &random))"
                return LocateTests.instance(
                    "aws_instance.m\(number / 2)[\(number % 2)]",
                    ["id": .string(id), "arn": .string("arn:aws:ec2:r:1:instance/\(id)")])
            }
            let declared = (0..<4).map { number in
                LocateTests.declared(
                    "aws_instance.d\(number)",
                    ["tags.Name": .string("n\(Int.random(in: 0..<30, using: &random))")])
            }
            let labels = workspace % 3 == 0 ? ["env": "e\(workspace % 2)"] : [:]
            return .init(
                workspace: "w\(workspace)", labels: labels, instances: workspace % 5 == 4 ? nil : instances,
                declared: declared)
        }
    }

    private static func series(_ random: inout SeededGenerator) -> [Series] {
        (0..<80).map { number in
            var labels = ["n": String(number)]
            if Bool.random(using: &random) { labels["instance_id"] = "i-\(Int.random(in: 0..<60, using: &random))" }
            if Bool.random(using: &random) { labels["tag_Name"] = "n\(Int.random(in: 0..<30, using: &random))" }
            if number % 7 == 0 { labels["env"] = "e\(number % 2)" }
            return Series(labels: labels, samples: samples(20, &random))
        }
    }

    private static func text(_ result: AnalysisResult) -> String {
        let opportunities = result.opportunities.map { opportunity in
            let series = opportunity.evidence.series.map { ForTest.labels($0.labels) }
            return "\(opportunity.key) \(opportunity.title) \(opportunity.since) \(opportunity.value ?? .nan) \(series)"
        }
        return (result.lines + opportunities + result.clear.map(\.text).sorted() + result.problems.map(\.message))
            .joined(separator: "\n")
    }

    private enum ForTest {
        static func labels(_ labels: Labels) -> String {
            labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        }
    }

    @Test("no order of workspaces, instances, series or rules changes anything", arguments: 0..<30)
    func order(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 20_000)
        let (entries, series) = (Self.entries(&random), Self.series(&random))
        let match = Rule.ResourceSelector(
            match: [.init(attribute: "tags.Name", label: "tag_Name")], scope: .instance)
        let rules = [
            try Rule.sample("b", title: "{resource_id} {labels.tag_Name}"), try Rule.sample("a", resource: match),
            try Rule.sample("c", "cpu", Rule.Condition(.greaterThan, 2, duration: 300), resource: match),
        ]
        func analyse(_ entries: [ResourceIndex.Entry], _ series: [Series], _ rules: [Rule]) -> String {
            let answer = Result<MetricAnswer, Problem>.success(MetricAnswer(series: series))
            return Self.text(
                RuleSet(rules: rules).analysed(
                    at: Stage.now, index: ResourceIndex(workspaces: entries),
                    unreadable: ["w4": Problem(.passing, "locked"), "w9": Problem(.passing, "away")]
                ) { _ in answer })
        }
        let expected = analyse(entries, series, rules)
        #expect(expected.contains("firing") && expected.contains("ambiguous") && expected.contains("unmapped"))
        for _ in 0..<3 {
            let again = analyse(
                entries.shuffled(using: &random), series.shuffled(using: &random), rules.shuffled(using: &random))
            #expect(again == expected)
        }
    }

    @Test("a block is never both proposed and clear", arguments: 0..<30)
    func exclusive(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 30_000)
        let index = ResourceIndex(workspaces: Self.entries(&random))
        let rule = try Rule.sample("a", "cpu", Rule.Condition(.lessThan, 4, duration: 60))
        let answer = MetricAnswer(series: Self.series(&random))
        let result = RuleSet(rules: [rule]).analysed(at: Stage.now, index: index) { _ in .success(answer) }
        #expect(result.clear.isDisjoint(with: result.opportunities.map(\.key)))
        #expect(Set(result.opportunities.map(\.key)).count == result.opportunities.count)
    }
}
