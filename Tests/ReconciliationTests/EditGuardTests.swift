import Domain
import TestSupport
import Testing

@testable import Reconciliation

@Suite("The guard of the code")
struct EditGuardTests {
    static let base = """
        terraform {
          required_providers {
            aws = { source = "hashicorp/aws" }
          }
        }

        variable "size" {
          default = "large"
        }

        provider "aws" {
          region = "eu-1"
        }

        data "aws_ami" "a" {}

        locals {
          name = "web"
        }

        # The target.
        resource "aws_instance" "web" {
          instance_type = var.size
          monitoring    = true
          script        = file("./known.sh")
          lifecycle {
            prevent_destroy = true
          }
        }

        # Another.
        resource "aws_instance" "other" {
          instance_type = "m5.large"
        }

        output "id" {
          value = aws_instance.web.id
        }

        """

    static let workspace = Workspace(
        path: "web", folder: "workspaces/web", tree: ObjectID(String(repeating: "a", count: 40)).unsafelyUnwrapped)

    static func refusals(_ replacements: [(String, String)], fix: Rule.Fix? = nil, base: String = base) -> [Refusal] {
        let path = "workspaces/web/main.tf"
        let after = replacements.reduce(base) { text, change in
            #expect(text.contains(change.0))
            return text.replacing(change.0, with: change.1)
        }
        return EditGuard(
            workspace: workspace, before: [SourceFile(path: path, text: base)], target: "aws_instance.web", fix: fix
        ).refusals(after: [SourceFile(path: path, text: after)])
    }

    @Test(
        "lets changes within the target pass",
        arguments: [
            ("monitoring    = true", "monitoring    = false"),
            ("monitoring    = true", "monitoring = false # less\n  ebs_optimized = true"),
            ("instance_type = var.size", "instance_type = \"t3.micro\""),
            ("monitoring    = true", "root_block_device {\n    volume_type = \"gp3\"\n  }"),
            ("monitoring    = true", "monitoring    = length(local.name) > 2"),
        ])
    func allowed(before: String, after: String) {
        #expect(Self.refusals([(before, after)]) == [])
    }

    static let denied: [(name: String, before: String, after: String, reason: Refusal.Reason)] = [
        ("another resource", "\"m5.large\"", "\"m5.small\"", .outsideTarget),
        ("a new resource", "# Another.", "resource \"null_resource\" \"x\" {}", .outsideTarget),
        (
            "another resource is gone", "resource \"aws_instance\" \"other\" {\n  instance_type = \"m5.large\"\n}", "",
            .outsideTarget
        ),
        ("a comment elsewhere", "# Another.", "# Something.", .outsideTarget),
        ("a space elsewhere", "region = \"eu-1\"", "region  = \"eu-1\"", .outsideTarget),
        (
            "the target is gone", "resource \"aws_instance\" \"web\"", "resource \"aws_instance\" \"web2\"",
            .outsideTarget
        ),
        ("a variable", "default = \"large\"", "default = \"small\"", .deniedConstruct),
        ("an output", "value = aws_instance.web.id", "value = aws_instance.web.arn", .deniedConstruct),
        ("locals", "name = \"web\"", "name = \"db\"", .deniedConstruct),
        ("a provider", "region = \"eu-1\"", "region = \"us-1\"", .deniedConstruct),
        (
            "credentials of a provider", "region = \"eu-1\"", "region = \"eu-1\"\n  shared_config_files = [\"./evil\"]",
            .deniedConstruct
        ),
        ("a second provider", "# Another.", "provider \"aws\" {\n  alias = \"b\"\n}", .deniedConstruct),
        ("required providers", "hashicorp/aws", "evil/aws", .deniedConstruct),
        (
            "a backend", "terraform {", "terraform {\n  backend \"http\" {\n    address = \"http://evil\"\n  }",
            .deniedConstruct
        ),
        ("a data source", "# Another.", "data \"http\" \"x\" {\n  url = \"http://evil\"\n}", .deniedConstruct),
        ("an external program", "# Another.", "data \"external\" \"x\" {\n  program = [\"sh\"]\n}", .deniedConstruct),
        (
            "another state", "# Another.", "data \"terraform_remote_state\" \"x\" {\n  backend = \"http\"\n}",
            .deniedConstruct
        ),
        (
            "a changed data source", "data \"aws_ami\" \"a\" {}", "data \"aws_ami\" \"a\" {\n  owners = [\"x\"]\n}",
            .deniedConstruct
        ),
        ("a module", "# Another.", "module \"m\" {\n  source = \"./m\"\n}", .deniedConstruct),
        ("an import", "# Another.", "import {\n  to = aws_instance.web\n  id = \"i-1\"\n}", .deniedConstruct),
        ("a removal", "# Another.", "removed {\n  from = aws_instance.other\n}", .deniedConstruct),
        ("a move", "# Another.", "moved {\n  from = aws_instance.web\n  to = aws_instance.x\n}", .deniedConstruct),
        ("a check", "# Another.", "check \"c\" {}", .deniedConstruct),
        ("an ephemeral resource", "# Another.", "ephemeral \"a\" \"b\" {}", .deniedConstruct),
        (
            "a provisioner", "monitoring    = true", "provisioner \"local-exec\" {\n    command = \"id\"\n  }",
            .deniedConstruct
        ),
        ("a remote provisioner", "monitoring    = true", "provisioner \"remote-exec\" {}", .deniedConstruct),
        ("a connection", "monitoring    = true", "connection {\n    host = \"x\"\n  }", .deniedConstruct),
        ("the lifecycle", "prevent_destroy = true", "prevent_destroy = false", .deniedConstruct),
        ("count", "monitoring    = true", "count = 3", .deniedConstruct),
        ("for_each", "monitoring    = true", "for_each = toset([\"a\"])", .deniedConstruct),
        ("the provider of the target", "monitoring    = true", "provider = aws.evil", .deniedConstruct),
        ("dependencies", "monitoring    = true", "depends_on = [aws_instance.other]", .deniedConstruct),
        ("file", "monitoring    = true", "user_data = file(\"/etc/passwd\")", .deniedFunction),
        ("the environment", "monitoring    = true", "user_data = file(\"/proc/self/environ\")", .deniedFunction),
        ("a changed file", "./known.sh", "/etc/shadow", .deniedFunction),
        ("file in a template", "monitoring    = true", "user_data = \"x${file(\"/etc/passwd\")}\"", .deniedFunction),
        ("file in a heredoc", "monitoring    = true", "user_data = <<E\n${file(\"/etc/passwd\")}\nE", .deniedFunction),
        (
            "file in a nested call", "monitoring    = true", "user_data = base64encode(upper(filebase64(\"/x\")))",
            .deniedFunction
        ),
        ("templatefile", "monitoring    = true", "user_data = templatefile(\"/x\", {})", .deniedFunction),
        ("fileset", "monitoring    = true", "user_data = fileset(\"/\", \"*\")", .deniedFunction),
        ("filesha256", "monitoring    = true", "user_data = filesha256(\"/x\")", .deniedFunction),
        ("pathexpand", "monitoring    = true", "user_data = pathexpand(\"~\")", .deniedFunction),
        ("nonsensitive", "monitoring    = true", "user_data = nonsensitive(var.size)", .deniedFunction),
        ("sensitive", "monitoring    = true", "user_data = sensitive(\"x\")", .deniedFunction),
        ("timestamp", "monitoring    = true", "user_data = timestamp()", .deniedFunction),
        ("uuid", "monitoring    = true", "user_data = uuid()", .deniedFunction),
        ("the machine's path", "monitoring    = true", "user_data = path.cwd", .deniedFunction),
        ("a data source's value", "monitoring    = true", "user_data = data.aws_ami.a.id", .deniedFunction),
        (
            "a heredoc that ends before it seems to", "monitoring    = true",
            "note = <<EOT\nEOT \n  provisioner \"local-exec\" {\n    command = \"id\"\n  }\n  more = <<EOT\nEOT",
            .deniedConstruct
        ),
        (
            "a heredoc that ends with another space", "monitoring    = true",
            "note = <<EOT\n\u{A0}EOT\u{2003}\n  connection {\n  }\n  more = <<EOT\nEOT", .deniedConstruct
        ),
        (
            "a dynamic provisioner", "monitoring    = true", "dynamic \"provisioner\" {\n    for_each = [1]\n  }",
            .deniedConstruct
        ),
        ("file over two lines", "monitoring    = true", "user_data = (file\n(\"/etc/passwd\"))", .deniedFunction),
        (
            "file over two lines in a template", "monitoring    = true", "user_data = \"${file\n(\"/etc/passwd\")}\"",
            .deniedFunction
        ),
        ("file behind a comment", "monitoring    = true", "user_data = file /* */ (\"/etc/passwd\")", .deniedFunction),
        ("file in its namespace", "monitoring    = true", "user_data = core::file(\"/etc/passwd\")", .deniedFunction),
        ("file as a key", "monitoring    = true", "tags = { (file(\"/etc/passwd\")) = 1 }", .deniedFunction),
        ("file in an index", "monitoring    = true", "user_data = var.m[file(\"/etc/passwd\")]", .deniedFunction),
        (
            "file in a directive", "monitoring    = true",
            "user_data = \"%{ if file(\"/etc/passwd\") == \"\" }%{ endif }\"",
            .deniedFunction
        ),
        ("the machine's path over two lines", "monitoring    = true", "user_data = (path\n.cwd)", .deniedFunction),
        (
            "a target that is there twice, by an escape", "# Another.", "resource \"aws_\\u0069nstance\" \"web\" {}",
            .outsideTarget
        ),
        (
            "a resource that is called like a variable", "# Another.", "resource \"variable\" \"size\" {}",
            .outsideTarget
        ),
        ("two arguments on the line of a block", "monitoring    = true", "b { c = 1, d = 2 }", .syntax),
        ("an argument twice", "monitoring    = true", "monitoring = true\n  monitoring = false", .syntax),
        ("a vertical tab", "monitoring    = true", "monitoring\u{B}= true", .syntax),
        ("a mark of byte order in the middle", "monitoring    = true", "\u{FEFF}monitoring = true", .syntax),
        ("a carriage return alone", "monitoring    = true", "monitoring = true\r ", .syntax),
        ("text that runs backwards", "monitoring    = true", "monitoring = true # \u{202E}eslaf", .hiddenCharacter),
        ("a blank of no width", "monitoring    = true", "user_data = \"a\u{200B}b\"", .hiddenCharacter),
        ("a zero in a text", "monitoring    = true", "user_data = \"a\u{0}b\"", .hiddenCharacter),
        (
            "a line break that only some editors show", "monitoring    = true", "# a\r  monitoring = true",
            .hiddenCharacter
        ),
        ("broken code", "monitoring    = true", "monitoring    = [", .syntax),
        ("a target that is there twice", "# Another.", "resource \"aws_instance\" \"web\" {}", .outsideTarget),
    ]

    @Test("refuses everything else with its reason", arguments: denied)
    func refused(name: String, before: String, after: String, reason: Refusal.Reason) {
        let refusals = Self.refusals([(before, after)])
        #expect(refusals.first?.reason == reason, "\(refusals)")
        #expect(refusals.allSatisfy { $0.sentence.hasPrefix("workspaces/web/main.tf:") })
    }

    /// One golden file, as the sentences go to the model, which mends its answer by them.
    @Test("says in whole sentences what is refused, and why")
    func sentences() async throws {
        let text = Self.denied.map { row in
            let sentences = Self.refusals([(row.before, row.after)]).map { "  \($0.reason.rawValue): \($0.sentence)\n" }
            return "\(row.name)\n\(sentences.joined())"
        }.joined(separator: "\n")
        try await Golden.expect(text, "edit-guard.txt")
    }

    @Test(
        "files that are not the workspace's code may not change",
        arguments: [
            ("workspaces/web/terraform.tfvars", "x"), ("workspaces/web/.terraform.lock.hcl", "x"),
            ("workspaces/db/main.tf", "x"), ("workspaces/web/modules/m/main.tf", "x"), ("workspaces/web/new.tf", nil),
        ] as [(String, String?)])
    func files(path: String, before: String?) {
        let main = SourceFile(path: "workspaces/web/main.tf", text: Self.base)
        let old = before.map { SourceFile(path: path, text: $0) }
        let refusals = EditGuard(
            workspace: Self.workspace, before: [main] + (old.map { [$0] } ?? []), target: "aws_instance.web", fix: nil
        ).refusals(after: [main, SourceFile(path: path, text: "resource \"a\" \"b\" {}")])
        #expect(refusals.map(\.reason) == [.outsideTarget])
    }

    @Test("with a fix the variable behind it may change, and the value has to be the fix's")
    func variable() {
        let fix = Rule.Fix(attribute: "instance_type", value: .string("small"))
        #expect(Self.refusals([("default = \"large\"", "default = \"small\"")], fix: fix) == [])
        #expect(Self.refusals([("default = \"large\"", "default = \"huge\"")], fix: fix).map(\.reason) == [.fixNotMade])
        #expect(
            Self.refusals([("default = \"large\"", "default = \"small\"\n  type = string")], fix: fix).map(\.reason)
                == [.outsideTarget])
        #expect(
            Self.refusals([("monitoring    = true", "monitoring    = false")], fix: fix).map(\.sentence) == [
                "aws_instance.web.instance_type is large after the edit; the rule asks for small"
            ])
    }

    @Test("hidden characters that people wrote may stay, and are counted")
    func hiddenCharacters() {
        let base = Self.base.replacing("# The target.", with: "# The \u{202E}target.")
        #expect(Self.refusals([("monitoring    = true", "monitoring    = false")], base: base) == [])
        let refusals = Self.refusals([("monitoring    = true", "monitoring    = true # \u{202E}")], base: base)
        #expect(
            refusals.map(\.sentence) == [
                "workspaces/web/main.tf:24:26: the character U+202E cannot be seen, and may not come in"
            ])
    }

    @Test("a name that only looks like the target's is another resource's")
    func lookalike() {
        let files = [("a.tf", "K"), ("b.tf", "\u{212A}")].map { name, label in
            SourceFile(path: "workspaces/web/\(name)", text: "resource \"t\" \"\(label)\" {\n  a = 1\n}\n")
        }
        let guarding = EditGuard(workspace: Self.workspace, before: files, target: "t.K", fix: nil)
        for (index, expected) in [[], [Refusal.Reason.outsideTarget]].enumerated() {
            var after = files
            let text = files[index].text.replacing("a = 1", with: "a = 2")
            after[index] = SourceFile(path: files[index].path, text: text)
            #expect(guarding.refusals(after: after).map(\.reason) == expected)
        }
        let change = ResourceChange(
            address: "t.\u{212A}", actions: [.update], before: .object([:]), after: .object([:]), replacePaths: [])
        let plan = Plan(changes: [change], text: "", terraformVersion: "1")
        #expect(PlanScope(target: "t.K", rule: "idle", fix: nil).refusals(of: plan).map(\.reason) == [.planScope])
    }

    @Test("each reason stands beside its construct")
    func table() {
        let rows =
            DeniedConstructs.blocks + DeniedConstructs.inResource + DeniedConstructs.functions
            + DeniedConstructs.references
        #expect(rows.allSatisfy { !$0.name.isEmpty && $0.reason.count > 10 })
        #expect(Set(DeniedConstructs.functions.map(\.name)).count == DeniedConstructs.functions.count)
    }
}
