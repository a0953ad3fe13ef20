import Domain
import Testing

@testable import Reconciliation

@Suite("Edits, fixes and plans")
struct FixAndScopeTests {
    private static let file = SourceFile(path: "workspaces/web/main.tf", text: "a = 1\nb = 1\r\nc = 11\n")

    @Test(
        "a search has to occur exactly once",
        arguments: [
            ("b = 1", "b = 2", Result<String, Refusal.Reason>.success("a = 1\nb = 2\r\nc = 11\n")),
            ("= 1\n", "= 3\n", .success("a = 3\nb = 1\r\nc = 11\n")), ("zz", "y", .failure(.searchNotFound)),
            ("= 1", "y", .failure(.searchNotUnique)), ("1", "y", .failure(.searchNotUnique)),
            ("", "y", .failure(.emptySearch)), ("a = 1", "a = 1", .failure(.nothingChanged)),
        ])
    func application(search: String, replace: String, expected: Result<String, Refusal.Reason>) {
        let edits = [Edit(path: Self.file.path, search: search, replace: replace)]
        let result = EditApplication(files: [Self.file]).applied(edits).map { $0[0].text }.mapError(\.reason)
        #expect(result == expected)
    }

    @Test("later edits see earlier ones, and unknown files are refused")
    func several() {
        let edits = [("a = 1\n", "a = 2\n"), ("a = 2", "a = 3")].map {
            Edit(path: Self.file.path, search: $0.0, replace: $0.1)
        }
        #expect(
            EditApplication(files: [Self.file]).applied(edits).map { $0[0].text }
                == .success("a = 3\nb = 1\r\nc = 11\n"))
        let other = [Edit(path: "x.tf", search: "a", replace: "b")]
        #expect(EditApplication(files: [Self.file]).applied(other).mapError(\.reason) == .failure(.unknownFile))
        #expect(EditApplication(files: [Self.file]).applied([]).mapError(\.reason) == .failure(.nothingChanged))
        let many = Array(repeating: edits[0], count: 21)
        #expect(EditApplication(files: [Self.file]).applied(many).mapError(\.reason) == .failure(.tooLarge))
    }

    private static func fixed(_ code: String, _ attribute: String, _ value: JSONValue?, target: String = "t.n")
        -> Result<String, Refusal>
    {
        let path = "workspaces/web/main.tf"
        let files = WorkspaceFiles(workspace: EditGuardTests.workspace, files: [SourceFile(path: path, text: code)])
        return FixEditor(base: files, target: target).changed(by: Rule.Fix(attribute: attribute, value: value)).map {
            $0[0].text
        }
    }

    @Test(
        "a rule's own fix, or why it cannot be made",
        arguments: [
            (
                "resource \"t\" \"n\" {\n  a = \"x\" # c\n}\n", "a", JSONValue.string("y"),
                "resource \"t\" \"n\" {\n  a = \"y\" # c\n}\n"
            ),
            ("resource \"t\" \"n\" {\n  a = 1\n}\n", "b", .integer(2), "resource \"t\" \"n\" {\n  a = 1\n  b = 2\n}\n"),
            (
                "variable \"v\" {\n  default = \"x\"\n}\nresource \"t\" \"n\" {\n  a = var.v\n}\n", "a", .string("y"),
                "variable \"v\" {\n  default = \"y\"\n}\nresource \"t\" \"n\" {\n  a = var.v\n}\n"
            ),
            ("resource \"t\" \"n\" {\n  a = 1\n}\n", "a", .integer(1), "refused: t.n.a is 1 already"),
            (
                "resource \"t\" \"n\" {\n  a = upper(\"x\")\n}\n", "a", .string("y"),
                "refused: t.n.a is the expression 'upper(\"x\")'"
            ),
            (
                "variable \"v\" {\n  default = 1\n}\nresource \"t\" \"n\" {\n  a = var.v\n  b = var.v\n}\n", "a",
                .integer(2), "refused: t.n.a is the expression 'var.v'"
            ),
            ("resource \"t\" \"m\" {}\n", "a", .integer(2), "refused: t.n is not in this workspace's files"),
            (
                "resource \"t\" \"n\" {\n  a = 1\n}\n", "o.x", .integer(2),
                "refused: workspaces/web/main.tf: there is no place for 'o.x' in t.n"
            ),
        ])
    func fixes(code: String, attribute: String, value: JSONValue, expected: String) {
        switch Self.fixed(code, attribute, value) {
        case .success(let text): #expect(text == expected)
        case .failure(let refusal): #expect("refused: \(refusal.sentence)" == expected)
        }
    }

    private static func plan(_ changes: ResourceChange...) -> Plan {
        Plan(changes: changes, text: "", terraformVersion: "1")
    }

    private static func change(
        _ address: String, _ actions: [ResourceChange.Action], after: JSONValue = .object(["a": .string("y")])
    ) -> ResourceChange {
        ResourceChange(
            address: address, actions: actions, before: .object(["a": .string("x")]), after: after,
            replacePaths: actions.count > 1 ? ["a"] : [])
    }

    @Test(
        "a plan may update the target in place, and nothing else",
        arguments: [
            (plan(change("t.n", [.update])), [] as [Refusal.Reason]), (plan(change("t.n[\"k\"]", [.update])), []),
            (plan(change("t.n", [.update]), change("output.o", [.update])), []), (plan(), [.planEmpty]),
            (plan(change("output.o", [.update])), [.planEmpty]), (plan(change("t.m", [.update])), [.planScope]),
            (plan(change("module.m.t.n", [.update])), [.planScope]),
            (plan(change("t.n", [.delete, .create])), [.planDestroys]),
            (plan(change("t.n", [.delete])), [.planDestroys]), (plan(change("t.n", [.forget])), [.planDestroys]),
            (plan(change("t.n", [.create])), [.planScope]), (plan(change("t.n", [.update, .moved])), [.planScope]),
            (plan(change("t.n", [.update], after: .object(["a": .string("z")]))), [.fixNotMade]),
        ])
    func scope(plan: Plan, expected: [Refusal.Reason]) {
        let fix = Rule.Fix(attribute: "a", value: .string("y"))
        #expect(PlanScope(target: "t.n", rule: "idle", fix: fix).refusals(of: plan).map(\.reason) == expected)
    }

    @Test(
        "parity: the union of what was approved, exactly",
        arguments: [
            (["a", "b"], [["a"], ["b"]], "equal"), (["a", "b"], [["a", "b"], ["a", "b"]], "equal"),
            ([], [["a"]], "nothing_to_do"),
            (["a"], [["a"], ["b"]], "approved but not planned any more: b"), (["a", "b"], [["a"]], "not approved: b"),
            (["a!"], [["a"]], "planned differently now: a"), (["a"], [["a"], ["a!"]], "planned differently now: a"),
        ])
    func parity(planned: [String], approved: [[String]], expected: String) throws {
        let change = { (name: String) in
            Self.change(String(name.prefix(1)), [.update], after: .string(name))
        }
        let manifests = approved.map { names in
            Manifest.fixture(changes: Plan(changes: names.map(change), text: "", terraformVersion: "").approved)
        }
        let parity = Parity.of(Plan(changes: planned.map(change), text: "", terraformVersion: ""), with: manifests)
        if case .different(let difference) = parity {
            #expect(difference.sentence == expected)
        } else {
            #expect(parity.word == expected)
        }
    }

    @Test("secrets leave the files before a model sees them, and edits may not touch their marks")
    func redaction() {
        let code = """
            resource "aws_db_instance" "db" {
              password = "hunter2-canary"
              name     = "db"
              token    = <<E
            canary-token
            E
              key      = "AKIAIOSFODNN7EXAMPLE"
              random   = "q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4Jj6Ks0"
            }
            variable "api_secret" {
              default = "canary-default"
            }

            """
        let redaction = PromptRedaction(files: [SourceFile(path: "a.tf", text: code)])
        let text = redaction.redacted[0].text
        for secret in ["hunter2", "canary-token", "AKIA", "q8Zr2", "canary-default"] { #expect(!text.contains(secret)) }
        #expect(text.contains("name     = \"db\"") && text.contains("password = \"(redacted-"))
        let edit = Edit(path: "a.tf", search: "password = \"(redacted-1)\"", replace: "x")
        #expect(redaction.refusal(of: [edit])?.reason == .redactedText)
        #expect(redaction.refusal(of: [Edit(path: "a.tf", search: "name", replace: "x")]) == nil)
    }

    @Test(
        "comments with secrets leave, too; others stay",
        arguments: [
            ("# password = \"canary\"", false), ("// db_secret: canary", false),
            ("/* token\n api_key = canary */", false),
            ("# AKIAIOSFODNN7EXAMPLE", false), ("# see q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4Jj6Ks0", false),
            ("# the password is rotated by hand", true), ("# password:", true), ("# chosen by hand: small", true),
            ("/* two\nlines */", true),
        ])
    func redactedComments(comment: String, stays: Bool) {
        let code = "a {\n  \(comment)\n  name = \"db\"\n}\n"
        let text = PromptRedaction(files: [SourceFile(path: "a.tf", text: code)]).redacted[0].text
        #expect(text == (stays ? code : "a {\n  /* (redacted-1) */\n  name = \"db\"\n}\n"))
    }
}

extension Manifest {
    static func fixture(
        key: ProposalKey = ProposalKey(workspace: "web", rule: "idle", address: "t.n"), workspace: String = "web",
        rule: String = "idle", address: String = "t.n", input: String = "input", ruleDigest: Digest = Digest(of: []),
        prompt: String = "",
        changes: [ApprovedChange] = [], author: Author = .rule
    ) -> Manifest {
        let id = EditGuardTests.workspace.tree
        return Manifest(
            key: key, workspace: workspace, rule: rule, address: address, title: "title", base: id, baseTree: id,
            plannedTree: id, modules: [:], inputDigest: Digest(of: [input]), ruleDigest: ruleDigest,
            promptVersion: prompt,
            author: author, model: nil, planDigest: Plan.digest(of: changes), changes: changes, risk: nil,
            terraformVersion: "1.11.4", sphinxVersion: "test")
    }
}
