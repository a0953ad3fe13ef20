import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("Planning with Terraform", .timeLimit(.minutes(30)))
struct PlanTests {
    private static let machine = ["main.tf": TerraformStage.machine("\"large\"")]

    @Test("a new resource, then nothing, and no byte of the state changes by planning")
    func createThenNothing() async throws {
        let stage = try TerraformStage()
        let plan = try await stage.plan(Self.machine)
        #expect(plan.changes.map(\.address) == ["terraform_data.m"])
        #expect(plan.changes[0].actions == [.create])
        #expect(plan.changes[0].after["input"] == .string("large"))
        #expect(plan.changes[0].afterUnknown["id"] == .bool(true))
        #expect(plan.summary == "1 to add, 0 to change, 0 to destroy")
        #expect(plan.text.contains("# terraform_data.m will be created"))
        #expect(!plan.terraformVersion.isEmpty)
        #expect(!stage.folder.exists("state/prod/web/terraform.tfstate"))

        #expect(
            try await stage.apply(Self.machine).summary == "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."
        )
        let state = try stage.state
        let after = try await stage.plan(Self.machine)
        #expect(after.isEmpty)
        #expect(after.text.contains("No changes."))
        #expect(try stage.state == state)
    }

    @Test(
        "what happens to a resource",
        arguments: [
            (TerraformStage.machine("\"small\""), [ResourceChange.Action.update], [String]()),
            (
                TerraformStage.machine("\"large\"", more: "  triggers_replace = \"b\"\n"), [.delete, .create],
                ["triggers_replace"]
            ),
            (
                TerraformStage.machine(
                    "\"large\"",
                    more: "  triggers_replace = \"b\"\n  lifecycle {\n    create_before_destroy = true\n  }\n"),
                [.create, .delete], ["triggers_replace"]
            ),
            ("", [.delete], []),
            ("removed {\n  from = terraform_data.m\n  lifecycle {\n    destroy = false\n  }\n}\n", [.forget], []),
        ])
    func actions(code: String, actions: [ResourceChange.Action], replaced: [String]) async throws {
        let stage = try TerraformStage()
        try await stage.apply(["main.tf": TerraformStage.machine("\"large\"", more: "  triggers_replace = \"a\"\n")])
        let code =
            code.contains("triggers_replace") || code.isEmpty || code.hasPrefix("removed")
            ? code : code.replacing("\n}\n", with: "\n  triggers_replace = \"a\"\n}\n")
        let plan = try await stage.plan(["main.tf": code])
        #expect(plan.changes.map(\.address) == ["terraform_data.m"])
        #expect(plan.changes[0].actions == actions)
        #expect(plan.changes[0].replacePaths == replaced)
        #expect(plan.changes[0].destroys == (actions != [.update]))
    }

    @Test("moving alone is a change that is told")
    func moved() async throws {
        let stage = try TerraformStage()
        try await stage.apply(Self.machine)
        let code =
            TerraformStage.machine("\"large\"", name: "n")
            + "moved {\n  from = terraform_data.m\n  to   = terraform_data.n\n}\n"
        let plan = try await stage.plan(["main.tf": code])
        #expect(plan.changes.map(\.address) == ["terraform_data.n"])
        #expect(plan.changes[0].actions == [.moved])
    }

    @Test("outputs, instances and modules have addresses of their own; data sources have none")
    func addresses() async throws {
        let stage = try TerraformStage()
        let code = """
            module "part" {
              source = "../../../modules/part"
            }
            resource "terraform_data" "each" {
              for_each = toset(["b", "a"])
              input    = each.key
            }
            output "size" {
              value = "large"
            }

            """
        let part = "resource \"terraform_data\" \"inner\" {\n  count = 2\n}\n"
        let plan = try await stage.plan(["main.tf": code, "modules/part/main.tf": part])
        #expect(
            plan.changes.map(\.address) == [
                "module.part.terraform_data.inner[0]", "module.part.terraform_data.inner[1]", "output.size",
                "terraform_data.each[\"a\"]", "terraform_data.each[\"b\"]",
            ])
        #expect(plan.summary == "4 to add, 0 to change, 0 to destroy, 1 output to change")
    }

    @Test("targets leave the rest out; variables come from the files that the workspace names")
    func targetsAndVariables() async throws {
        let stage = try TerraformStage(settings: WorkspaceSettings(varFiles: ["prod.tfvars"]))
        let code =
            "variable \"size\" {}\n" + TerraformStage.machine("var.size") + TerraformStage.machine("1", name: "other")
        let files = ["main.tf": code, "prod.tfvars": "size = \"huge\"\n"]
        let plan = try await stage.plan(files, PlanOptions(lock: true, targets: ["terraform_data.m"]))
        #expect(plan.changes.map(\.address) == ["terraform_data.m"])
        #expect(plan.changes[0].after["input"] == .string("huge"))
    }

    @Test("two plans of one thing have one digest, another value another")
    func digests() async throws {
        let stage = try TerraformStage()
        let first = try await stage.plan(Self.machine)
        #expect(try await stage.plan(Self.machine).digest == first.digest)
        #expect(try await stage.plan(["main.tf": TerraformStage.machine("\"small\"")]).digest != first.digest)
    }

    @Test(
        "numbers differ by any of their digits",
        arguments: [
            ("9223372036854775809", "9223372036854775810"), ("0.12345678901234567890", "0.12345678901234567891"),
            ("9007199254740993", "9007199254740992"),
        ])
    func digits(first: String, second: String) async throws {
        let stage = try TerraformStage()
        let plans = [
            try await stage.plan(["main.tf": TerraformStage.machine(first)]),
            try await stage.plan(["main.tf": TerraformStage.machine(second)]),
        ]
        #expect(plans[0].digest != plans[1].digest)
        for (plan, number) in zip(plans, [first, second]) {
            let input = plan.changes.first?.after.value(at: "input")
            #expect(
                input?.scalarText
                    == (number.hasSuffix("0") && number.contains(".") ? String(number.dropLast()) : number))
        }
    }

    @Test("many plans side by side do not meet")
    func sideBySide() async throws {
        let stage = try TerraformStage()
        let sizes = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await stage.plan(["main.tf": TerraformStage.machine("\"n\(number)\"")]).changes.first?.after[
                        "input"]
                }
            }
            return try await group.reduce(into: Set<String>()) { sizes, value in
                value?.string.map { _ = sizes.insert($0) }
            }
        }
        #expect(sizes == Set((0..<8).map { "n\($0)" }))
        #expect(try FileManager.default.contentsOfDirectory(atPath: stage.folder.file("scratch")).isEmpty)
    }

    @Test("formatting gives back the files that it would change, and plans what was given")
    func formatting() async throws {
        let stage = try TerraformStage()
        let bench = try await stage.bench([
            "main.tf": "resource \"terraform_data\" \"m\" {\ninput=1\n}\n", "good.tf": "locals {\n  a = 1\n}\n",
            "v.tfvars": "a=1\n", "notes.md": "a=1\n",
        ])
        let formatted = try await bench.formatted()
        #expect(formatted.map(\.path) == ["workspaces/prod/web/main.tf", "workspaces/prod/web/v.tfvars"])
        #expect(formatted[0].text == "resource \"terraform_data\" \"m\" {\n  input = 1\n}\n")
        #expect(formatted[1].text == "a = 1\n")
        let again = try await bench.formatted()
        #expect(again == formatted)
        await bench.close()
    }

    @Test("the schema of a type, and nil for a type that no provider has")
    func schema() async throws {
        let stage = try TerraformStage()
        let bench = try await stage.bench(Self.machine)
        let schema = try await bench.schema(of: "terraform_data")
        #expect(schema?.value(at: "block.attributes.input.optional") == .bool(true))
        #expect(try await bench.schema(of: "aws_instance") == nil)
        await bench.close()
    }
}
