@testable import Domain
import Testing

@Suite("Series as promtool writes them")
struct SeriesNotationTests {
    private static func text(_ values: [SeriesNotation.Value?]) -> String {
        values.map { value in
            switch value {
            case nil: "_"
            case .stale?: "stale"
            case .number(let number)?: NumberText.text(number)
            }
        }.joined(separator: " ")
    }

    @Test(
        "values",
        arguments: [
            ("1 2.5 -3", "1 2.5 -3"), ("1+2x3", "1 3 5 7"), ("10-2x2", "10 8 6"), ("5x2", "5 5 5"), ("-1-1x1", "-1 -2"),
            ("_ _x2 stale NaN Inf", "_ _ _ stale NaN +Inf"), ("1e3+1e2x1", "1000 1100"), ("", ""), ("3x0", "3"),
            ("1e-3x1", "0.001 0.001"),
        ])
    func values(text: String, expected: String) throws {
        #expect(Self.text(try SeriesNotation.values(text)) == expected)
    }

    @Test("a series that would fill the memory is refused", arguments: ["1x1000000 1", "_x600000 1x600000"])
    func endless(text: String) {
        #expect(throws: SeriesNotation.Mistake(message: "a series has more than 1000000 values")) {
            try SeriesNotation.values(text)
        }
    }

    @Test(
        "what is no value is named",
        arguments: [
            "a", "1+x3", "_y", "1x", "1+2", "0x10", "1x-1", "1x1000001", "1x2.5", "_x", "_x-1", "__", "x3",
        ])
    func mistakes(word: String) throws {
        if word == "0x10" {
            #expect(Self.text(try SeriesNotation.values(word)).split(separator: " ").count == 11)
            return
        }
        #expect(
            throws: SeriesNotation.Mistake(
                message: "'\(word)' is no value; write it like 5, 1+2x10, 3x5, _x4, stale or NaN")
        ) { try SeriesNotation.values(word) }
    }

    @Test(
        "labels",
        arguments: [
            ("up", ["__name__": "up"]), (#"up{job="a", b='c'}"#, ["__name__": "up", "job": "a", "b": "c"]),
            (#"{a="x\"y}"}"#, ["a": "x\"y}"]), ("up{}", ["__name__": "up"]),
            (#"up{a="1",}"#, ["__name__": "up", "a": "1"]),
            (#"{__name__="up",a="1"}"#, ["__name__": "up", "a": "1"]), ("job:up:rate5m", ["__name__": "job:up:rate5m"]),
            (#" up { a = "\n\t\\" } "#, ["__name__": "up", "a": "\n\t\\"]),
            (#"up{a=""}"#, ["__name__": "up", "a": ""]), ("{}", [:]),
            (#"up{a="ü,}b=\"c"}"#, ["__name__": "up", "a": "ü,}b=\"c"]),
        ])
    func labels(text: String, expected: Labels) throws {
        #expect(try SeriesNotation.labels(text) == expected)
    }

    @Test(
        "what is no series is named",
        arguments: [
            "up{", "up{a}", "up{a=b}", #"up{a="b"} x"#, #"up{a="b"#, #"up{="b"}"#, #"up{a="1",a="2"}"#, #"u p{a="b"}"#,
            #"up{a-b="1"}"#, #"up{a="b\"#, "1up",
        ])
    func noSeries(text: String) {
        #expect(throws: SeriesNotation.Mistake(message: "'\(text)' is no series; write it like up{job=\"api\"}")) {
            try SeriesNotation.labels(text)
        }
    }
}

@Suite("Durations and numbers")
struct DurationTextTests {
    @Test(
        "durations as Prometheus writes and reads them",
        arguments: [
            ("90s", 90.0, "1m30s"), ("1h30m", 5_400, "1h30m"), ("14d", 1_209_600, "14d"), ("2w", 1_209_600, "14d"),
            ("500ms", 0.5, "500ms"), ("0s", 0, "0s"), ("1d1s", 86_401, "1d1s"), ("1y", 31_536_000, "365d"),
            ("1y2w3d4h5m6s7ms", 33_019_506.007, "382d4h5m6s7ms"), ("90m", 5_400, "1h30m"), ("007s", 7, "7s"),
        ])
    func durations(text: String, seconds: Double, written: String) {
        #expect(DurationText.parse(text) == seconds && DurationText.text(seconds) == written)
    }

    @Test(
        "what is no duration is none",
        arguments: [
            "", "5", "h", "5x", "-5m", "1.5h", "5m5", "5 m", "1m1h", "1h1h", "1ms1s", "5M", "٥m", "1e3s", "5m ", "5mm",
            "9999999999999s",
        ])
    func noDuration(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        "lengths that nobody writes have a text, too",
        arguments: [
            (-90.0, "-1m30s"), (0.0004, "0s"), (-0.0001, "0s"), (0.9996, "1s"), (59.9999, "1m"), (.infinity, "+Infs"),
            (.nan, "NaNs"), (1e15, "1000000000000000s"), (1e20, "1e+20s"), (999_999_999_999, "11574074d1h46m39s"),
        ])
    func lengths(seconds: Double, text: String) {
        #expect(DurationText.text(seconds) == text)
    }

    @Test(
        "numbers",
        arguments: [
            (1e-10, "1e-10"), (0.95 * 100, "95"), (-0.0, "0"), (1_234_567.25, "1234567.25"), (1e14, "100000000000000"),
            (-.infinity, "-Inf"), (0.1, "0.1"), (1.0 / 3, "0.333333333"), (5.0, "5"), (0.1 + 0.2, "0.3"), (-2, "-2"),
            (1e20, "1e+20"), (.infinity, "+Inf"), (.nan, "NaN"),
        ])
    func numbers(number: Double, text: String) {
        #expect(NumberText.text(number) == text)
    }
}
