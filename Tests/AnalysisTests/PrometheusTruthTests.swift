import Analysis
import Domain
import Testing

/// What Prometheus 2.42 was measured to do, row by row.
@Suite("Prometheus's own 'for'")
struct PrometheusTruthTests {
    // MARK: promtool's rows

    @Test(
        "below 5 for five minutes, one evaluation a minute",
        arguments: [
            (series: "1 1 1 1 1 1 1 1 1 1 1", minute: 4, fires: false), ("1 1 1 1 1 1 1 1 1 1 1", 5, true),
            ("1 _ _ _ _ 1", 5, true), ("1 _ _ _ _ _ 1 1", 5, true), ("1 _ _ _ _ _ _ 1 1", 7, false),
            ("1 1 stale 1 1 1 1 1 1 1", 7, false), ("1 1 stale 1 1 1 1 1 1 1", 8, true),
            ("1 1 NaN 1 1 1 1 1 1 1", 7, false), ("1 1 NaN 1 1 1 1 1 1 1", 8, true),
            ("1 1 9 1 1 1 1 1 1 1", 7, false), ("1 1 9 1 1 1 1 1 1 1", 8, true), ("1 1 1 1 1 1", 10, true),
            ("1 1 1 1 1 1", 11, false),
        ])
    func promtool(series: String, minute: Int, fires: Bool) throws {
        let rule = try Rule.sample("r", "m", Rule.Condition(.lessThan, 5, duration: 300))
        let verdict = try verdict(of: rule, on: RecordedSeries(series), at: Double(minute) * 60)
        #expect(verdict.isFiring == fires)
    }

    // MARK: Planted series

    /// Minutes relative to the event, at which a rule `> 80` fires after 0, 5 and 10 minutes.
    struct Planted: CustomTestStringConvertible {
        let id: String
        let value: @Sendable (Int) -> RecordedSeries.Point?
        let atOnce: [ClosedRange<Int>]
        let five: [ClosedRange<Int>]
        let ten: [ClosedRange<Int>]
        var testDescription: String { id }

        static func breach(
            _ id: String, _ range: Range<Int>, high: Double = 95, except: [Int: RecordedSeries.Point?] = [:],
            until end: Int = 240, atOnce: [ClosedRange<Int>], five: [ClosedRange<Int>], ten: [ClosedRange<Int>]
        ) -> Planted {
            Planted(
                id: id,
                value: { minute in
                    if minute > end { return nil }
                    if let other = except[minute] { return other }
                    return .value(range.contains(minute) ? high : 30)
                }, atOnce: atOnce, five: five, ten: ten)
        }
    }

    private static func gap(_ minutes: ClosedRange<Int>) -> [Int: RecordedSeries.Point?] {
        Dictionary(uniqueKeysWithValues: minutes.map { ($0, nil) })
    }

    private static let spans: [Planted] = [
        .breach("P01", 0..<60, atOnce: [0...59], five: [5...59], ten: [10...59]),
        .breach("P02", 210..<300, atOnce: [210...240], five: [215...240], ten: [220...240]),
        .breach("P03", 0..<20, except: gap(3...3), atOnce: [0...19], five: [5...19], ten: [10...19]),
        .breach("P04", 0..<20, except: gap(3...6), atOnce: [0...19], five: [5...19], ten: [10...19]),
        .breach("P05", 0..<20, except: gap(3...7), atOnce: [0...19], five: [5...19], ten: [10...19]),
        .breach("P06", 0..<30, except: gap(3...10), atOnce: [0...7, 11...29], five: [5...7, 16...29], ten: [21...29]),
        .breach(
            "P07", 0..<30, except: [3: .stale, 4: nil], atOnce: [0...2, 5...29], five: [10...29], ten: [15...29]),
        .breach("P08", 0..<3, atOnce: [0...2], five: [], ten: []),
        .breach("P09", 0..<5, atOnce: [0...4], five: [], ten: []),
        .breach("P10", 0..<6, atOnce: [0...5], five: [5...5], ten: []),
        .breach(
            "P11", 0..<30, except: [3: .value(.nan)], atOnce: [0...2, 4...29], five: [9...29], ten: [14...29]),
        .breach("P13", 0..<60, high: 80, atOnce: [], five: [], ten: []),
        .breach("P14", 0..<10, until: 9, atOnce: [0...14], five: [5...14], ten: [10...14]),
        .breach("P15", 0..<10, except: [10: .stale], until: 10, atOnce: [0...9], five: [5...9], ten: []),
    ]

    private static let shapes: [Planted] = [
        Planted(
            id: "P12", value: { .value((0..<60).contains($0) && $0 % 5 != 4 ? 95 : 30) },
            atOnce: (0..<12).map { ($0 * 5)...($0 * 5 + 3) }, five: [], ten: []),
        Planted(id: "P16", value: { $0 >= 237 ? .value(95) : nil }, atOnce: [237...240], five: [], ten: []),
        Planted(
            id: "P17", value: { $0 % 5 == 0 ? .value((0..<60).contains($0) ? 95 : 30) : nil }, atOnce: [0...59],
            five: [5...59], ten: [10...59]),
    ]

    private static func check(_ id: String, _ series: RecordedSeries, _ minutes: Double, _ expected: [ClosedRange<Int>])
        throws
    {
        let rule = try Rule.sample("r", "m", Rule.Condition(.greaterThan, 80, duration: minutes * 60))
        let fired = try (-59...240).filter { try verdict(of: rule, on: series, at: Double($0) * 60).isFiring }
        #expect(fired == expected.flatMap { Array($0) }, "\(id) for \(minutes) minutes")
    }

    @Test("the planted series fire in the very minutes", arguments: spans + shapes)
    func planted(planted: Planted) throws {
        let points = (-60...240).compactMap { minute in planted.value(minute).map { (Double(minute) * 60, $0) } }
        let series = RecordedSeries(points: points.map { (time: $0.0, point: $0.1) })
        try Self.check(planted.id, series, 0, planted.atOnce)
        try Self.check(planted.id, series, 5, planted.five)
        try Self.check(planted.id, series, 10, planted.ten)
    }

    @Test("P18: a sample every five minutes with 25 seconds of jitter flaps, and never fires for ten")
    func jitter() throws {
        let points = (-12...48).map { slot in
            let time = Double(slot) * 300 + (slot % 2 == 0 ? -25 : 25)
            return (time: time, point: RecordedSeries.Point.value((0..<12).contains(slot) ? 95 : 30))
        }
        let series = RecordedSeries(points: points)
        try Self.check("P18", series, 5, [11...14, 21...24, 31...34, 41...44, 51...54])
        try Self.check("P18", series, 10, [])
    }

    @Test("P13 with 'at least 80' fires, as its values are exactly 80")
    func atLeast() throws {
        let rule = try Rule.sample("r", "m", Rule.Condition(.greaterThanOrEqual, 80, duration: 300))
        let series = RecordedSeries(
            points: (-60...240).map { (time: Double($0) * 60, point: .value((0..<60).contains($0) ? 80 : 30)) })
        let fired = try (-59...240).filter { try verdict(of: rule, on: series, at: Double($0) * 60).isFiring }
        #expect(fired == Array(5...59))
    }
}
