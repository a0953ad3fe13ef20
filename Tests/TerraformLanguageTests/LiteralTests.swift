import TestSupport
import Testing

@testable import TerraformLanguage

@Suite("Literals")
struct LiteralTests {
    static let texts: [String] = [
        "", "a", "a b", "\"", "\\", "\n", "\r\n", "\t", "${a}", "%{a}", "$${a}", "$$${a}", "%%{a}", "$", "%", "$$", "{",
        "${", "$%{", "%${",
        "\\n", "\\${a}", "é", "日本 🙂", "\u{0}", "\u{1B}[31m", "\u{202E}", "\u{FEFF}", "\u{2028}", "\u{10FFFF}", "'`;",
        "# no comment", "<<EOT",
    ]

    @Test("are read as they were written, on one line, and with nothing that cannot be seen", arguments: texts)
    func roundTrip(text: String) throws {
        let source = Literal.string(text).source
        #expect(source.unicodeScalars.allSatisfy { !Literal.isHidden($0) })
        let document = try Document.parse(Array("a = \(source)\n".utf8), path: "a")
        #expect(document.body.attribute("a")?.expression.literal == .string(text))
    }

    @Test("and mean the same to Terraform")
    func console() async throws {
        let sources =
            Self.texts.map { Literal.string($0).source }
            + [
                "\"\\u00e9\\U0001F642\"", "\"$\\u007b\"", "\"\\u0024{a}\"", "\"\\u0024$${a}\"", "\"$\\\"\"",
                "\"%$${a}\"",
            ]
        let folder = try TemporaryFolder()
        let items = sources.map { "    \($0),\n" }.joined()
        try folder.write("locals {\n  texts = [\n\(items)  ]\n}\n", to: "main.tf")
        let output = try await Shell.terraform(
            "console", in: folder.path, input: "base64encode(jsonencode(local.texts))\n")
        let document = try Document.parse(Array("a = [\(sources.joined(separator: ","))]\n".utf8), path: "a")
        let expected = try #require(document.body.attribute("a")?.expression.elements).map { $0.literal?.text ?? "" }
        #expect(try JSONTexts.decoded(base64: output) == expected)
    }

    @Test(
        "of other kinds",
        arguments: [
            ("-1.5", Literal.number("-1.5")), ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
            ("1e5", .number("1e5")),
        ])
    func others(source: String, literal: Literal) throws {
        let document = try Document.parse(Array("a = \(source)\n".utf8), path: "a")
        #expect(document.body.attribute("a")?.expression.literal == literal && literal.source == source)
    }
}
