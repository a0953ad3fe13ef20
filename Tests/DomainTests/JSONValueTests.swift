import Domain
import Foundation
import Testing

@Suite("JSON values")
struct JSONValueTests {
    private static func value(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test(
        "every kind is read, and written so that it is read the same",
        arguments: [
            ("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
            ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("0.5", .number(0.5)), ("1e300", .number(1e300)), ("\"\"", .string("")), ("\"1\"", .string("1")),
            ("\"\\ud83d\\ude00\"", .string("😀")), ("[]", .array([])), ("{}", .object([:])),
            ("[1,[null],{\"a\":[]}]", .array([.integer(1), .array([.null]), .object(["a": .array([])])])),
        ])
    func kinds(text: String, value: JSONValue) throws {
        #expect(try Self.value(text) == value)
        #expect(try Self.value(value.canonical) == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value)) == value)
    }

    @Test("what is no document is refused", arguments: ["", "{", "{\"a\":}", "nul", "'a'", "{a:1}", "1e400"])
    func broken(text: String) {
        #expect(throws: (any Error).self) { try Self.value(text) }
    }

    @Test(
        "the canonical text does not depend on how the document was laid out",
        arguments: [
            ("{ \"b\" : 1 ,\n \"a\" : 2 }", "{\"a\":2,\"b\":1}"),
            ("{\"b\":{\"d\":1,\"c\":2}}", "{\"b\":{\"c\":2,\"d\":1}}"),
            ("[3, 1, 2]", "[3,1,2]"), ("1.50", "1.5"), ("2.0", "2"), ("1E2", "100"), ("-0", "0"),
            ("\"\\u00e9\\/\"", "\"é/\""), ("\"\\b\\f\\u007f\"", "\"\\u0008\\u000c\u{7F}\""),
            ("\"\\u2028<&>\"", "\"\u{2028}<&>\""), ("{\"\":0,\"\\n\":1}", "{\"\":0,\"\\n\":1}"),
        ])
    func canonical(text: String, canonical: String) throws {
        #expect(try Self.value(text).canonical == canonical)
        #expect(try Self.value(canonical).canonical == canonical)
    }

    @Test("values that differ in kind or order have other canonical texts")
    func differences() throws {
        let texts = [
            "1", "\"1\"", "true", "\"true\"", "null", "\"null\"", "[1,2]", "[2,1]", "[[1],2]", "{\"a\":null}", "{}",
        ]
        #expect(Set(try texts.map { try Self.value($0).canonical }).count == texts.count)
    }

    @Test(
        "scalars as people write them",
        arguments: [
            (JSONValue.bool(false), "false"), (.integer(-7), "-7"), (.number(2), "2"), (.number(-2.5), "-2.5"),
            (.number(1e15), "1000000000000000"), (.number(1e20), "1e+20"), (.number(1e14), "100000000000000"),
            (.string("x y"), "x y"), (.string(""), ""),
            (.null, nil), (.array([.integer(1)]), nil), (.object([:]), nil),
        ] as [(JSONValue, String?)])
    func scalars(value: JSONValue, text: String?) {
        #expect(value.scalarText == text)
    }

    @Test(
        "values at dotted paths",
        arguments: [
            ("a", "{\"b\":[10,{\"c\":null}]}"), ("a.b", "[10,{\"c\":null}]"), ("a.b.0", "10"), ("a.b.1.c", "null"),
            ("a.b.2", nil), ("a.b.-1", nil), ("a.b.x", nil), ("a.b.0.x", nil), ("a.b.99999999999999999999", nil),
            ("x", nil), ("A", nil), ("", "{\"a\":{\"b\":[10,{\"c\":null}]}}"),
        ] as [(String, String?)])
    func paths(path: String, text: String?) throws {
        #expect(try Self.value("{\"a\":{\"b\":[10,{\"c\":null}]}}").value(at: path)?.canonical == text)
    }

    @Test("a value is what it is and nothing else")
    func accessors() throws {
        let values: [JSONValue] = [
            .null, .bool(true), .integer(1), .number(1.5), .string("s"), .array([]), .object([:]),
        ]
        #expect(values.map { $0.bool != nil } == [false, true, false, false, false, false, false])
        #expect(values.map { $0.string != nil } == [false, false, false, false, true, false, false])
        #expect(values.map { $0.array != nil } == [false, false, false, false, false, true, false])
        #expect(values.map { $0.object != nil } == [false, false, false, false, false, false, true])
        #expect(values.allSatisfy { $0["a"] == nil })
        #expect(JSONValue.object(["a": .null])["a"] == .null)
    }

    @Test("the texts within are all scalars that nobody would write by chance")
    func strings() throws {
        let value = try Self.value("{\"key-is-none\":[\"a\",12345,123456,1.2345,0.5,true,null,{\"x\":\"a\"}]}")
        #expect(value.strings == ["a", "123456", "1.2345"])
    }
}
