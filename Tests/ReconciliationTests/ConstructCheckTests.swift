import Domain
import Foundation
import Testing

@testable import Reconciliation

@Suite("Constructs that may run code, read secrets or lift guards")
struct ConstructCheckTests {
    private static let base = """
        terraform {
          required_version = ">= 1.5"
          required_providers {
            aws = { source = "hashicorp/aws" }
          }
        }

        provider "aws" {
          region = "eu-1"
        }

        resource "aws_instance" "web" {
          user_data = file("./known.sh")
          lifecycle {
            prevent_destroy = true
          }
        }

        module "net" {
          source = "../../modules/net"
        }

        """
    private static let path = "workspaces/web/main.tf"
    private static let script = SourceFile(path: "workspaces/web/script.sh", text: "echo\n")

    private static func check(_ after: String) -> [ConstructChange] {
        ConstructCheck(
            folder: "workspaces/web", before: [SourceFile(path: path, text: base), script],
            after: [SourceFile(path: path, text: after), script]
        ).changes()
    }

    static let found: [(name: String, code: String, what: String, runsAtPlan: Bool)] = [
        ("a provider", "provider \"aws\" {\n  alias = \"b\"\n}", "provider.aws", true),
        ("a backend", "terraform {\n  backend \"http\" {}\n}", "terraform", true),
        ("a version", "terraform {\n  required_version = \"~> 1.5\"\n}", "terraform", false),
        ("an import", "import {\n  to = aws_instance.web\n  id = \"i\"\n}", "import", false),
        ("a removal", "removed {\n  from = aws_instance.web\n}", "removed", false),
        ("a move", "moved {\n  from = aws_instance.a\n  to = aws_instance.web\n}", "moved", false),
        ("a check", "check \"c\" {}", "check.c", true),
        ("an ephemeral resource", "ephemeral \"aws_x\" \"b\" {}", "ephemeral.aws_x.b", true),
        ("a block of a later Terraform", "action \"aws_x\" \"b\" {}", "action.aws_x.b", true),
        ("a program", "data \"external\" \"x\" {}", "data.external.x", true),
        ("an address", "data \"http\" \"x\" {}", "data.http.x", true),
        ("another state", "data \"terraform_remote_state\" \"x\" {}", "data.terraform_remote_state.x", true),
        ("a file of the machine", "data \"local_file\" \"x\" {}", "data.local_file.x", true),
        ("another program", "data \"local_command\" \"x\" {}", "data.local_command.x", true),
        ("a function in the cloud", "data \"aws_lambda_invocation\" \"x\" {}", "data.aws_lambda_invocation.x", true),
        ("an archive of files", "data \"archive_file\" \"x\" {}", "data.archive_file.x", true),
        ("a new provider's data", "data \"vault_kv\" \"x\" {}", "data.vault_kv.x", true),
        ("a new provider's resource", "resource \"random_id\" \"x\" {}", "random_id.x", true),
        ("a registry's module", "module \"x\" {\n  source = \"a/b/aws\"\n}", "the source of module.x", true),
        ("a module of the machine", "module \"x\" {\n  source = \"/etc\"\n}", "the source of module.x", true),
        ("a module that says no source", "module \"x\" {}", "the source of module.x", true),
        (
            "a module's providers", "module \"x\" {\n  source = \"./x\"\n  providers = { aws = aws.b }\n}",
            "'providers' of module.x", false
        ),
        (
            "a provisioner", "resource \"aws_x\" \"x\" {\n  provisioner \"local-exec\" {}\n}",
            "'provisioner' of aws_x.x",
            false
        ),
        ("a connection", "resource \"aws_x\" \"x\" {\n  connection {}\n}", "'connection' of aws_x.x", false),
        ("a resource's provider", "resource \"aws_x\" \"x\" {\n  provider = aws.b\n}", "'provider' of aws_x.x", false),
        ("a guard", "resource \"aws_x\" \"x\" {\n  lifecycle {}\n}", "'lifecycle' of aws_x.x", false),
        ("a read file", "locals {\n  x = file(\"/etc/passwd\")\n}", "'file(\"/etc/passwd\")'", true),
        (
            "a read file in a text", "output \"o\" {\n  value = \"${filebase64(\"/etc/passwd\")}\"\n}",
            "'filebase64(\"/etc/passwd\")'", true
        ),
        (
            "a file beyond", "locals {\n  x = file(\"${path.module}/../db/x\")\n}",
            "'file(\"${path.module}/../db/x\")'", true
        ),
        ("a file that is not there", "locals {\n  x = file(\"none.sh\")\n}", "'file(\"none.sh\")'", true),
        (
            "a computed name", "locals {\n  x = file(\"${path.module}/${var.x}\")\n}",
            "'file(\"${path.module}/${var.x}\")'", true
        ),
        (
            "a name that goes on", "locals {\n  x = file(\"script.sh${var.x}\")\n}", "'file(\"script.sh${var.x}\")'",
            true
        ),
        ("the time", "locals {\n  x = timestamp()\n}", "'timestamp()'", false),
    ]

    @Test("are found where they come in", arguments: found)
    func added(name: String, code: String, what: String, runsAtPlan: Bool) throws {
        let changes = Self.check("\(Self.base)\n\(code)\n")
        #expect(changes.map(\.what) == [what] && changes.map(\.path) == [Self.path])
        #expect(changes.map(\.why.runsAtPlan) == [runsAtPlan])
        #expect(try #require(changes.first).refusal.sentence.hasPrefix("\(Self.path): \(what) is not allowed: "))
    }

    @Test(
        "are found where they change or go",
        arguments: [
            ("region = \"eu-1\"", "region = \"us-1\"", ["provider.aws"]),
            ("\"hashicorp/aws\"", "\"evil/aws\"", ["terraform"]),
            ("../../modules/net", "git::https://example.com/net", ["the source of module.net"]),
            ("prevent_destroy = true", "prevent_destroy = false", ["'lifecycle' of aws_instance.web"]),
            ("./known.sh", "./other.sh", ["'file(\"./other.sh\")'"]),
        ] as [(String, String, [String])])
    func changed(before: String, after: String, what: [String]) {
        #expect(Self.check(Self.base.replacing(before, with: after)).map(\.what) == what)
    }

    @Test("a resource that goes takes its guard with it")
    func lostGuard() throws {
        let start = try #require(Self.base.range(of: "resource \"aws")).lowerBound
        let end = try #require(Self.base.range(of: "module \"net")).lowerBound
        let changes = Self.check(Self.base.replacingCharacters(in: start..<end, with: ""))
        #expect(
            changes.map(\.sentence) == [
                "workspaces/web/main.tf: 'prevent_destroy' of aws_instance.web is new or changed: "
                    + "it kept the resource from being destroyed"
            ])
    }

    @Test(
        "are not what people write every day",
        arguments: [
            "# A comment.", "resource \"aws_db\" \"d\" {\n  count = 2\n  depends_on = [aws_instance.web]\n}",
            "resource \"terraform_data\" \"t\" {}", "data \"aws_ami\" \"a\" {}", "variable \"v\" {\n  default = 1\n}",
            "output \"o\" {\n  value = data.aws_ami.a.id\n}", "locals {\n  x = 1\n}",
            "module \"x\" {\n  source = \"./x\"\n}", "locals {\n  x = file(\"${path.module}/script.sh\")\n}",
            "locals {\n  x = templatefile(\"script.sh\", { a = 1 })\n}",
            "resource \"aws_x\" \"y\" {\n  user_data = file(\"./known.sh\")\n}",
        ])
    func ordinary(code: String) {
        #expect(Self.check("\(Self.base)\n\(code)\n") == [])
    }

    @Test("a lock file says which providers there are")
    func lockFile() {
        let lock = SourceFile(
            path: "workspaces/web/.terraform.lock.hcl",
            text: "provider \"registry.terraform.io/hashicorp/random\" {\n  version = \"3.7.0\"\n}\n")
        let after = SourceFile(path: Self.path, text: "resource \"random_id\" \"x\" {}\n")
        #expect(ConstructCheck(folder: "workspaces/web", before: [lock], after: [lock, after]).changes() == [])
    }

    // MARK: What older constructs are handed

    private static let exposed = """
        variable "script" {
          default = "a.sh"
        }
        variable "size" {
          default = 1
        }
        locals {
          name = "${var.script}.txt"
          tags = { a = 1 }
        }
        provider "aws" {
          region = module.where.region
        }
        module "where" {
          source = "../../modules/where"
        }
        data "external" "x" {
          program = ["sh", local.name]
        }
        resource "aws_x" "y" {
          size = var.size
          text = file("${path.module}/${var.script}")
          safe = file("known.sh")
        }

        """

    static let handings: [(name: String, before: String, after: String, files: [String: String], what: [String])] = [
        (
            "a variable's default", "\"a.sh\"", "\"b.sh\"", [:],
            ["what data.external.x takes", "what 'file(\"${path.module}/${var.script}\")' takes"]
        ),
        ("a local value on the way", ".txt", ".sh", [:], ["what data.external.x takes"]),
        ("a local value beside it", "a = 1", "a = 2", [:], []),
        ("another variable", "default = 1", "default = 2", [:], []),
        (
            "a file of values", "", "", ["workspaces/web/x.auto.tfvars": "script = \"c.sh\"\n"],
            ["what data.external.x takes", "what 'file(\"${path.module}/${var.script}\")' takes"]
        ),
        ("other values", "", "", ["workspaces/web/x.auto.tfvars": "size = 2\n"], []),
        ("a script", "", "", ["workspaces/web/a.sh.txt": "id\n"], ["what data.external.x takes"]),
        (
            "a module's code", "", "", ["modules/where/main.tf": "output \"region\" {\n  value = \"b\"\n}\n"],
            ["what provider.aws takes"]
        ),
    ]

    @Test("are found where an older one is handed something else", arguments: handings)
    func handed(name: String, before: String, after: String, files: [String: String], what: [String]) {
        let module = SourceFile(path: "modules/where/main.tf", text: "output \"region\" {\n  value = \"a\"\n}\n")
        let old = [SourceFile(path: Self.path, text: Self.exposed), module]
        let code = before.isEmpty ? Self.exposed : Self.exposed.replacing(before, with: after)
        let changed = files.map { SourceFile(path: $0.key, text: $0.value) }
        let new = [SourceFile(path: Self.path, text: code)] + (files[module.path] == nil ? [module] : []) + changed
        let changes = ConstructCheck(folder: "workspaces/web", before: old, after: new).changes()
        #expect(changes.map(\.what) == what)
        #expect(changes.allSatisfy { $0.isIndirect && $0.why.runsAtPlan })
    }
}
