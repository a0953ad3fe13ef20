import Domain
import Testing

@testable import Reconciliation
@testable import TerraformLanguage

@Suite("What widens access or takes a protection away")
struct WideningTests {
    private static let path = "workspaces/web/main.tf"

    private static func code(_ body: String, type: String) -> String {
        "resource \"\(type)\" \"x\" {\n  size = 1\n\(body)}\n"
    }

    /// What the guards say of a body that takes the place of another one, in the code and in a plan.
    private static func sentences(
        from before: (code: String, value: [String: JSONValue]), to after: (code: String, value: [String: JSONValue]),
        type: String = "t", fix: Rule.Fix? = nil
    ) -> (code: [String], plan: [String]) {
        let guardian = EditGuard(
            workspace: EditGuardTests.workspace, before: [SourceFile(path: path, text: code(before.code, type: type))],
            target: "\(type).x", fix: fix)
        let change = ResourceChange(
            address: "\(type).x", actions: [.update],
            before: .object(before.value.merging(["size": .integer(1)]) { first, _ in first }),
            after: .object(after.value.merging(["size": .integer(2)]) { first, _ in first }))
        let refusals = guardian.refusals(after: [SourceFile(path: path, text: code(after.code, type: type))])
        let planned = PlanScope(target: "\(type).x", rule: "r", fix: fix).refusals(
            of: Plan(changes: [change], text: "", terraformVersion: "1"))
        #expect((refusals + planned).allSatisfy { $0.reason == .widening })
        return (refusals.map(\.sentence), planned.map(\.sentence))
    }

    @Test("an attribute that says who may do or reach what does not change", arguments: Widening.attributes)
    func attributes(row: Widening.Row) {
        let found = Self.sentences(
            from: ("  \(row.name) = \"a\"\n", [row.name: .string("a")]),
            to: ("  \(row.name) = \"b\"\n", [row.name: .string("b")]))
        #expect(found.code == ["\(Self.path): '\(row.name)' may not change: \(row.reason)"])
        #expect(found.plan == ["t.x: '\(row.name)' may not change: \(row.reason)"])
    }

    @Test("a new one may not come in, also deep in a block or a list", arguments: Widening.attributes)
    func nested(row: Widening.Row) {
        let found = Self.sentences(
            from: ("", [:]),
            to: (
                "  outer {\n    \(row.name) = [\"b\"]\n  }\n",
                ["outer": .array([.object([row.name: .array([.string("b")])])])]
            ))
        #expect(found.code.contains { $0.hasSuffix("\(row.name)' may not change: \(row.reason)") }, "\(found.code)")
        #expect(found.plan == ["t.x: 'outer.0.\(row.name).0' may not change: \(row.reason)"])
    }

    @Test(
        "a protection may not be switched off, nor taken out; switching it on is no widening",
        arguments: Widening.switches)
    func switches(row: Widening.Switch) {
        let safe = row.value == "true" ? "false" : row.value == "false" ? "true" : "other"
        let (on, off) = (
            ("  \(row.name) = \"\(safe)\"\n", [row.name: JSONValue.string(safe)]), ("", [String: JSONValue]())
        )
        let less = ("  \(row.name) = \"\(row.value)\"\n", [row.name: JSONValue.string(row.value)])
        let switched = Self.sentences(from: on, to: less)
        #expect(switched.code == ["\(Self.path): '\(row.name)' may not become \(row.value): \(row.reason)"])
        #expect(switched.plan == ["t.x: '\(row.name)' may not become \(row.value): \(row.reason)"])
        #expect(Self.sentences(from: on, to: off).plan == ["t.x: '\(row.name)' may not become unset: \(row.reason)"])
        #expect(Self.sentences(from: off, to: less).plan == switched.plan)
        let safer = Self.sentences(from: less, to: on)
        #expect(safer.code.isEmpty && safer.plan.isEmpty)
    }

    @Test("everybody may not be named anywhere", arguments: Widening.everybody)
    func everybody(row: Widening.Row) {
        let found = Self.sentences(
            from: ("  who = \"me\"\n", ["who": .string("me")]),
            to: ("  who = [\"me\", \"\(row.name)\"]\n", ["who": .array([.string("me"), .string(row.name)])]))
        #expect(found.code == ["\(Self.path): 'who' may not name '\(row.name)': \(row.reason)"])
        #expect(found.plan == ["t.x: 'who.1' may not name '\(row.name)': \(row.reason)"])
        // What is there already may stay.
        let kept = Self.sentences(
            from: ("  who = \"\(row.name)\"\n", ["who": .string(row.name)]),
            to: ("  who = \"\(row.name) \"\n", ["who": .string("\(row.name) ")]))
        #expect(kept.code.isEmpty && kept.plan.isEmpty)
    }

    @Test(
        "a wide network is not allowed under another spelling",
        arguments: [
            ("0.0.0.0/1", true), ("128.0.0.0/1", true), ("11.0.0.0/8", true), ("10.0.0.0/8", false),
            ("10.0.0.0/7", true), ("172.16.0.0/12", false), ("192.168.0.0/16", false), ("203.0.113.7/32", false),
            ("2000::/3", true), ("2001:db8::/32", true), ("2001:db8::/48", false), ("fd00::/8", false),
            ("1/2", false), ("a/b", false), ("300.0.0.0/0", false),
        ])
    func wide(network: String, isRefused: Bool) {
        let found = Self.sentences(
            from: ("", [:]), to: ("  peers = [\"\(network)\"]\n", ["peers": .array([.string(network)])]))
        let sentence = "may not name '\(network)': it means a large part of the internet"
        #expect(found.code == (isRefused ? ["\(Self.path): 'peers' \(sentence)"] : []))
        #expect(found.plan == (isRefused ? ["t.x: 'peers.0' \(sentence)"] : []))
    }

    @Test("some types of resources do not change at all", arguments: Widening.types)
    func types(row: Widening.Row) {
        let type = "\(row.name)x"
        let found = Self.sentences(
            from: ("  a = 1\n", ["a": .integer(1)]), to: ("  a = 2\n", ["a": .integer(2)]), type: type)
        #expect(found.code == ["\(Self.path): \(type).x may not change: \(row.reason)"])
        let change = ResourceChange(
            address: "\(type).other", actions: [.update], before: .object([:]), after: .object([:]))
        let policy = Policy(affected: [Glob("**")])
        let planned = PlanScope(target: "t.x", rule: "r", fix: nil, policy: policy).refusals(
            of: Plan(changes: [change], text: "", terraformVersion: "1"))
        #expect(planned.map(\.sentence) == ["\(type).other would change: \(row.reason)"])
    }

    @Test("the value that the rule's own fix sets is the rule's business, and no other attribute is")
    func ownFix() {
        let before = ("  publicly_accessible = false\n", ["publicly_accessible": JSONValue.bool(false)])
        let after = ("  publicly_accessible = true\n", ["publicly_accessible": JSONValue.bool(true)])
        let fix = Rule.Fix(attribute: "publicly_accessible", value: .bool(true))
        let own = Self.sentences(from: before, to: after, fix: fix)
        #expect(own.code.isEmpty && own.plan.isEmpty)
        let hint = Rule.Fix(attribute: "publicly_accessible", value: nil, hint: "open it")
        #expect(Self.sentences(from: before, to: after, fix: hint).code.count == 1)
        let other = Rule.Fix(attribute: "size", value: .integer(2))
        #expect(Self.sentences(from: before, to: after, fix: other).code.count == 1)
        let family = Rule.Fix(attribute: "max_session_duration", value: .integer(3600))
        let session = Self.sentences(
            from: ("  max_session_duration = 7200\n", ["max_session_duration": .integer(7200)]),
            to: ("  max_session_duration = 3600\n", ["max_session_duration": .integer(3600)]),
            type: "aws_iam_role", fix: family)
        #expect(session.code.isEmpty && session.plan.isEmpty)
    }

    @Test("people's own words, and what is known only after the apply, are not judged")
    func freeText() {
        let found = Self.sentences(
            from: ("", [:]),
            to: (
                "  tags = {\n    role = \"web\"\n    note = \"not 0.0.0.0/0\"\n  }\n",
                ["tags": .object(["role": .string("web"), "note": .string("not 0.0.0.0/0")])]
            ))
        #expect(found.code.isEmpty && found.plan.isEmpty)
        let role: JSONValue = .object(["role": .string("a")])
        #expect(Self.planned(role, .object([:]), unknown: .object(["role": .bool(true)])).isEmpty)
        let output: JSONValue = .object(["output": role])
        #expect(Self.planned(output, .object([:]), unknown: .object(["output": .bool(true)])).isEmpty)
    }

    @Test("an item that a plan marks as known is judged")
    func knownItem() {
        let list = { (names: String...) -> JSONValue in
            .object(["roles": .array(names.map { .object(["role": .string($0)]) })])
        }
        let marks: JSONValue = .object(["roles": .array([.object(["role": .bool(false)])])])
        #expect(
            Self.planned(list("a"), list("b"), unknown: marks).map(\.sentence)
                == ["t.x: 'roles.0.role' may not change: it is an identity"])
    }

    private static func planned(_ before: JSONValue, _ after: JSONValue, unknown: JSONValue) -> [Refusal] {
        let change = ResourceChange(
            address: "t.x", actions: [.update], before: before, after: after, afterUnknown: unknown)
        let plan = Plan(changes: [change], text: "", terraformVersion: "1")
        return PlanScope(target: "t.x", rule: "r", fix: nil).refusals(of: plan)
    }

    @Test("no row stands twice, and each has a reason")
    func table() {
        let names =
            (Widening.types + Widening.attributes + Widening.everybody).map(\.name) + Widening.switches.map(\.name)
        #expect(Set(names).count == names.count)
        #expect((Widening.types + Widening.attributes + Widening.everybody).allSatisfy { $0.reason.count > 10 })
        #expect(Widening.switches.allSatisfy { $0.reason.count > 10 })
    }
}
