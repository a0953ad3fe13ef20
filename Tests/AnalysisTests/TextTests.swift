import Domain
import Testing

@testable import Analysis

@Suite("An opportunity's text")
struct TextTests {
    private static func text(
        _ labels: Labels = [:], value: Double = 3, threshold: Double = 85, minutes: Double = 5,
        instance: String? = "aws_instance.web[0]", title: String = "t", description: String = "d"
    ) throws -> OpportunityText {
        let rule = try Rule.sample(
            "idle", "cpu", Rule.Condition(.lessThan, threshold, duration: minutes * 60), title: title,
            description: description)
        return OpportunityText(
            rule: rule, labels: labels, workspace: "prod/web", instance: instance, address: "aws_instance.web",
            value: value)
    }

    private static func render(_ template: String, _ text: OpportunityText) throws -> String {
        text.render(try Template(parsing: template))
    }

    @Test("every name is filled in")
    func names() throws {
        let template =
            "{resource_id} {address} {value} {threshold} {duration_minutes} {workspace} {rule} {labels.a} {{x}}"
        #expect(
            try Self.render(template, try Self.text(["a": "b"]))
                == "aws_instance.web[0] aws_instance.web 3 85 5 prod/web idle b {x}")
    }

    @Test(
        "a resource that is not known is called by its labels",
        arguments: [
            (["arn": "a", "name": "n", "instance": "i", "job": "j"], "a"),
            (["name": "n", "instance": "i", "job": "j"], "n"), (["instance": "i", "job": "j"], "i"),
            (["job": "j"], "j"),
            (["arn": "", "job": "j"], "j"), ([:], ""),
        ] as [(Labels, String)])
    func resourceID(labels: Labels, expected: String) throws {
        #expect(try Self.render("{resource_id}", try Self.text(labels, instance: nil)) == expected)
    }

    @Test(
        "numbers look as people write them",
        arguments: [
            (85.0, "85"), (85.5, "85.5"), (-0.0, "0"), (-3, "-3"), (0.1, "0.1"), (1e14, "100000000000000"),
            (1e300, "1e+300"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e-7, "1e-07"),
        ])
    func plain(value: Double, expected: String) throws {
        #expect(try Self.render("{value}", try Self.text(value: value)) == expected)
    }

    @Test(
        "filters",
        arguments: [
            ("{value|percent}", 0.85, "85%"), ("{value|percent}", 0.123_456, "12.35%"),
            ("{value|percent}", .nan, "NaN%"),
            ("{value|percent}", 1e308, "+Inf%"), ("{value|bytes}", 0, "0 B"), ("{value|bytes}", 1_023, "1023 B"),
            ("{value|bytes}", 1_536, "1.5 KiB"), ("{value|bytes}", 5e12, "4.5 TiB"),
            ("{value|bytes}", -2_048, "-2 KiB"),
            ("{value|bytes}", .infinity, "+Inf B"), ("{value|duration}", 3_900, "1h 5m"), ("{value|duration}", 0, "0s"),
            ("{value|duration}", 90_061, "1d 1h 1m 1s"), ("{value|duration}", -60, "-1m"),
            ("{value|duration}", -0.2, "0s"), ("{value|duration}", 1e300, "1e+300"), ("{value|duration}", .nan, "NaN"),
            ("{value|round:1}", 2.25, "2.3"), ("{value|round:0}", 2.4, "2"),
            ("{value|round:9}", 1.0 / 3, "0.333333333"),
            ("{value|round:2}", 1e308, "1e+308"), ("{rule|upper}", 0, "IDLE"), ("{value|upper}", 1.5, "1.5"),
            ("{labels.ratio|percent}", 0, "50%"), ("{labels.word|percent}", 0, "straße"),
            ("{labels.word|upper}", 0, "STRASSE"),
        ])
    func filters(template: String, value: Double, expected: String) throws {
        #expect(try Self.render(template, try Self.text(["ratio": "0.5", "word": "straße"], value: value)) == expected)
    }

    @Test(
        "labels lose what steers a terminal or hides, and are never long",
        arguments: [
            ("a\u{1B}[31m\u{202E}b\u{200B}\nc", "a[31mbc"), ("\u{0}\u{7F}\u{85}x", "x"), ("a\u{2028}b\u{2029}c", "abc"),
            ("\u{2066}a\u{2069}\u{FEFF}\u{AD}", "a"), ("\u{E0041}\u{3164}\u{115F}a", "a"), ("日本 é ñ 🙂", "日本 é ñ 🙂"),
            ("\u{E000}a\u{10FFFF}", "a"), (String(repeating: "x", count: 300), String(repeating: "x", count: 300)),
            (String(repeating: "y", count: 301), String(repeating: "y", count: 300) + "…"),
            ("e" + String(repeating: "\u{301}", count: 9_000), "e" + String(repeating: "\u{301}", count: 299) + "…"),
        ])
    func foreign(label: String, expected: String) throws {
        let shown = try Self.render("{labels.tag}", try Self.text(["tag": label]))
        #expect(Array(shown.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("a label that is not there is empty, and is told of")
    func missing() throws {
        let text = try Self.text(["a": ""], title: "{labels.b} {labels.a} {labels.z|upper}", description: "{labels.b}")
        #expect(text.missingLabels == ["b", "z"])
        #expect(text.render(text.rule.title) == "  ")
    }
}
