import Domain
import Foundation
import Testing

@Suite("Values of the domain")
struct ValueTests {
    @Test("digests keep their parts apart, and are plain SHA-256 over bytes")
    func digests() {
        #expect(Digest(of: ["ab", "c"]) != Digest(of: ["a", "bc"]))
        #expect(Digest(of: ["a", ""]) != Digest(of: ["a"]))
        #expect(
            Digest(ofBytes: Array("abc".utf8)).description
                == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest(ofBytes: []).prefix(8) == "e3b0c442")
    }

    @Test("secrets print and encode as <redacted>, however they are looked at")
    func secrets() throws {
        let secret = Secret("canary")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        let encoded = String(decoding: try JSONEncoder().encode([secret]), as: UTF8.self)
        for text in ["\(secret)", String(reflecting: secret), dumped, encoded, "\([secret])"] {
            #expect(!text.contains("canary"))
        }
        #expect("\(secret)" == "<redacted>" && encoded == "[\"<redacted>\"]" && secret.reveal() == "canary")
    }

    @Test(
        "an address without its instance keys",
        arguments: [
            ("aws_instance.web", "aws_instance.web", "aws_instance"),
            ("aws_instance.web[0]", "aws_instance.web", "aws_instance"),
            ("module.a[\"x.y[0]\"].module.b.t.n[\"k\\\"]\"]", "module.a.module.b.t.n", "t"),
            ("module.m.terraform_data.d", "module.m.terraform_data.d", "terraform_data"), ("module.m", "module.m", nil),
        ] as [(String, String, String?)])
    func addresses(address: String, block: String, type: String?) {
        #expect(ResourceAddress.block(address) == block)
        #expect(ResourceAddress.type(of: address) == type)
    }

    @Test(
        "one canonical text for one value",
        arguments: [
            (JSONValue.object(["b": .integer(1), "a": .array([.null, .bool(true)])]), "{\"a\":[null,true],\"b\":1}"),
            (.string("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\""),
            (.integer(9_007_199_254_740_993), "9007199254740993"),
        ])
    func canonical(value: JSONValue, text: String) throws {
        #expect(value.canonical == text)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
    }

    @Test("values at dotted paths, and scalars as people write them")
    func paths() throws {
        let value = try JSONDecoder().decode(
            JSONValue.self, from: Data("{\"a\":{\"b\":[1,{\"c\":2.5}]},\"d\":true,\"e\":3.0}".utf8))
        #expect(value.value(at: "a.b.1.c")?.scalarText == "2.5" && value.value(at: "a.b.0")?.scalarText == "1")
        #expect(value.value(at: "a.b.2") == nil && value.value(at: "a.x") == nil && value.value(at: "d.x") == nil)
        #expect(value["d"]?.scalarText == "true" && value["e"]?.scalarText == "3" && value["a"]?.scalarText == nil)
    }

    @Test("a key names the same opportunity for ever, and no two alike")
    func keys() throws {
        let key = ProposalKey(workspace: "web", rule: "idle", address: "t.n")
        #expect(key == ProposalKey(workspace: "web", rule: "idle", address: "t.n") && key.text.count == 10)
        #expect(key != ProposalKey(workspace: "webi", rule: "dle", address: "t.n"))
        #expect(ProposalKey("0123456789") != nil && ProposalKey("012345678") == nil && ProposalKey("012345678G") == nil)
        let decoded = try JSONDecoder().decode(ProposalKey.self, from: try JSONEncoder().encode(key))
        #expect(decoded == key)
    }

    @Test(
        "object names are whole",
        arguments: [
            ("a", false), (String(repeating: "a", count: 40), true), (String(repeating: "A", count: 40), false),
            (String(repeating: "0", count: 64), true),
        ])
    func objects(text: String, isValid: Bool) {
        #expect((ObjectID(text) != nil) == isValid)
    }

    @Test("a problem prints its place, its line and a caret")
    func problems() {
        let place = SourceLocation(file: "rules.yml", line: 12, column: 7, text: "  key: \tvalue")
        #expect(
            Problem(.needsPerson, "wrong", hint: "do this", location: place).description
                == "rules.yml:12:7: wrong; do this\n      key:  value\n          ^")
        #expect(Problem(.bug, "wrong").description == "wrong")
        let long = SourceLocation(file: "f", line: 1, column: 301, text: String(repeating: "x", count: 400))
        #expect(long.snippet == "    \(String(repeating: "x", count: 120))\n    \(String(repeating: " ", count: 80))^")
    }

    @Test(
        "the nearest word, if one is near",
        arguments: [("treshold", "threshold"), ("operater", "operator"), ("xyz", nil), ("", nil)] as [(String, String?)]
    )
    func spelling(word: String, expected: String?) {
        #expect(Spelling.nearest(to: word, among: ["threshold", "operator", "duration_minutes"]) == expected)
        #expect(Spelling.distance("kitten", "sitting") == 3)
    }

    @Test("a plan counts as Terraform does, and its digest does not depend on the order")
    func plans() {
        let changes = [
            ("b", [ResourceChange.Action.update]), ("a", [.delete, .create]), ("c", [.create]), ("output.o", [.update]),
        ].map {
            ResourceChange(address: $0.0, actions: $0.1, before: .null, after: .string($0.0))
        }
        let plan = Plan(changes: changes, text: "", terraformVersion: "1")
        #expect(plan.summary == "2 to add, 1 to change, 1 to destroy, 1 output to change")
        #expect(plan.digest == Plan(changes: changes.reversed(), text: "other", terraformVersion: "2").digest)
        #expect(plan.changes.map(\.address) == ["a", "b", "c", "output.o"])
        let other = ResourceChange(address: "b", actions: [.update], before: .null, after: .string("x"))
        #expect(plan.digest != Plan(changes: changes.dropFirst() + [other], text: "", terraformVersion: "1").digest)
    }
}
