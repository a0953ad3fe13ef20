import Domain
import RulesFileAdapter
import Testing

@Suite("Mistakes in conditions")
struct ConditionMistakeTests {
    private static let start = "rules: [{name: A, query: up, condition: "

    private static func told(_ condition: String) -> [String] {
        LanguageMistakeTests.problems(start + condition + "}]\n")
    }

    private static let duration = "a duration is needed; write it with a unit, such as 90s, 15m or 14d"
    private static let operators =
        "known: between, equal_to, equals, greater_than, greater_than_or_equal, less_than, less_than_or_equal, not_equals, outside"

    /// The column is counted from the condition's brace, from 1.
    @Test(
        "are told at their place",
        arguments: [
            ("{}", [(1, "'operator' is missing"), (1, "'threshold' is missing")]),
            ("{operator: '<>', threshold: 1}", [(12, "unknown operator '<>'; \(operators)")]),
            ("{operator: [x], threshold: 1}", [(12, "'operator' is a list; a text is needed")]),
            ("{operator: '<', threshold: }", [(1, "'threshold' is missing")]),
            ("{operator: '<', threshold: ''}", [(28, "'threshold' is ''; a number is needed")]),
            ("{operator: '<', threshold: 0x10}", [(28, "'threshold' is '0x10'; a number is needed")]),
            ("{operator: '<', threshold: 1e999}", [(28, "'threshold' is '1e999'; a finite number is needed")]),
            ("{operator: '<', threshold: -007}", [(28, "'threshold' is '-007'; leave out the leading zero")]),
            ("{operator: '<', threshold: 5%}", [(28, "'threshold' is '5%'; a number is needed")]),
            ("{operator: '<', threshold: 1,5}", [(30, "unknown key '5'; \(keys)")]),
            ("{operator: between, threshold: [1]}", [(32, range)]),
            ("{operator: between, threshold: [1, 2, 3]}", [(32, range)]),
            ("{operator: between, threshold: [1, x]}", [(32, range)]),
            ("{operator: between, threshold: [1, inf]}", [(32, range)]),
            ("{operator: between, threshold: [0x1, 2]}", [(32, range)]),
            ("{operator: outside, threshold: [1, [2]]}", [(32, range)]),
            (
                "{operator: between, threshold: {attribute: a}}",
                [(32, "'threshold' needs two numbers; write it like [10, 20]")]
            ),
            (
                "{operator: '<', threshold: {attribute: a, query: b}}",
                [(28, "'threshold' needs an 'attribute' or a 'query'")]
            ),
            ("{operator: '<', threshold: {attribute: a b}}", [(40, "'a b' is not the path of an attribute")]),
            ("{operator: '<', threshold: {attribute: a, scale: x}}", [(50, "'scale' is 'x'; a number is needed")]),
            ("{operator: '<', threshold: {query: vlue}}", [(36, "unknown query 'vlue'; did you mean 'value'?")]),
            (
                "{operator: '<', threshold: 1, fraction: 0}",
                [(41, "'fraction' is 0; write a number above 0 and up to 1")]
            ),
            ("{operator: '<', threshold: 1, fraction: -1}", [(41, "'fraction' is -1; write a number from 0 to 1")]),
            (
                "{operator: '<', threshold: 1, duration_minutes: x}",
                [(49, "'duration_minutes' is 'x'; a number is needed")]
            ),
            (
                "{operator: '<', threshold: 1, duration_minutes: 576001}",
                [(49, "'duration_minutes' is 576001; write minutes from 0 to 400 days")]
            ),
            ("{operator: '<', threshold: 1, for: 5m, max_gap: 5}", [(49, "'max_gap' is '5'; \(duration)")]),
            (
                "{operator: '<', threshold: 1, for: 5m, fraction: 1}",
                [(50, "'for' and 'fraction' exclude each other; keep one of them")]
            ),
            (
                "{operator: '<', threshold: 1, fraction: 1, max_gap: 5m, bucket: 1d}",
                [(53, "'max_gap' has no meaning without 'for'"), (65, "'bucket' has no meaning without 'reduce'")]
            ),
            (
                "{operator: '<', threshold: 1, reduce: max, bucket: 1d}",
                [(1, "'at_least' is missing beside 'bucket'"), (1, "'of' is missing beside 'bucket'")]
            ),
            (
                "{operator: '<', threshold: 1, reduce: max, bucket: 30s, at_least: 1, of: 2}",
                [(1, buckets("1 of 2 buckets of 30s"))]
            ),
            (
                "{operator: '<', threshold: 1, reduce: max, bucket: 1d, at_least: 0, of: 2}",
                [(1, buckets("0 of 2 buckets of 1d"))]
            ),
            (
                "{operator: '<', threshold: 1, reduce: max, bucket: 1d, at_least: 1, of: 1001}",
                [(1, buckets("1 of 1001 buckets of 1d"))]
            ),
            ("{operator: '<', threshold: 1, reduce: p0}", [(39, reduction("p0"))]),
            ("{operator: '<', threshold: 1, reduce: pnan}", [(39, reduction("pnan"))]),
            (
                "{operator: '<', threshold: 1, reduce: mediam}",
                [(39, "unknown reduction 'mediam'; did you mean 'median'?")]
            ),
            (
                "{operator: '<', threshold: 1, forecast: {horizon: 1d, min_fit: 2}}",
                [(64, "'min_fit' is 2; write a number from 0 to 1")]
            ),
            (
                "{operator: '<', threshold: 1, forecast: {horizon: 1d, method: ols}}",
                [(63, "'ols' is not a method; known: linear, theil_sen")]
            ),
            ("{operator: '<', threshold: 1, forecast: x}", [(41, "forecast is a text; a mapping is needed")]),
            ("{anomaly: x}", [(11, "anomaly is a text; a mapping is needed")]),
            ("{anomaly: {k: -1}}", [(15, "'k' is negative")]),
            ("{anomaly: {k: many}}", [(15, "'k' is 'many'; a number is needed")]),
            ("{anomaly: {min_relative: -1}}", [(26, "'min_relative' is negative")]),
            ("{anomaly: {utc_offset: 15}}", [(24, "'utc_offset' is 15; write hours from -14 to 14")]),
            ("{anomaly: {direction: up}}", [(23, "'up' is not a direction; known: both, above, below")]),
            ("{anomaly: {transform: ln}}", [(23, "'ln' is not a transform; known: none, log")]),
            ("{anomaly: {min_samples: 0.5}}", [(25, "'min_samples' is 0.5; a whole number from 0 is needed")]),
            ("{anomaly: {baseline: 2}}", [(22, "'baseline' is '2'; \(duration)")]),
            (
                "{anomaly: {sigma: 2}}",
                [
                    (
                        12,
                        "unknown key 'sigma'; known: method, k, direction, baseline, recent, min_relative, min_absolute, min_samples, transform, utc_offset"
                    )
                ]
            ),
            ("{anomaly: {}, for: 5m}", [(20, "'for' stands beside 'anomaly'; an anomaly has no threshold of its own")]),
            ("{not: [x]}", [(7, "a condition is a list; a mapping is needed")]),
            ("{any: x}", [(7, "'any' is a text; a list is needed"), (7, "'any' has no conditions")]),
            (
                "{all: [x, {}]}",
                [
                    (8, "a condition is a text; a mapping is needed"), (11, "'operator' is missing"),
                    (11, "'threshold' is missing"),
                ]
            ),
            (
                "{not: {operator: '<', threshold: 1}, for: 5m}",
                [(1, "'not' stands beside 'for'; put them into its own list, as conditions")]
            ),
        ])
    func mistakes(condition: String, expected: [(Int, String)]) {
        #expect(
            Self.told(condition)
                == expected.map { "rules.yml:1:\($0.0 + Self.start.count): \($0.1)" })
    }

    private static let keys =
        "known: all, any, not, query, operator, threshold, duration_minutes, for, max_gap, fraction, reduce, bucket, at_least, of, anomaly, forecast"
    private static let range = "'threshold' is no range; write the lower and the upper end, like [10, 20]"

    private static func buckets(_ words: String) -> String {
        "'at_least' is \(words); at_least is from 1 to 'of', and a bucket is a minute or more"
    }

    private static func reduction(_ word: String) -> String {
        "unknown reduction '\(word)'; known: avg, count, last, max, median, min, rate, stddev, sum, p95"
    }

    @Test("nested without end are refused where they are too deep")
    func deep() {
        let nested =
            String(repeating: "{not: ", count: 8) + "{operator: '<', threshold: 1}" + String(repeating: "}", count: 8)
        #expect(Self.told(nested) == ["rules.yml:1:\(Self.start.count + 49): conditions nested deeper than 8"])
        #expect(Self.told(String(nested.dropFirst(6).dropLast())) == [])
    }

    @Test(
        "numbers are read as people write them",
        arguments: [
            ("5", 5.0), ("-5", -5), ("+5", 5), ("5e6", 5e6), ("1_000_000", 1e6), ("'0.5'", 0.5), (".5", 0.5), ("0", 0),
            ("-0", 0),
            ("0.05", 0.05), ("1E-3", 0.001),
        ])
    func numbers(text: String, number: Double) throws {
        let read = { (condition: String) in
            try RulesFile().rules(in: SourceFile(path: "rules.yml", text: Self.start + condition + "}]\n")).rules.first?
                .condition?.single
        }
        #expect(try read("{operator: '<', threshold: \(text)}")?.threshold == .number(number))
        #expect(try read("{operator: between, threshold: [\(text), 1e9]}")?.threshold == .range(number, 1e9))
    }
}
