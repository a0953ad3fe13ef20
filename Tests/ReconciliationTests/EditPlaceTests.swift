import Domain
import Testing

@testable import Reconciliation

/// Where an attribute's value is decided, and that nothing but this place may change.
@Suite("The place to edit")
struct EditPlaceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Path below the top → text.
        let files: [String: String]
        var target = "t.n"
        var varFiles: [String] = []
        /// The line that the fix `a = 2` makes, as `file: line`, or the sentence of the refusal.
        let expected: String
        var testDescription: String { name }
    }

    private static let main = "workspaces/web/main.tf"
    private static let block = "resource \"t\" \"n\" {\n  a = var.v\n}\nvariable \"v\" {\n  default = 1\n}\n"
    private static let module = "resource \"t\" \"n\" {\n  a = var.v\n}\nvariable \"v\" {\n  default = 1\n}\n"
    private static func call(_ arguments: String) -> String {
        "module \"m\" {\n  source = \"../../modules/m\"\n\(arguments)}\n"
    }

    static let cases: [Case] = [
        Case(name: "a variable's default", files: [main: block], expected: "\(main):   default = 2"),
        Case(
            name: "terraform.tfvars before the default",
            files: [main: block, "workspaces/web/terraform.tfvars": "# sizes\nv = 1 # small\n"],
            expected: "workspaces/web/terraform.tfvars: v = 2 # small"),
        Case(
            name: "automatic files before terraform.tfvars, the last of them first",
            files: [
                main: block, "workspaces/web/terraform.tfvars": "v = 1\n", "workspaces/web/a.auto.tfvars": "v = 1\n",
                "workspaces/web/b.auto.tfvars": "v = 1\n", "workspaces/web/c.auto.tfvars": "w = 1\n",
            ], expected: "workspaces/web/b.auto.tfvars: v = 2"),
        Case(
            name: "the workspace's var files before automatic ones, the last of them first",
            files: [
                main: block, "workspaces/web/a.auto.tfvars": "v = 1\n", "workspaces/web/x.tfvars": "v = 1\n",
                "workspaces/web/y.tfvars": "v = 1\n", "workspaces/web/unused.tfvars": "v = 1\n",
            ], varFiles: ["y.tfvars", "x.tfvars"], expected: "workspaces/web/x.tfvars: v = 2"),
        Case(
            name: "values in JSON",
            files: [main: block, "workspaces/web/terraform.tfvars.json": "{\"v\": 1}"],
            expected: "workspaces/web/terraform.tfvars.json may hold the value of var.v, and is no HCL"),
        Case(
            name: "JSON that says nothing of it",
            files: [main: block, "workspaces/web/terraform.tfvars.json": "{\"w\": 1}"],
            expected: "\(main):   default = 2"),
        Case(
            name: "a value whose comment is aligned with others",
            files: [main: block, "workspaces/web/terraform.tfvars": "v   = 10 # a\nxyz = 10 # b\n"],
            expected: "workspaces/web/terraform.tfvars: v   = 2  # a"),
        Case(
            name: "a part by its key",
            files: [
                main: "resource \"t\" \"n\" {\n  a = var.v[\"x.y\"].size\n}\nvariable \"v\" {}\n",
                "workspaces/web/terraform.tfvars": "v = {\n  \"x.y\" = { size = 1 }\n}\n",
            ], expected: "workspaces/web/terraform.tfvars:   \"x.y\" = { size = 2 }"),
        Case(
            name: "a part by a computed key",
            files: [main: "resource \"t\" \"n\" {\n  a = var.v[local.k]\n}\nvariable \"v\" {}\n"],
            expected: "t.n.a is the expression 'var.v[local.k]'"),
        Case(
            name: "an object's part",
            files: [
                main: "resource \"t\" \"n\" {\n  a = var.v.size\n}\nvariable \"v\" {}\n",
                "workspaces/web/terraform.tfvars": "v = {\n  size = 1\n  name = \"n\"\n}\n",
            ], expected: "workspaces/web/terraform.tfvars:   size = 2"),
        Case(
            name: "a local value",
            files: [main: "locals {\n  b = 1\n}\nlocals {\n  v = 1\n}\nresource \"t\" \"n\" {\n  a = local.v\n}\n"],
            expected: "\(main):   v = 2"),
        Case(
            name: "a local value in another file, out of a variable",
            files: [
                main: "resource \"t\" \"n\" {\n  a = local.v.size\n}\n",
                "workspaces/web/locals.tf": "locals {\n  v = { size = var.size }\n}\n",
                "workspaces/web/variables.tf": "variable \"size\" {\n  default = 1\n}\n",
            ], expected: "workspaces/web/variables.tf:   default = 2"),
        Case(
            name: "a local value of several uses",
            files: [main: "locals {\n  v = 1\n}\nresource \"t\" \"n\" {\n  a = local.v\n  b = local.v\n}\n"],
            expected: "t.n.a is the expression 'local.v'"),
        Case(
            name: "a value that is used as a whole, too",
            files: [main: "locals {\n  v = { x = 1 }\n}\nresource \"t\" \"n\" {\n  a = local.v.x\n  b = local.v\n}\n"],
            expected: "t.n.a is the expression 'local.v.x'"),
        Case(
            name: "an output is no use that counts",
            files: [main: block + "output \"o\" {\n  value = var.v\n}\n"], expected: "\(main):   default = 2"),
        Case(
            name: "values that hand each other on for ever",
            files: [
                main: "locals {\n  v = local.w\n  w = local.v\n}\nresource \"t\" \"n\" {\n  a = local.v\n}\n"
            ], expected: "t.n.a is the expression 'local.v'"),
        Case(
            name: "a variable without a value",
            files: [main: "resource \"t\" \"n\" {\n  a = var.v\n}\nvariable \"v\" {}\n"],
            expected: "t.n.a is the expression 'var.v'"),
        Case(
            name: "a module's argument",
            files: [main: call("  v = 1\n"), "modules/m/main.tf": module], target: "module.m.t.n",
            expected: "\(main):   v = 2"),
        Case(
            name: "an argument of a module's instance",
            files: [main: call("  v = 1\n"), "modules/m/main.tf": module], target: "module.m[\"a.b\"].t.n[0]",
            expected: "\(main):   v = 2"),
        Case(
            name: "an argument that is not given yet",
            files: [main: call("  w = 1\n"), "modules/m/main.tf": module], target: "module.m.t.n",
            expected: "\(main):   v = 2"),
        Case(
            name: "an argument out of the workspace's values",
            files: [
                main: call("  v = var.size\n") + "variable \"size\" {}\n", "modules/m/main.tf": module,
                "workspaces/web/terraform.tfvars": "size = 1\n",
            ], target: "module.m.t.n", expected: "workspaces/web/terraform.tfvars: size = 2"),
        Case(
            name: "a module in a module",
            files: [
                main: call("  outer = 1\n"),
                "modules/m/main.tf":
                    "variable \"outer\" {}\nmodule \"i\" {\n  source = \"./inner\"\n  v = var.outer\n}\n",
                "modules/m/inner/main.tf": module,
            ], target: "module.m.module.i.t.n", expected: "\(main):   outer = 2"),
        Case(
            name: "a literal in the module",
            files: [main: call(""), "modules/m/main.tf": "resource \"t\" \"n\" {\n  a = 1\n}\n"],
            target: "module.m.t.n",
            expected:
                "module.m.t.n.a is decided inside a module, in modules/m/main.tf, which other workspaces may use, too"),
        Case(
            name: "an argument that the inner call leaves out",
            files: [
                main: call(""), "modules/m/main.tf": "module \"i\" {\n  source = \"./inner\"\n}\n",
                "modules/m/inner/main.tf": module,
            ], target: "module.m.module.i.t.n", expected: "module.m.module.i.t.n.a is the expression 'var.v'"),
        Case(
            name: "a module from elsewhere",
            files: [main: "module \"m\" {\n  source = \"x/y/z\"\n}\n"], target: "module.m.t.n",
            expected: "module.m.t.n is inside the module 'm', whose code ('x/y/z') is not in this repository"),
        Case(
            name: "a module that nobody calls", files: [main: block], target: "module.m.t.n",
            expected: "module.m.t.n is in a module that is not called in workspaces/web"),
        Case(
            name: "a block that the module does not have",
            files: [main: call(""), "modules/m/main.tf": ""], target: "module.m.t.n",
            expected: "module.m.t.n is not in its module's files"),
    ]

    private static let fix = Rule.Fix(attribute: "a", value: .integer(2))

    private static func base(_ each: Case) -> WorkspaceFiles {
        let settings = WorkspaceSettings(varFiles: each.varFiles)
        let workspace = Workspace(
            path: "web", folder: "workspaces/web", tree: EditGuardTests.workspace.tree, settings: settings)
        return WorkspaceFiles(
            workspace: workspace,
            files: each.files.map { SourceFile(path: $0, text: $1) }.sorted { $0.path < $1.path })
    }

    private static func refusals(_ base: WorkspaceFiles, _ after: WorkspaceFiles, _ target: String) -> [Refusal] {
        EditGuard(workspace: base.workspace, before: base.files, target: target, fix: fix)
            .refusals(after: after.files)
    }

    @Test("is found, changes alone, and the guard agrees", arguments: cases)
    func place(each: Case) throws {
        let base = Self.base(each)
        switch FixEditor(base: base, target: each.target).changed(by: Self.fix) {
        case .failure(let refusal): #expect(refusal.sentence == each.expected)
        case .success(let files):
            let file = try #require(files.first)
            let lines = (each.files[file.path] ?? "").split(separator: "\n").map(String.init)
            let changed = file.text.split(separator: "\n").map(String.init).filter { !lines.contains($0) }
            #expect(files.count == 1 && changed.map { "\(file.path): \($0)" } == [each.expected])
            #expect(Self.refusals(base, base.replacing(files), each.target) == [])
        }
    }

    @Test(
        "what stands beside the place may not change with it",
        arguments: [
            ("v = 1 # small", "v = 2 # large", "text outside of t.n, workspaces/web/x.tfvars changed"),
            ("v = 1", "v = 2\nw = 3", "only v of the file may change"),
            ("v = 1", "v = file(\"/etc/passwd\")", "'file(\"/etc/passwd\")' is not allowed: it reads files"),
            ("v = 1", "v = 3", "t.n.a is 3 after the edit; the rule asks for 2"),
        ])
    func beside(before: String, after: String, sentence: String) {
        let values = "workspaces/web/x.tfvars"
        let each = Case(
            name: "", files: [Self.main: Self.block, values: "v = 1 # small\n"], varFiles: ["x.tfvars"], expected: "")
        let base = Self.base(each)
        let text = "v = 1 # small\n".replacing(before, with: after)
        let refusals = Self.refusals(base, base.replacing([SourceFile(path: values, text: text)]), each.target)
        #expect(refusals.count == 1 && refusals[0].sentence.contains(sentence), "\(refusals)")
    }

    @Test("of a module's call only the argument may change")
    func argument() {
        let each = Case(
            name: "", files: [Self.main: Self.call("  v = 1\n"), "modules/m/main.tf": Self.module],
            target: "module.m.t.n", expected: "")
        let base = Self.base(each)
        let text = Self.call("  v = 2\n").replacing("../../modules/m", with: "git::https://example.com/m")
        let refusals = Self.refusals(base, base.replacing([SourceFile(path: Self.main, text: text)]), each.target)
        #expect(refusals.map(\.sentence) == ["workspaces/web/main.tf: only v of module.m may change"])
    }
}
