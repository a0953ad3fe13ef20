import Domain
import Testing

@testable import TerraformLanguage

@Suite("What an edit changed")
struct CodeChangeTests {
    private func changes(_ before: String, _ after: String) throws -> [String] {
        CodeChange.changes(
            from: try Document.parse(Array(before.utf8), path: "a.tf"),
            to: try Document.parse(Array(after.utf8), path: "a.tf")
        ).map(\.description)
    }

    @Test("attributes, nested blocks and objects by their paths; comments and spaces do not count")
    func attributes() throws {
        let before = "resource \"t\" \"n\" {\n  a = 1\n  o = { x = 1, y = 2 }\n  b {\n    c = 1\n  }\n}\n"
        let after =
            "# note\nresource \"t\" \"n\" {\n  a   = 1\n  o = { x = 1, y = 3 }\n  b {\n    c = 2\n  }\n  d {}\n}\n"
        #expect(try changes(before, after) == ["t.n.b.0.c: 1 → 2", "t.n.d.0: not set → {}", "t.n.o.y: 2 → 3"])
    }

    @Test("whole blocks, and the second of the same address")
    func blocks() throws {
        let before = "provider \"aws\" {}\n"
        let after =
            "provider \"aws\" {}\nprovider \"aws\" {\n  alias = \"x\"\n}\nmoved {\n  from = a.b\n  to = a.c\n}\n"
        #expect(
            try changes(before, after) == [
                "moved: not set → {}", "moved.from: not set → a.b", "moved.to: not set → a.c",
                "provider.aws#2: not set → {}", "provider.aws#2.alias: not set → \"x\"",
            ])
    }

    @Test("the file is named, and what stands outside of blocks has no address")
    func places() throws {
        let old = try Document.parse(Array("a = { b = 1 }\n".utf8), path: "x.tfvars")
        let new = try Document.parse(Array("a = { b = \"1\" }\n".utf8), path: "x.tfvars")
        #expect(
            CodeChange.changes(from: old, to: new) == [
                CodeChange(file: "x.tfvars", address: "", attribute: "a.b", before: "1", after: "\"1\"")
            ])
        #expect(CodeChange.changes(from: nil, to: new).map(\.before) == [nil])
        #expect(CodeChange.changes(from: old, to: nil).map(\.after) == [nil])
    }

    /// Each is a change that a careless comparison would not see.
    @Test(
        "no change hides behind another",
        arguments: [
            ("a = { b = 1, b = 2 }\n", "a = { b = 3, b = 2 }\n", ["a: { b = 1, b = 2 } → { b = 3, b = 2 }"]),
            ("a = { \"b.c\" = 1, b = { c = 2 } }\n", "a = { \"b.c\" = 3, b = { c = 2 } }\n", ["a[\"b.c\"]: 1 → 3"]),
            ("a = { 0 = { b = 1 } }\na {\n  b = 2\n}\n", "a = { 0 = { b = 1 } }\na {\n  b = 3\n}\n", ["a.b: 2 → 3"]),
            (
                "r t n {\n  a = { 0 = { b = 1 } }\n  a {\n    b = 2\n  }\n}\n",
                "r t n {\n  a = { 0 = { b = 1 } }\n  a {\n    b = 3\n  }\n}\n", ["r.t.n.a.0.b: 1, 2 → 1, 3"]
            ),
            ("a = \"é\"\n", "a = \"e\u{301}\"\n", ["a: \"é\" → \"e\u{301}\""]),
            ("a = <<X\nb\nX\n", "a = <<-X\nb\nX\n", ["a: <<X\nb\nX → <<-X\nb\nX"]),
            ("a = \"b\"\n", "a = \"b \"\n", ["a: \"b\" → \"b \""]),
            ("a = { (b) = 1 }\n", "a = { (c) = 1 }\n", ["a: { (b) = 1 } → { (c) = 1 }"]),
            ("a = [1]\n", "a = [1, 2]\n", ["a: [1] → [1, 2]"]),
            (
                "check \"a\" {}\ncheck \"a\" {\n  b = 1\n}\ncheck \"a#2\" {\n  b = 2\n}\n",
                "check \"a\" {}\ncheck \"a\" {\n  b = 3\n}\ncheck \"a#2\" {\n  b = 2\n}\n", ["check.a#2.b: 1 → 3"]
            ),
            ("b \"x\" {}\nb \"y\" {}\n", "b \"y\" {}\nb \"x\" {}\n", []),
            ("a = { b = 1\n c = 2 }\n", "a = { b = 1, c = 2 }\n", []),
            ("a = (\n  1\n)\n", "a = (1) # c\n", []), ("a = \"x${b}\"\r\n", "a = \"x${b}\"\n", []),
        ])
    func hidden(before: String, after: String, expected: [String]) throws {
        #expect(try changes(before, after) == expected)
    }
}
