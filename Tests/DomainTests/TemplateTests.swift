@testable import Domain
import Testing

@Suite("Templates")
struct TemplateTests {
    @Test(
        "texts and placeholders",
        arguments: [
            ("plain", [Template.Part.text("plain")]), ("", []), ("{{x}}", [.text("{x}")]),
            ("a {value|round:2}b", [.text("a "), .placeholder(name: "value", filters: [.round(2)]), .text("b")]),
            ("{labels.tag_Name | upper}", [.placeholder(name: "labels.tag_Name", filters: [.upper])]),
            ("{{{value}}}", [.text("{"), .placeholder(name: "value", filters: []), .text("}")]),
            ("{ value }", [.placeholder(name: "value", filters: [])]),
            ("{attr.a.0.b}", [.placeholder(name: "attr.a.0.b", filters: [])]),
            (
                "{value|times:3|at_least:-1.5|at_most:1e3|percent}",
                [.placeholder(name: "value", filters: [.times(3), .atLeast(-1.5), .atMost(1_000), .percent])]
            ),
            ("{address}{rule}", [.placeholder(name: "address", filters: []), .placeholder(name: "rule", filters: [])]),
            ("{{}}{{", [.text("{}{")]), ("é{value}", [.text("é"), .placeholder(name: "value", filters: [])]),
        ])
    func parts(source: String, parts: [Template.Part]) throws {
        let template = try Template(parsing: source)
        #expect(template.parts == parts && template.source == source)
    }

    private static let filters = "known: percent, bytes, duration, round:N, upper, times:N, at_least:N, at_most:N"

    @Test(
        "mistakes with their places",
        arguments: [
            ("{valu}", "unknown placeholder '{valu}'", "did you mean '{value}'?", 0),
            ("x {y", "'{' is never closed", "write '{{' for a brace", 2),
            ("x}", "'}' closes nothing", "write '}}' for a brace", 1),
            ("{{x}", "'}' closes nothing", "write '}}' for a brace", 3),
            ("{labels.}", "unknown placeholder '{labels.}'", "name a label, like '{labels.team}'", 0),
            ("{attr.}", "unknown placeholder '{attr.}'", "name an attribute, like '{attr.size}'", 0),
            ("{lables.x}", "unknown placeholder '{lables.x}'", "did you mean '{labels.x}'?", 0),
            ("é {atr.size|round:1}", "unknown placeholder '{atr.size}'", "did you mean '{attr.size}'?", 2),
            (
                "{}", "unknown placeholder '{}'",
                "known: resource_id, address, value, threshold, duration_minutes, window, workspace, rule, labels.NAME, attr.NAME",
                0
            ),
            ("{value|hex}", "unknown filter 'hex'", filters, 0), ("{value|}", "unknown filter ''", filters, 0),
            ("{value|round}", "unknown filter 'round'", filters, 0),
            ("{value|round:10}", "unknown filter 'round:10'", filters, 0),
            ("{value|round:-1}", "unknown filter 'round:-1'", filters, 0),
            ("{value|times:}", "unknown filter 'times:'", filters, 0),
            ("{value|times:x}", "unknown filter 'times:x'", filters, 0),
            ("{value|times:inf}", "unknown filter 'times:inf'", filters, 0),
            ("{value|upper:1}", "unknown filter 'upper:1'", filters, 0),
            ("a {value|percent|x}", "unknown filter 'x'", filters, 2),
        ])
    func mistakes(source: String, message: String, hint: String, offset: Int) {
        #expect(throws: Template.Mistake(message: message, hint: hint, offset: offset)) {
            try Template(parsing: source)
        }
    }

    @Test("every known name stands by itself", arguments: Template.names)
    func names(name: String) throws {
        let template = try Template(parsing: "{\(name)}")
        #expect(template.isPlaceholder && template.placeholders == [name])
    }

    @Test("what is asked for is known before it is filled in")
    func placeholders() throws {
        let template = try Template(parsing: "{value} of {labels.a}, {value|upper} {{rule}}")
        #expect(template.placeholders == ["value", "labels.a"] && !template.isPlaceholder)
        #expect(try !Template(parsing: "plain").isPlaceholder && !Template(parsing: "{value} ").isPlaceholder)
    }

    @Test("a plain text is itself, whatever its braces look like")
    func plain() {
        let template = Template.plain("{value} {")
        #expect(template.parts == [.text("{value} {")] && template.placeholders.isEmpty)
    }

    @Test(
        "white space goes from the ends alone",
        arguments: [("", ""), (" \t\r\n", ""), ("a", "a"), (" a b\u{A0}", "a b"), ("\u{3000}a", "a"), ("a\r\n", "a")])
    func trimmed(text: String, expected: String) {
        #expect(text.trimmed == expected && text.dropFirst(0).trimmed == expected)
    }
}
