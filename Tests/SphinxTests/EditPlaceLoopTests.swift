import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

/// Values that are decided outside of the resource's block, changed there by a proposal.
@Suite("The place to edit, in the loop")
struct EditPlaceLoopTests {
    private static let rules = """
        rules:
          - id: large
            name: Large machine
            source: state
            resource: {type: terraform_data, where: {attributes: {input.size: large}}}
            opportunity:
              title: "{address} is {attr.input.size}"
              fix: {attribute: input.size, value: small}

        """

    private static let module = """
        variable "size" {}

        resource "terraform_data" "one" {
          input = { id = "i-1", size = var.size }
        }

        """

    private static let files = [
        "modules/machine/main.tf": module,
        "workspaces/web/main.tf": """
        variable "size" {
          default = "medium"
        }

        module "machine" {
          source = "../../modules/machine"
          size   = var.size
        }

        """,
        "workspaces/web/terraform.tfvars": "# The fair needs it.\nsize = \"large\" # until March\n",
        // The same module with another value, which has to stay as it is.
        "workspaces/db/main.tf":
            "module \"machine\" {\n  source = \"../../modules/machine\"\n  size   = \"large\"\n}\n",
    ]

    @Test("a file of values and a module's argument are changed, merged and applied, and the module stays")
    func byRule() async throws {
        let stage = try await LoopStage(Self.files, rules: Self.rules)
        let proposals = try await stage.reconcile().proposals.sorted { $0.workspace < $1.workspace }
        #expect(proposals.map(\.state) == [.created, .created])
        #expect(proposals.map(\.address) == Array(repeating: "module.machine.terraform_data.one", count: 2))
        let (db, web) = (proposals[0], proposals[1])
        #expect(
            try await stage.show("workspaces/db/main.tf", on: db.branch)
                == "module \"machine\" {\n  source = \"../../modules/machine\"\n  size   = \"small\"\n}\n")
        #expect(
            try await stage.show("workspaces/web/terraform.tfvars", on: web.branch)
                == "# The fair needs it.\nsize = \"small\" # until March\n")
        for proposal in proposals { try await stage.merge(proposal.branch) }
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied, .applied])
        #expect(
            try await stage.reconcile().statuses.map { "\($0.workspace ?? "") \($0.status.rawValue)" } == [
                "db clear", "web clear",
            ])
    }

    @Test("a model is told the place and sent its file; another value beside it is refused")
    func byModel() async throws {
        let stage = try await LoopStage(Self.files, rules: Self.rules)
        let path = "workspaces/web/terraform.tfvars"
        let wrong = ModelReply.edits([Edit(path: path, search: "# until March", replace: "# for ever")])
        let right = ModelReply.edits([Edit(path: path, search: "\"large\"", replace: "\"small\"")])
        let writer = ScriptedWriter([.success(wrong), .success(right)])
        let report = try await stage.reconcile(writer: writer) { $0.workspaces = [Glob("web")] }
        #expect(report.proposals.map(\.state) == [.created])
        let asked = writer.conversations.map { "\($0.turns)" }
        #expect(asked.count == 2 && asked[0].contains("size in workspaces/web/terraform.tfvars"))
        #expect(asked[0].contains("until March"))
        #expect(asked[1].contains("text outside of"))
    }
}
