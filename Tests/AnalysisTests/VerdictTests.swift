import Analysis
import Domain
import Testing

@Suite("A condition over time")
struct VerdictTests {
    private static func verdict(_ text: String, _ condition: Rule.Condition, step: Double = 60) -> Verdict {
        let series = RecordedSeries(text, every: step)
        let samples = series.points.compactMap { time, point -> Sample? in
            guard case .value(let value) = point else { return nil }
            return Sample(time: time, value: value)
        }
        let count = text.split(separator: " ").count
        return ConditionEvaluator.verdict(
            of: samples, on: Grid(start: 0, end: Double(count - 1) * step, step: step), condition)
    }

    @Test(
        "five minutes below 5 take six points in a row that reach the end",
        arguments: [
            ("1 1 1 1 1", Verdict.clear(value: 1)), ("1 1 1 1 1 1", .firing(since: 0, value: 1)),
            ("9 1 1 1 1 1 2", .firing(since: 60, value: 2)), ("1 1 1 1 1 1 9", .clear(value: 9)),
            ("1 1 _ 1 1 1 1 1", .clear(value: 1)), ("1 _ 1 1 1 1 1 1", .firing(since: 120, value: 1)),
            ("1 NaN 1 1 1 1 1", .clear(value: 1)), ("1 9 1 1 1 1 1", .clear(value: 1)),
            ("5 5 5 5 5 5 5", .clear(value: 5)), ("1 1 1 1 1 1 _", .stale(lastSeen: 300)),
            ("1 1 1 1 1 1 NaN", .stale(lastSeen: 300)), ("9 9 9 _ _ _ _", .stale(lastSeen: 120)), ("_ _", .noData),
            ("NaN NaN", .noData), ("1 1 1 1 1 1 inf", .clear(value: .infinity)),
            ("-inf -inf -inf -inf -inf -inf", .firing(since: 0, value: -.infinity)),
        ])
    func fiveMinutes(text: String, expected: Verdict) {
        #expect(Self.verdict(text, Rule.Condition(.lessThan, 5, duration: 300)) == expected)
    }

    @Test(
        "every comparison at its border",
        arguments: [
            (Rule.Comparison.lessThan, [true, false, false]), (.lessThanOrEqual, [true, true, false]),
            (.greaterThan, [false, false, true]), (.greaterThanOrEqual, [false, true, true]),
            (.equals, [false, true, false]), (.notEquals, [true, false, true]),
        ])
    func comparisons(comparison: Rule.Comparison, expected: [Bool]) {
        let holds = ["4", "5", "6"].map { Self.verdict($0, Rule.Condition(comparison, 5, duration: 0)).isFiring }
        #expect(holds == expected)
    }

    @Test("NaN holds for no comparison, also not for 'not equals'", arguments: Rule.Comparison.allCases)
    func notANumber(comparison: Rule.Comparison) {
        #expect(Self.verdict("7 NaN", Rule.Condition(comparison, 5, duration: 0)) == .stale(lastSeen: 0))
    }

    @Test(
        "a duration that is no whole number of steps takes the next whole one",
        arguments: [(61.0, 3), (119.9, 3), (120, 3), (120.0001, 3), (120.1, 4), (66.000_000_000_000_01, 3)])
    func betweenSteps(duration: Double, points: Int) {
        let condition = Rule.Condition(.lessThan, 5, duration: duration)
        for count in 1..<points {
            let text = Array(repeating: "1", count: count).joined(separator: " ")
            #expect(!Self.verdict("9 \(text)", condition).isFiring)
        }
        let enough = Array(repeating: "1", count: points).joined(separator: " ")
        #expect(Self.verdict("9 \(enough)", condition).isFiring)
    }

    @Test("without a duration the last point alone decides")
    func atOnce() {
        let condition = Rule.Condition(.greaterThan, 80, duration: 0)
        #expect(Self.verdict("1 90", condition) == .firing(since: 60, value: 90))
        #expect(Self.verdict("90 1", condition) == .clear(value: 1))
    }

    @Test("points beside the grid are none of its points, a rounding error is forgiven")
    func offGrid() {
        let grid = Grid(start: 1_700_000_040, end: 1_700_000_160, step: 60)
        let condition = Rule.Condition(.lessThan, 5, duration: 60)
        let beside = [1_700_000_070, 1_700_000_130].map { Sample(time: $0, value: 1) }
        #expect(ConditionEvaluator.verdict(of: beside, on: grid, condition) == .noData)
        let near = [1_700_000_100.000_4, 1_700_000_159.999_6].map { Sample(time: $0, value: 1) }
        #expect(
            ConditionEvaluator.verdict(of: near, on: grid, condition) == .firing(since: 1_700_000_100, value: 1))
    }

    @Test(
        "a grid that is none does no harm", arguments: [(0.0, 0.0, 0.0), (0, .infinity, 60), (.nan, 1, 1), (9, 1, 1)])
    func noGrid(start: Double, end: Double, step: Double) {
        let grid = Grid(start: start, end: end, step: step)
        #expect(grid.count >= 1 && grid.count <= 1_000_001)
        let samples = [Sample(time: 0, value: 1), Sample(time: .infinity, value: 1), Sample(time: .nan, value: 1)]
        let verdict = ConditionEvaluator.verdict(of: samples, on: grid, Rule.Condition(.lessThan, 5, duration: 60))
        #expect(!verdict.isFiring)
    }
}
