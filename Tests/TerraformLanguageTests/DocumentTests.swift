import Testing

@testable import TerraformLanguage

@Suite("Reading HCL")
struct DocumentTests {
    static let texts: [(name: String, text: String)] = [
        ("empty", ""), ("a byte order mark", "\u{FEFF}a = 1\n"), ("comments", "# one\n// two\n/* three\n */\n"),
        ("no line break at the end", "a = 1"), ("CRLF", "resource \"a\" \"b\" {\r\n  x = 1\r\n}\r\n"),
        ("one-line block", "variable \"x\" {}\nlocals { a = 1 }\n"),
        ("templates in templates", "a = \"x${var.a == \"}\" ? \"${b}\" : \"{\"}y\"\n"),
        ("escaped templates", "a = \"$${not} %%{this} \\\" \\\\\"\n"),
        ("heredoc", "a = <<EOT\n}\n${ {a = 1} }\n  EOT2\nEOT\nb = 2\n"),
        ("indented heredoc", "a {\n  b = <<-END\n    \"quote\n    END\n  c = 1\n}\n"),
        ("heredoc in a call", "a = f(<<A\nx\nA\n, 2)\n"),
        ("for expressions", "a = [for x in var.l : x if x != null]\nb = { for k, v in m : k => v... }\n"),
        ("brackets over lines", "a = [\n  1, # one\n  2,\n]\nb = f(\n  1,\n)\n"),
        ("operators", "a = !b && c >= -1.5e+3 || d ? e : f % 2\n"), ("splat and index", "a = b[*].c[0].d.0\n"),
        ("unicode", "å = \"日本語 🙂\"\n"), ("provider functions", "a = provider::aws::arn_parse(\"x\")\n"),
        ("nested blocks", "a \"b\" c {\n  d {\n    e \"f\" {\n      g = 1\n    }\n  }\n}\n"),
    ]

    @Test("finds ranges that lie in order within the text, whatever it holds", arguments: texts)
    func ranges(name: String, text: String) throws {
        let document = try Document.parse(Array(text.utf8), path: "main.tf")
        #expect(document.text(0..<document.bytes.count) == text)
        try check(document.body, in: document)
    }

    private func check(_ body: Body, in document: Document) throws {
        var place = body.range.lowerBound
        for item in body.items {
            #expect(item.range.lowerBound >= place && item.range.upperBound <= body.range.upperBound)
            place = item.range.upperBound
            if case .block(let block) = item { try check(block.body, in: document) }
            if case .attribute(let attribute) = item {
                #expect(attribute.range.upperBound == attribute.expression.range.upperBound)
                #expect(document.text(attribute.range).hasPrefix(attribute.name))
            }
        }
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("a = \"x\n", "a string that is never closed", 1, 5),
            ("a {\n  b = 1\n", "a block that is never closed", 1, 1),
            ("a = [1\n", "a '[' that is never closed", 1, 5), ("}\n", "a '}' that closes nothing", 1, 1),
            ("a =\n", "a value is missing", 1, 4), ("a = 1\na = 2\n", "'a' is set twice", 2, 1),
            ("a = (1]\n", "a ']' that closes nothing", 1, 7), ("a = <<X\ny\n", "a heredoc that is never closed", 1, 5),
            ("/* x", "a comment that is never closed", 1, 1), ("a = `x`\n", "a character that HCL does not know", 1, 5),
            ("a \"b\" = 1\n", "'=' where '=', a label or '{' should stand", 1, 7),
            ("\"a\" = 1\n", "'\"a\"' where an argument or a block should begin", 1, 1),
            ("a = \"${b\"\n", "a string that is never closed", 1, 9),
        ])
    func mistakes(text: String, message: String, line: Int, column: Int) {
        do {
            _ = try Document.parse(Array(text.utf8), path: "main.tf")
            Issue.record("no mistake was found")
        } catch {
            let place = error.position(in: Array(text.utf8))
            #expect(error.message == message && place.line == line && place.column == column)
        }
    }

    @Test("survives every cut and thousands of changed bytes")
    func robust() {
        let text = Array(Self.texts.map(\.text).joined().utf8)
        for end in text.indices { _ = try? Document.parse(Array(text[..<end]), path: "a") }
        var state: UInt64 = 42
        for _ in 0..<3_000 {
            var changed = text
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[Int(state >> 33) % changed.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            _ = try? Document.parse(changed, path: "a")
        }
    }

    @Test("refuses what is nested without end", arguments: [("a {", "}"), ("a = \"${", "}\"")])
    func deep(open: String, close: String) {
        let text = String(repeating: open, count: 5_000) + String(repeating: close, count: 5_000)
        #expect(throws: SyntaxError.self) { try Document.parse(Array(text.utf8), path: "a") }
    }
}

@Suite("Looking into HCL")
struct ExpressionTests {
    private static let text = """
        resource "aws_instance" "web" {
          instance_type = "m5.large"
          size          = -3.5
          on            = true
          name          = "web-${var.env}"
          note          = "a\\tb \\u00e9 $${x} \\"q\\""
          input = {
            size    = "large", "quoted" = 1
            (var.k) = 2
            deep = { a = ["x", { b = "c" }] }
          }
          root_block_device {
            volume_type = "gp2"
          }
          user_data = <<-EOT
            ${file("/etc/x")} ${join(",", [lower(var.a)])}
          EOT
          tags = { for k, v in var.t : k => upper(v) }
        }

        """

    private let document: Document
    private let body: Body

    init() throws {
        document = try Document.parse(Array(Self.text.utf8), path: "main.tf")
        body = try #require(document.blocks(at: "aws_instance.web").first).body
    }

    @Test(
        "literals by their paths",
        arguments: [
            ("instance_type", "m5.large"), ("size", "-3.5"), ("on", "true"), ("note", "a\tb é ${x} \"q\""),
            ("input.size", "large"), ("input.quoted", "1"), ("input.deep.a.0", "x"), ("input.deep.a.1.b", "c"),
            ("root_block_device.volume_type", "gp2"), ("root_block_device.0.volume_type", "gp2"),
        ])
    func literals(path: String, expected: String) throws {
        let expression = try #require(document.expression(at: path, in: body))
        #expect(document.literal(expression)?.text == expected)
    }

    @Test("what is no literal, or not there", arguments: ["name", "tags", "user_data", "input"])
    func expressions(path: String) throws {
        #expect(document.literal(try #require(document.expression(at: path, in: body))) == nil)
    }

    @Test(arguments: ["none", "input.none", "root_block_device.1.volume_type", "instance_type.x", "input.deep.a.9"])
    func absent(path: String) {
        #expect(document.expression(at: path, in: body) == nil)
    }

    @Test("functions and references, also inside templates and heredocs")
    func calls() {
        let tokens = body.attributes.flatMap(\.expression.tokens)
        #expect(document.calls(in: tokens).map(\.name).sorted() == ["file", "join", "lower", "upper"])
        #expect(document.references(in: tokens).sorted() == ["var.a", "var.env", "var.k", "var.t"])
        #expect(document.calls(in: tokens).map { document.text($0.range) }.contains("file(\"/etc/x\")"))
    }

    @Test(
        "setting a value changes that value and nothing else",
        arguments: [
            ("instance_type", Literal.string("t3.micro"), "\"m5.large\"", "\"t3.micro\""),
            ("input.size", .string("a\"${b}\\"), "\"large\"", "\"a\\\"$${b}\\\\\""),
            ("root_block_device.volume_type", .string("gp3"), "\"gp2\"", "\"gp3\""),
            ("on", .bool(false), "= true", "= false"), ("size", .number("4"), "-3.5", "4"),
            (
                "input.new", .number("7"), "deep = { a = [\"x\", { b = \"c\" }] }",
                "deep = { a = [\"x\", { b = \"c\" }] }\n    new = 7"
            ),
            ("input.deep.new", .number("7"), "{ b = \"c\" }] }", "{ b = \"c\" }], new = 7 }"),
            ("monitoring", .bool(true), "k => upper(v) }", "k => upper(v) }\n  monitoring = true"),
        ])
    func setting(path: String, literal: Literal, before: String, after: String) throws {
        let bytes = try #require(document.setting(path, to: literal, in: body))
        #expect(String(decoding: bytes, as: UTF8.self) == Self.text.replacing(before, with: after))
        #expect(throws: Never.self) { try Document.parse(bytes, path: "main.tf") }
    }

    @Test("CRLF files stay CRLF files")
    func lineEnds() throws {
        let text = "resource \"a\" \"b\" {\r\n  x = 1 # one\r\n}\r\n"
        let document = try Document.parse(Array(text.utf8), path: "a.tf")
        let body = try #require(document.body.blocks.first).body
        let bytes = try #require(document.setting("y", to: .number("2"), in: body))
        #expect(String(decoding: bytes, as: UTF8.self) == "resource \"a\" \"b\" {\r\n  x = 1 # one\r\n  y = 2\r\n}\r\n")
    }
}

@Suite("What an edit changed")
struct CodeChangeTests {
    private func changes(_ before: String, _ after: String) throws -> [CodeChange] {
        CodeChange.changes(
            from: try Document.parse(Array(before.utf8), path: "a"),
            to: try Document.parse(Array(after.utf8), path: "a"))
    }

    private func change(_ block: String, _ attribute: String, _ before: String?, _ after: String?) -> CodeChange {
        CodeChange(block: block, attribute: attribute, before: before, after: after)
    }

    @Test("attributes, nested blocks and objects by their paths; comments and spaces do not count")
    func attributes() throws {
        let before = "resource \"t\" \"n\" {\n  a = 1\n  o = { x = 1, y = 2 }\n  b {\n    c = 1\n  }\n}\n"
        let after =
            "# note\nresource \"t\" \"n\" {\n  a   = 1\n  o = { x = 1, y = 3 }\n  b {\n    c = 2\n  }\n  d {}\n}\n"
        #expect(
            try changes(before, after) == [
                change("t.n", "b.0.c", "1", "2"), change("t.n", "d.0", nil, "{}"), change("t.n", "o.y", "2", "3"),
            ])
    }

    @Test("whole blocks, and the second of the same address")
    func blocks() throws {
        let before = "provider \"aws\" {}\n"
        let after =
            "provider \"aws\" {}\nprovider \"aws\" {\n  alias = \"x\"\n}\nmoved {\n  from = a.b\n  to = a.c\n}\n"
        #expect(
            try changes(before, after) == [
                change("moved", "", nil, "{}"), change("moved", "from", nil, "a . b"),
                change("moved", "to", nil, "a . c"), change("provider.aws#2", "", nil, "{}"),
                change("provider.aws#2", "alias", nil, "\"x\""),
            ])
    }
}
