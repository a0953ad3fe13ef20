import Domain
import TestSupport
import Testing

@testable import TerraformLanguage

@Suite("Editing HCL")
struct EditTests {
    private func edited(
        _ text: String, _ path: String, _ literal: Literal = .number("7"), aligning: Bool = true
    ) throws -> String? {
        let document = try Document.parse(Array(text.utf8), path: "main.tf")
        let body = document.body.blocks.first?.body ?? document.body
        let bytes = document.setting(path, to: literal, in: body, aligning: aligning)
        if let bytes { #expect(throws: Never.self) { try Document.parse(bytes, path: "main.tf") } }
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "setting a value changes that value and nothing else",
        arguments: [
            ("instance_type", Literal.string("t3.micro"), "\"m5.large\"", "\"t3.micro\""),
            ("input.size", .string("a\"${b}\\"), "\"large\"", "\"a\\\"$${b}\\\\\""),
            ("root_block_device.volume_type", .string("gp3"), "\"gp2\"", "\"gp3\""),
            ("on", .bool(false), "= true", "= false"), ("size", .number("4"), "-3.5", "4"),
            ("labels[\"a.b\"]", .number("2"), "\"a.b\" = 1", "\"a.b\" = 2"), ("input.deep.a.0", .null, "\"x\"", "null"),
            ("user_data", .string(""), "<<-EOT\n    ${file(\"/etc/x\")} ${join(\",\", [lower(var.a)])}\n  EOT", "\"\""),
        ])
    func setting(path: String, literal: Literal, before: String, after: String) throws {
        let expected = ExpressionTests.text.replacing(before, with: after)
        #expect(try edited(ExpressionTests.text, path, literal, aligning: false) == expected)
    }

    @Test(
        "what is missing is added below the last sibling, with the file's line ends and indentation",
        arguments: [
            ("r {\n  a = 1\n}\n", "b", "r {\n  a = 1\n  b = 7\n}\n"),
            ("r {\r\n\ta = 1 # one\r\n}\r\n", "b", "r {\r\n\ta = 1 # one\r\n\tb = 7\r\n}\r\n"),
            ("r {\n  a = 1 /* x\n y */\n}\n", "b", "r {\n  a = 1 /* x\n y */\n  b = 7\n}\n"),
            ("r {\n  a = <<X\nx\nX\n}\n", "b", "r {\n  a = <<X\nx\nX\n  b = 7\n}\n"),
            ("r {\n  a = 1\n\n  c {\n  }\n}\n", "b", "r {\n  a = 1\n  b = 7\n\n  c {\n  }\n}\n"),
            ("r {\n  # c\n  c {\n  }\n}\n", "b", "r {\n  b = 7\n  # c\n  c {\n  }\n}\n"),
            ("r {}", "b", "r {\n  b = 7\n}"), ("r {\n}\n", "b", "r {\n  b = 7\n}\n"),
            ("r { a = 1 }\n", "b", "r {\n  a = 1\n  b = 7\n}\n"),
            ("r { /* c */ }\n", "b", "r {\n  /* c */\n  b = 7\n}\n"),
            ("r {\n  c {}\n}\n", "c.b", "r {\n  c {\n    b = 7\n  }\n}\n"),
            ("r {\n  c \"l\" {\n    a = 1\n  }\n}\n", "c.l.0.b", "r {\n  c \"l\" {\n    a = 1\n    b = 7\n  }\n}\n"),
            (
                "r {\n  c {\n    b = 1\n  }\n  c \"l\" {\n    b = 1\n  }\n}\n", "c.l.b",
                "r {\n  c {\n    b = 1\n  }\n  c \"l\" {\n    b = 7\n  }\n}\n"
            ), ("a = 1\n", "b", "a = 1\nb = 7\n"), ("a = 1", "b", "a = 1\nb = 7"), ("", "b", "b = 7\n"),
            ("\u{FEFF}", "b", "\u{FEFF}b = 7\n"),
            ("# c", "b", "# c\nb = 7\n"),
            ("r {\n  o = {}\n}\n", "o.for", "r {\n  o = { \"for\" = 7 }\n}\n"),
            ("r {\n  o = { /* c */}\n}\n", "o.b", "r {\n  o = { /* c */ b = 7 }\n}\n"),
            ("r {\n  o = {}\n}\n", "o.b", "r {\n  o = { b = 7 }\n}\n"),
            ("r {\n  o = { a = 1 }\n}\n", "o.b", "r {\n  o = { a = 1, b = 7 }\n}\n"),
            ("r {\n  o = { a = 1, }\n}\n", "o.b", "r {\n  o = { a = 1, b = 7 }\n}\n"),
            ("r {\n  o = {\n    a = 1\n  }\n}\n", "o.b", "r {\n  o = {\n    a = 1\n    b = 7\n  }\n}\n"),
            ("r {\n  o = {\n    a = 1,\n  }\n}\n", "o.b", "r {\n  o = {\n    a = 1,\n    b = 7\n  }\n}\n"),
            ("r {\n  o = {\n    a = 1 }\n}\n", "o.b", "r {\n  o = {\n    a = 1, b = 7 }\n}\n"),
            ("r {\n  o = {\n  }\n}\n", "o.b", "r {\n  o = {\n    b = 7\n  }\n}\n"),
            ("r {\n  o = { a = 1 }\n}\n", "o[\"x y\"]", "r {\n  o = { a = 1, \"x y\" = 7 }\n}\n"),
            ("r {\n  o = { p = { a = 1 } }\n}\n", "o.p.b", "r {\n  o = { p = { a = 1, b = 7 } }\n}\n"),
        ])
    func adding(text: String, path: String, expected: String) throws {
        #expect(try edited(text, path) == expected)
    }

    @Test(
        "there is no place for what has no parent, or no name",
        arguments: [
            ("r {\n  a = 1\n}\n", "a.b"), ("r {\n  a = 1\n}\n", "o.b"), ("r {\n  a = 1\n}\n", "x y"),
            ("r {\n  o = f()\n}\n", "o.b"),
            ("r {\n  c {\n  }\n  c {\n  }\n}\n", "c.b"), ("r {\n  o = [1]\n}\n", "o.1"), ("r {\n}\n", ""),
            ("r {\n  c {\n  }\n}\n", "c.1.b"),
            ("r {\n  o = { for k, v in m : k => v }\n}\n", "o.b"),
        ])
    func nowhere(text: String, path: String) throws {
        #expect(try edited(text, path) == nil)
    }

    @Test(
        "lines are aligned where they were before, as terraform fmt would",
        arguments: [
            (
                "a line that is longer", "r {\n  a  = 1\n  bb = 2\n}\n", "ccc",
                "r {\n  a   = 1\n  bb  = 2\n  ccc = 7\n}\n"
            ),
            ("a line that is shorter", "r {\n  a  = 1\n  bb = 2\n}\n", "c", "r {\n  a  = 1\n  bb = 2\n  c  = 7\n}\n"),
            ("the run alone", "r {\n  aa = 1\n\n  b = 2\n}\n", "ccc", "r {\n  aa = 1\n\n  b   = 2\n  ccc = 7\n}\n"),
            ("not aligned before", "r {\n  a = 1\n  bb = 2\n}\n", "ccc", "r {\n  a = 1\n  bb = 2\n  ccc = 7\n}\n"),
            (
                "comments move with a value", "r {\n  a = 1  # x\n  b = 22 # y\n}\n", "b",
                "r {\n  a = 1 # x\n  b = 7 # y\n}\n"
            ),
            (
                "comments that were not aligned stay", "r {\n  a = 1 # x\n  b = 22 # y\n}\n", "b",
                "r {\n  a = 1 # x\n  b = 7 # y\n}\n"
            ),
            (
                "several lines become one", "r {\n  a = 1\n  bbb = [\n    1\n  ]\n  cc = 2\n}\n", "bbb",
                "r {\n  a   = 1\n  bbb = 7\n  cc  = 2\n}\n"
            ),
            (
                "wide characters", "r {\n  \"日本\" = 1\n}\n".replacing("\"日本\"", with: "日本"), "b",
                "r {\n  日本 = 1\n  b  = 7\n}\n"
            ),
            (
                "in an object", "r {\n  o = {\n    a = 1\n  }\n}\n", "o.bbb",
                "r {\n  o = {\n    a   = 1\n    bbb = 7\n  }\n}\n"
            ),
            (
                "a comment beside the run", "r {\n  a = { # x\n    b = 1 # y\n  }\n}\n", "a.cc",
                "r {\n  a = { # x\n    b  = 1 # y\n    cc = 7\n  }\n}\n"
            ),
            (
                "comments that a new line parts", "r {\n  a = 1 # x\n}       # y\n", "b",
                "r {\n  a = 1 # x\n  b = 7\n} # y\n"
            ),
            ("a line that was not aligned itself", "r {\n  abc = 1\n  b = 2\n}\n", "b", "r {\n  abc = 1\n  b = 7\n}\n"),
            (
                "below a line that was not aligned", "r {\n  abc = 1\n  b = 2\n}\n", "c",
                "r {\n  abc = 1\n  b = 2\n  c = 7\n}\n"
            ),
            ("above another line", "r {\n  c {\n  }\n  # x\n}\n", "bbb", "r {\n  bbb = 7\n  c {\n  }\n  # x\n}\n"),
            (
                "with CRLF", "r {\r\n  a  = 1\r\n  bb = 2\r\n}\r\n", "ccc",
                "r {\r\n  a   = 1\r\n  bb  = 2\r\n  ccc = 7\r\n}\r\n"
            ),
            ("an opened block", "r { a = 1 }\n", "bbb", "r {\n  a   = 1\n  bbb = 7\n}\n"),
        ])
    func alignment(name: String, text: String, path: String, expected: String) throws {
        #expect(try edited(text, path) == expected)
    }

    /// The property that the fuzzer tests, too.
    @Test("the first literal of every text can be changed, and nothing else changes with it")
    func firstLiterals() throws {
        var count = 0
        let generated = (0..<300).map { seed in
            var generator = TextGenerator(SeededGenerator(seed: UInt64(seed)))
            return generator.file()
        }
        for text in Corpus.all + generated {
            let document = try Document.parse(Array(text.utf8), path: "a")
            guard let leaf = document.leaves(of: document.body).first(where: { isOwn($0, in: document) }) else {
                continue
            }
            count += 1
            for isAligned in [false, true] {
                let bytes = try #require(
                    document.setting(leaf.path, to: .string("changed"), in: document.body, aligning: isAligned),
                    "\(text)")
                let after = try Document.parse(bytes, path: "a")
                let changes = CodeChange.changes(from: document, to: after)
                #expect(changes.map(\.after) == ["\"changed\""], "\(leaf.path)\n\(text)")
                #expect(changes.map(\.before) == [document.normalized(leaf.expression)], "\(leaf.path)\n\(text)")
                guard !isAligned else { continue }
                #expect(bytes == document.replacing(leaf.expression.range, with: "\"changed\""))
            }
        }
        #expect(count > 500)
    }

    private func isOwn(_ leaf: (path: String, expression: Expression), in document: Document) -> Bool {
        leaf.expression.literal != nil && document.expression(at: leaf.path, in: document.body) == leaf.expression
    }
}
