import Domain
import Testing

@testable import Reconciliation

/// The sentences go to the model, and to people where it finds no better answer.
@Suite("What a plan may not do, in whole sentences")
struct PlanSentenceTests {
    private static func change(
        _ address: String, _ actions: [ResourceChange.Action], after: JSONValue = .object(["a": .string("y")]),
        forcedBy paths: [String] = []
    ) -> ResourceChange {
        ResourceChange(
            address: address, actions: actions, before: .object(["a": .string("x")]), after: after, replacePaths: paths)
    }

    static let rows: [(name: String, policy: Policy, changes: [ResourceChange], sentences: [String])] = [
        ("an update in place", Policy(), [change("t.n", [.update])], []),
        ("nothing", Policy(), [], ["the plan changes no resource: the edit has no effect"]),
        (
            "another resource", Policy(), [change("t.n", [.update]), change("t.m", [.update])],
            ["t.m would change, too; only t.n may"]
        ),
        (
            "a resource of a module with its name", Policy(), [change("module.x.t.n", [.update])],
            ["module.x.t.n would change, too; only t.n may"]
        ),
        (
            "a data source with its name", Policy(), [change("data.t.n", [.update])],
            ["data.t.n would change, too; only t.n may"]
        ),
        (
            "a replacement", Policy(), [change("t.n[0]", [.delete, .create], forcedBy: ["b", "a.c"])],
            ["t.n[0] would be replaced (forced by a.c, b); only changes in place are allowed"]
        ),
        (
            "a replacement that keeps the old one for a while", Policy(), [change("t.n", [.create, .delete])],
            ["t.n would be replaced; only changes in place are allowed"]
        ),
        (
            "a destruction", Policy(), [change("t.n[1]", [.delete])],
            ["t.n[1] would be destroyed; only changes in place are allowed"]
        ),
        (
            "forgetting", Policy(replace: [Glob("*")], destroy: [Glob("*")]), [change("t.n", [.forget])],
            ["t.n would be destroyed; only changes in place are allowed"]
        ),
        (
            "a deposed object", Policy(), [change("t.n", [.update]), change("t.n (deposed object 1a2b)", [.delete])],
            ["t.n (deposed object 1a2b) would be destroyed; only changes in place are allowed"]
        ),
        (
            "a creation", Policy(), [change("t.n[2]", [.create])],
            ["t.n[2] would be changed by 'create'; only updates are allowed"]
        ),
        (
            "an import", Policy(), [change("t.n", [.importing, .update])],
            ["t.n would be changed by 'importing, update'; only updates are allowed"]
        ),
        (
            "another value than the rule's", Policy(), [change("t.n", [.update], after: .object(["a": .string("z")]))],
            ["t.n.a is planned as z; the rule asks for y"]
        ),
        (
            "a value that is known only after the apply", Policy(),
            [change("t.n", [.update], after: .object(["b": .integer(1)]))], []
        ),
        (
            "a replacement that the policy allows, with another value", Policy(replace: [Glob("idle")]),
            [change("t.n", [.delete, .create], after: .object(["a": .string("z")]))],
            ["t.n.a is planned as z; the rule asks for y"]
        ),
        (
            "a destruction that the policy allows to another rule", Policy(destroy: [Glob("busy")]),
            [change("t.n", [.delete])], ["t.n would be destroyed; only changes in place are allowed"]
        ),
        (
            "another resource that the policy lets update, and one that it would have created",
            Policy(affected: [Glob("t.*")]),
            [change("t.n", [.update]), change("t.m", [.update]), change("t.o", [.create])],
            ["t.o would be changed by 'create'; only updates are allowed"]
        ),
        (
            "all of it at once", Policy(), [change("t.m", [.update]), change("t.n", [.delete])],
            [
                "t.m would change, too; only t.n may",
                "t.n would be destroyed; only changes in place are allowed",
            ]
        ),
    ]

    @Test("is refused with what would happen, and what may", arguments: rows)
    func plan(name: String, policy: Policy, changes: [ResourceChange], sentences: [String]) {
        let scope = PlanScope(
            target: "t.n", rule: "idle", fix: Rule.Fix(attribute: "a", value: .string("y")), policy: policy)
        let plan = Plan(changes: changes, text: "", terraformVersion: "1")
        #expect(scope.refusals(of: plan).map(\.sentence) == sentences)
    }

    private static let file = SourceFile(path: "main.tf", text: "a = 1\naa = 1\n")

    static let edits: [(name: String, edits: [Edit], sentence: String)] = [
        ("none", [], "there are no edits"),
        (
            "overlapping places", [Edit(path: "o.tf", search: "aa", replace: "b")],
            "a search text occurs more than once in 'o.tf'; it must occur exactly once: aa"
        ),
        (
            "a place that an earlier edit took away",
            [
                Edit(path: "main.tf", search: "a = 1\naa", replace: "b"),
                Edit(path: "main.tf", search: "aa = 1", replace: "c"),
            ],
            "a search text occurs 0 times in 'main.tf'; it must occur exactly once: aa = 1"
        ),
        (
            "edits that take each other back",
            [Edit(path: "main.tf", search: "aa", replace: "b"), Edit(path: "main.tf", search: "b", replace: "aa")],
            "the edits change nothing"
        ),
        (
            "a file that would be too large",
            [Edit(path: "main.tf", search: "aa", replace: String(repeating: "x", count: 1 << 20))],
            "'main.tf' would be larger than 1 MiB"
        ),
        (
            "a search that is longer than the file",
            [Edit(path: "main.tf", search: String(repeating: "a", count: 300), replace: "b")],
            "a search text occurs 0 times in 'main.tf'; it must occur exactly once: \(String(repeating: "a", count: 200))"
        ),
        (
            "the same letters in another form", [Edit(path: "u.tf", search: "e\u{301}", replace: "e")],
            "a search text occurs 0 times in 'u.tf'; it must occur exactly once: e\u{301}"
        ),
    ]

    @Test("edits are applied exactly, byte for byte, or not at all", arguments: edits)
    func application(name: String, edits: [Edit], sentence: String) {
        let files = [
            Self.file, SourceFile(path: "o.tf", text: "aaa"), SourceFile(path: "u.tf", text: "\u{E9}"),
        ]
        guard case .failure(let refusal) = EditApplication(files: files).applied(edits) else {
            Issue.record("they are applied")
            return
        }
        #expect(refusal.sentence == sentence)
    }

    @Test("bytes that are no UTF-8 stay as they are, and a file's run bit, too")
    func bytes() throws {
        let file = SourceFile(path: "main.tf", bytes: [0xFF, 0x61, 0x0D, 0x0A, 0xFE], isExecutable: true)
        let result = EditApplication(files: [file]).applied([Edit(path: "main.tf", search: "a", replace: "bc")])
        let expected = SourceFile(path: "main.tf", bytes: [0xFF, 0x62, 0x63, 0x0D, 0x0A, 0xFE], isExecutable: true)
        #expect(result == .success([expected]))
    }
}
