import Testing

@testable import TerraformLanguage

@Suite("Looking into HCL")
struct ExpressionTests {
    static let text = """
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
          tags   = { for k, v in var.t : k => upper(v) }
          labels = { "a.b" = 1, c = { "d[0]" = 2 } }
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
            ("input.size", "large"), ("input.quoted", "1"), ("input.deep.a.0", "x"), ("input.deep.a[1].b", "c"),
            ("root_block_device.volume_type", "gp2"), ("root_block_device.0.volume_type", "gp2"),
            ("root_block_device[0].volume_type", "gp2"), ("labels[\"a.b\"]", "1"), ("labels.c[\"d[0]\"]", "2"),
        ])
    func literals(path: String, expected: String) throws {
        let expression = try #require(document.expression(at: path, in: body))
        #expect(document.literal(expression)?.text == expected)
        #expect(document.leaves(of: body).contains { $0.expression == expression } || path.hasPrefix("input"))
    }

    @Test("what is no literal", arguments: ["name", "tags", "user_data", "input"])
    func expressions(path: String) throws {
        #expect(document.literal(try #require(document.expression(at: path, in: body))) == nil)
    }

    @Test(
        "what is not there",
        arguments: [
            "none", "input.none", "root_block_device.1.volume_type", "instance_type.x", "input.deep.a.9", "", ".",
            "input.", "a[",
            "input[size]", "labels[\"a.b]",
        ])
    func absent(path: String) {
        #expect(document.expression(at: path, in: body) == nil)
    }

    @Test(
        "the range of a value is its text and nothing else",
        arguments: [("name", "\"web-${var.env}\""), ("size", "-3.5")])
    func ranges(name: String, text: String) throws {
        #expect(document.text(try #require(body.attribute(name)).expression.range) == text)
    }

    @Test("functions and references, also inside templates and heredocs")
    func calls() {
        #expect(body.expressions.flatMap(\.calls).map(\.name).sorted() == ["file", "join", "lower", "upper"])
        #expect(body.expressions.flatMap(\.references).sorted() == ["var.a", "var.env", "var.k", "var.t"])
        #expect(body.expressions.flatMap(\.calls).map { document.text($0.range) }.contains("file(\"/etc/x\")"))
    }

    @Test(
        "functions and references that are written to be overlooked",
        arguments: [
            ("(file\n(\"x\"))", "file", ""), ("\"${file\n(\"x\")}\"", "file", ""), ("file /* c */ (\"x\")", "file", ""),
            ("core::file(\"x\")", "file", ""), ("(core\n::\nfile\n(\"x\"))", "file", ""),
            ("[for x in file(\"y\") : x]", "file", ""),
            ("{ (file(\"x\")) = 1 }", "file", ""), ("{ \"${file(\"x\")}\" = 1 }", "file", ""),
            ("a[file(\"x\")]", "file", ""),
            ("\"%{ if file(\"x\") == \"\" }%{ endif }\"", "file", ""),
            ("<<E\n%{ for x in file(\"y\") }%{ endfor }\nE", "file", ""),
            ("(path\n.cwd)", "", "path.cwd"), ("path /* c */ . /* d */ cwd", "", "path.cwd"),
            ("path.cwd[0].x", "", "path.cwd"),
            ("f(path.cwd...)", "f", "path.cwd"), ("a ? b : -path.cwd", "", "path.cwd"), ("x[path.cwd]", "", "path.cwd"),
            ("\"$${file(\"x\")}\"", nil, ""), ("\"file(1)\"", "", ""), ("<<E\nfile(\"x\")\nE", "", ""),
            ("{ file = (1) }", "", ""),
        ] as [(String, String?, String)])
    func hidden(text: String, call: String?, reference: String) {
        let document = try? Document.parse(Array("a = \(text)\n".utf8), path: "a")
        guard let call else {
            #expect(document == nil)
            return
        }
        #expect(document?.body.expressions.flatMap(\.calls).map(\.name) == (call.isEmpty ? [] : [call]))
        #expect(document?.body.expressions.flatMap(\.references) == (reference.isEmpty ? [] : [reference]))
    }

    @Test(
        "a value that is handed on, and nothing else",
        arguments: [
            ("var.a", "var.a"), ("var.a.b", "var.a.b"), ("var.a[\"b\"].c", "var.a.b.c"), ("local.a[0]", "local.a.0"),
            ("var.a[\"b.c\"]", "var.a[\"b.c\"]"), ("(var.a)", nil), ("var.a[local.b]", nil), ("var.a[*]", nil),
            ("-var.a", nil),
            ("\"${var.a}\"", nil), ("f(var.a)", nil), ("a", nil),
        ] as [(String, String?)])
    func handedOn(text: String, path: String?) throws {
        let document = try Document.parse(Array("a = \(text)\n".utf8), path: "a")
        #expect(document.body.attribute("a")?.expression.handedOn?.description == path)
    }

    @Test(
        "one line for every expression, spaced as people write",
        arguments: [
            ("a.b", "a.b"), ("a  .  b", "a.b"), ("f( a,b )", "f(a, b)"), ("[ 1,2 , ]", "[1, 2]"), ("a+-b", "a + -b"),
            ("{a=1,b=2}", "{ a = 1, b = 2 }"), ("{\n  a = 1 # c\n  b = [\n    2\n  ]\n}", "{ a = 1, b = [2] }"),
            ("{}", "{}"),
            ("{\n  a = 1,\n}", "{ a = 1 }"), ("!a&&b", "!a && b"), ("a -1", "a - 1"), ("-1", "-1"),
            ("a /* c */ ? b:c", "a ? b : c"),
            ("[for x in [1]:x]", "[for x in [1] : x]"),
            ("{\n for k,v in m :\n k=>v...\n}", "{ for k, v in m : k => v... }"),
            ("a [0] . b [*]", "a[0].b[*]"), ("x :: y ( 1 )", "x::y(1)"), ("f(<<E\nx\nE\n, 2)", "f(<<E\nx\nE\n, 2)"),
            ("\"a  ${ b }\"", "\"a  ${ b }\""), ("(\n  a\n)", "(a)"),
        ])
    func normalized(text: String, expected: String) throws {
        let document = try Document.parse(Array("a = \(text)\n".utf8), path: "a")
        let expression = try #require(document.body.attribute("a")).expression
        #expect(document.normalized(expression) == expected)
    }

    @Test("comments are found in templates, too")
    func comments() throws {
        let text = "# a\nb = \"x${c /* d */}\" // e\nf = <<E\n${g # h\n}\n# no comment\nE\n"
        let document = try Document.parse(Array(text.utf8), path: "a")
        #expect(document.comments.map(document.text) == ["# a", "/* d */", "// e", "# h"])
    }
}
