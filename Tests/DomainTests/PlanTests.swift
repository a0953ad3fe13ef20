import Domain
import Foundation
import Testing

@Suite("Plans")
struct PlanTests {
    private static func change(
        _ address: String, _ actions: [ResourceChange.Action], before: String = "null", after: String = "null",
        unknown: String = "null", replace: [String] = []
    ) throws -> ResourceChange {
        let value = { (text: String) in try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
        return ResourceChange(
            address: address, actions: actions, before: try value(before), after: try value(after),
            afterUnknown: try value(unknown), replacePaths: replace)
    }

    private static func plan(_ changes: [ResourceChange]) -> Plan {
        Plan(changes: changes, text: "", terraformVersion: "1")
    }

    @Test(
        "are counted as Terraform counts, and what it counts nowhere is told, too",
        arguments: [
            ([], "0 to add, 0 to change, 0 to destroy"), ([[.create]], "1 to add, 0 to change, 0 to destroy"),
            ([[.update], [.update]], "0 to add, 2 to change, 0 to destroy"),
            ([[.delete, .create]], "1 to add, 0 to change, 1 to destroy"),
            ([[.create, .delete]], "1 to add, 0 to change, 1 to destroy"),
            ([[.delete]], "0 to add, 0 to change, 1 to destroy"),
            ([[.update, .moved]], "0 to add, 1 to change, 0 to destroy"),
            ([[.update, .importing]], "1 to import, 0 to add, 1 to change, 0 to destroy"),
            ([[.importing], [.create]], "1 to import, 1 to add, 0 to change, 0 to destroy"),
            ([[.moved]], "0 to add, 0 to change, 0 to destroy, 1 to move"),
            ([[.forget], [.forget]], "0 to add, 0 to change, 0 to destroy, 2 to forget"),
            ([[.create, .forget]], "1 to add, 0 to change, 0 to destroy, 1 to forget"),
        ] as [([[ResourceChange.Action]], String)])
    func summary(actions: [[ResourceChange.Action]], summary: String) throws {
        #expect(Self.plan(try actions.enumerated().map { try Self.change("t.n\($0)", $1) }).summary == summary)
    }

    @Test("outputs are counted apart, and are no blocks")
    func outputs() throws {
        let outputs = [try Self.change("output.a", [.create]), try Self.change("output.b", [.delete])]
        let one = Self.plan([outputs[0], try Self.change("module.m[0].t.n[\"k\"]", [.create])])
        #expect(one.summary == "1 to add, 0 to change, 0 to destroy, 1 output to change")
        #expect(Self.plan(outputs).summary == "0 to add, 0 to change, 0 to destroy, 2 outputs to change")
        #expect(one.blocks == ["module.m.t.n"] && Self.plan(outputs).blocks.isEmpty)
        #expect(!one.isEmpty && Self.plan([]).isEmpty)
    }

    @Test("instances of one block are one block")
    func blocks() throws {
        let addresses = ["t.z", "t.n[1]", "t.n[0]", "module.a.t.n", "t.n[\"a.b\"]"]
        #expect(
            Self.plan(try addresses.map { try Self.change($0, [.update]) }).blocks == ["module.a.t.n", "t.n", "t.z"])
    }

    @Test(
        "what happens to a resource is told by its actions",
        arguments: [
            ([.create], false, false), ([.update], false, false), ([.delete], true, false),
            ([.delete, .create], true, true), ([.create, .delete], true, true), ([.forget], true, false),
            ([.create, .forget], true, false), ([.importing], false, false), ([.moved], false, false),
        ] as [([ResourceChange.Action], Bool, Bool)])
    func fates(actions: [ResourceChange.Action], destroys: Bool, replaces: Bool) throws {
        let change = try Self.change("t.n", actions)
        #expect(change.destroys == destroys && change.replaces == replaces && !change.isOutput)
    }

    @Test("a digest tells every part of a change, and not in which order paths force a replacement")
    func digests() throws {
        let all = [
            try Self.change("t.n", [.update]), try Self.change("t.m", [.update]), try Self.change("t.n", [.create]),
            try Self.change("t.n", [.delete, .create]), try Self.change("t.n", [.create, .delete]),
            try Self.change("t.n", [.update], before: "1"), try Self.change("t.n", [.update], after: "1"),
            try Self.change("t.n", [.update], unknown: "true"), try Self.change("t.n", [.update], replace: ["a"]),
            try Self.change("t.n", [.update], replace: ["a", "b"]),
        ]
        #expect(Set(all.map(\.digest)).count == all.count)
        #expect(try Self.change("t.n", [.update], replace: ["b", "a"]).digest == all[9].digest)
        #expect(Plan.digest(of: []) != Plan.digest(of: Self.plan([all[0]]).approved))
    }

    @Test("an approved change is read as it was written")
    func approved() throws {
        let approved = Self.plan([try Self.change("t.n[\"é\"]", [.importing, .moved])]).approved
        #expect(try JSONDecoder().decode([ApprovedChange].self, from: try JSONEncoder().encode(approved)) == approved)
    }

    // MARK: Differences

    private static func told(_ change: ResourceChange) -> [String] {
        change.differences.map {
            "\($0.path): \($0.before ?? "-") → \($0.isUnknown ? "?" : $0.after ?? "-")"
        }
    }

    @Test(
        "differences are the scalars that change, by their paths",
        arguments: [
            ("{\"a\":1,\"b\":\"x\"}", "{\"a\":2,\"b\":\"x\"}", "null", ["a: 1 → 2"]),
            ("null", "{\"a\":1,\"b\":[true,{\"c\":\"y\"}]}", "null", ["a: - → 1", "b.0: - → true", "b.1.c: - → y"]),
            ("{\"a\":1}", "null", "null", ["a: 1 → -"]), ("{\"a\":null}", "{\"a\":\"\"}", "null", ["a: - → "]),
            ("{\"a\":1}", "{}", "{\"a\":true}", ["a: 1 → ?"]),
            ("{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"c\":2}}", "{\"a\":true}", ["a: - → ?"]),
            ("{\"ab\":1}", "{\"ab\":2}", "{\"a\":true}", ["a: - → ?", "ab: 1 → 2"]),
            ("{\"l\":[1,2]}", "{\"l\":[1,3]}", "{\"l\":[false,false]}", ["l.1: 2 → 3"]),
            ("{\"l\":[1]}", "{\"l\":[null]}", "{\"l\":[true]}", ["l.0: 1 → ?"]), ("1", "2", "null", [": 1 → 2"]),
            ("\"x\"", "null", "true", [": x → ?"]), ("{\"a\":[]}", "{\"a\":{}}", "null", []),
            ("{\"a\":\"1\"}", "{\"a\":1}", "null", []), ("null", "null", "null", []),
        ])
    func differences(before: String, after: String, unknown: String, expected: [String]) throws {
        #expect(
            Self.told(try Self.change("t.n", [.update], before: before, after: after, unknown: unknown)) == expected)
    }

    // MARK: Addresses

    @Test(
        "an address leads to its block and its type",
        arguments: [
            ("t.n[\"]\"]", "t.n", "t"), ("t.n[\"a\\\"]\"].x", "t.n.x", "t"), ("t.n[0", "t.n", "t"),
            ("t.n]", "t.n]", "t"),
            ("module.a[0].module.b[\"x\"].t.n", "module.a.module.b.t.n", "t"),
            ("module.a.module.b", "module.a.module.b", nil),
            ("t", "t", nil), ("", "", nil), ("module", "module", nil),
            ("module.module.module.n", "module.module.module.n", nil),
            ("t.n (deposed object 1a2b)", "t.n (deposed object 1a2b)", "t"),
        ] as [(String, String, String?)])
    func addresses(address: String, block: String, type: String?) {
        #expect(ResourceAddress.block(address) == block && ResourceAddress.type(of: address) == type)
        #expect(ResourceInstance(address: address, type: "t", values: .null).blockAddress == block)
    }
}
