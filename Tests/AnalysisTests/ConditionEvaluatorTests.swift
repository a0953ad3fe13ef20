import Analysis
import Domain
import Testing

@Suite("A condition over time")
struct ConditionEvaluatorTests {
    private static func verdict(_ values: [Double?], _ condition: Rule.Condition) -> Verdict {
        let grid = Grid(start: 0, end: Double(values.count - 1) * 60, step: 60)
        let samples = values.enumerated().compactMap { index, value in
            value.map { Sample(time: Double(index) * 60, value: $0) }
        }
        return ConditionEvaluator.verdict(of: samples, on: grid, condition)
    }

    private static let below = Rule.Condition(.lessThan, 5, duration: 300)

    @Test(
        "five minutes take six points, and every interruption starts anew",
        arguments: [
            (name: "five points", values: [1, 1, 1, 1, 1] as [Double?], expected: Verdict.clear(value: 1)),
            ("six points", [1, 1, 1, 1, 1, 1], .firing(since: 0, value: 1)),
            ("the breach is over", [1, 1, 1, 1, 1, 1, 9], .clear(value: 9)),
            ("a hole resets", [1, 1, nil, 1, 1, 1, 1, 1], .clear(value: 1)),
            ("a hole, then long enough", [1, nil, 1, 1, 1, 1, 1, 1], .firing(since: 120, value: 1)),
            ("NaN resets", [1, .nan, 1, 1, 1, 1, 1], .clear(value: 1)),
            ("equal is not less", [5, 5, 5, 5, 5, 5, 5], .clear(value: 5)),
            ("ends a moment ago", [1, 1, 1, 1, 1, 1, nil], .stale(lastSeen: 300)),
            ("never there", [nil, nil], .noData), ("only NaN", [.nan, .nan], .noData),
            ("infinity is a value", [1, 1, 1, 1, 1, 1, .infinity], .clear(value: .infinity)),
        ])
    func fiveMinutes(name: String, values: [Double?], expected: Verdict) {
        #expect(Self.verdict(values, Self.below) == expected)
    }

    @Test(
        "every comparison at its border",
        arguments: [
            (Rule.Comparison.lessThan, [true, false, false]), (.lessThanOrEqual, [true, true, false]),
            (.greaterThan, [false, false, true]), (.greaterThanOrEqual, [false, true, true]),
            (.equals, [false, true, false]), (.notEquals, [true, false, true]),
        ])
    func comparisons(comparison: Rule.Comparison, holds: [Bool]) {
        for (value, expected) in zip([4.0, 5, 6], holds) { #expect(comparison.holds(value, 5) == expected) }
    }

    @Test("without a duration the last point alone decides")
    func atOnce() {
        let condition = Rule.Condition(.greaterThan, 80, duration: 0)
        #expect(Self.verdict([1, 90], condition) == .firing(since: 60, value: 90))
        #expect(Self.verdict([90, 1], condition) == .clear(value: 1))
    }

    @Test("points beside the grid are none of its points")
    func offGrid() {
        let grid = Grid(start: 0, end: 120, step: 60)
        let samples = [Sample(time: 30, value: 1), Sample(time: 90, value: 1)]
        #expect(ConditionEvaluator.verdict(of: samples, on: grid, Self.below) == .noData)
    }
}

extension Rule {
    static func fixture(
        id: String = "idle", query: String = "cpu", condition: Condition = Condition(.lessThan, 5, duration: 120),
        enabled: Bool = true, resource: ResourceSelector = ResourceSelector(), title: String = "{address}",
        description: String = "{value}"
    ) throws -> Rule {
        Rule(
            id: id, name: id, query: query, condition: condition, enabled: enabled, resource: resource,
            title: try Template(parsing: title), description: try Template(parsing: description),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
    }
}
