import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("Reading a state", .timeLimit(.minutes(30)))
struct StateTests {
    private static let code = """
        module "part" {
          source = "./part"
        }
        resource "terraform_data" "counted" {
          count = 2
          input = { id = "i-${count.index}" }
        }
        resource "terraform_data" "each" {
          for_each = { a = 1 }
          input    = each.value
        }

        """

    @Test("every instance with its values, sorted; nothing is locked or written")
    func instances() async throws {
        let stage = try TerraformStage()
        let files = [
            "main.tf": Self.code, "workspaces/prod/web/part/main.tf": TerraformStage.machine("\"x\"", name: "inner"),
        ]
        try await stage.apply(files)
        let before = try Fingerprint.of(stage.folder.file("state"))
        let instances = try await stage.terraform.state(of: try stage.files(files))
        #expect(
            instances.map(\.address) == [
                "module.part.terraform_data.inner", "terraform_data.counted[0]", "terraform_data.counted[1]",
                "terraform_data.each[\"a\"]",
            ])
        #expect(instances.map(\.type) == Array(repeating: "terraform_data", count: 4))
        #expect(instances[2].values.value(at: "input.id") == .string("i-1"))
        #expect(try Fingerprint.of(stage.folder.file("state")) == before)
    }

    @Test("no state is no instances, and Terraform is not asked")
    func absent() async throws {
        let stage = try TerraformStage { settings, _ in settings.binary = "/missing/terraform" }
        #expect(try await stage.terraform.state(of: try stage.files(["main.tf": Self.code])).isEmpty)
    }

    @Test(
        "a state that cannot be read is not taken for none",
        arguments: [
            ("state", "a file is in its place"),
            ("state/prod/web", "a file is in its place"),
            ("state/prod/web/terraform.tfstate/x", ""),
        ])
    func unreadable(file: String, reason: String) async throws {
        let stage = try TerraformStage { settings, _ in settings.binary = "/missing/terraform" }
        try stage.folder.write("not a folder", to: file)
        let failure = await #expect(throws: TerraformFailure.self) {
            _ = try await stage.terraform.state(of: try stage.files(["main.tf": Self.code]))
        }
        let place = stage.folder.file("state/prod/web/terraform.tfstate")
        let problem = try #require(failure).problem
        #expect(problem.message.hasPrefix("prod/web: the state in \(place) cannot be read: \(reason)"))
        #expect(problem.hint == "SPHINX_LOCAL_STATE_DIR names the folder of states" && problem.kind == .needsPerson)
    }

    @Test("the same bytes are read once")
    func cached() async throws {
        let cache = MemoryCache()
        let files = ["main.tf": TerraformStage.machine("\"large\"")]
        let stage = try TerraformStage { settings, folder in
            settings.cache = cache
            if folder.exists("gone") { settings.binary = "/missing/terraform" }
        }
        try await stage.apply(files)
        let first = try await stage.terraform.state(of: try stage.files(files))
        try stage.folder.write("", to: "gone")
        #expect(try await stage.terraform.state(of: try stage.files(files)) == first)
        try stage.folder.write(try stage.state + " ", to: "state/prod/web/terraform.tfstate")
        let failure = await failure { _ = try await stage.terraform.state(of: try stage.files(files)) }
        #expect(failure?.problem.message == "prod/web: there is no '/missing/terraform' command")
    }

    @Test("a state that is none is told")
    func broken() async throws {
        let stage = try TerraformStage()
        try stage.folder.write("not a state", to: "state/prod/web/terraform.tfstate")
        let failure = await failure {
            _ = try await stage.terraform.state(
                of: try stage.files(["main.tf": Self.code.replacing("./part", with: "./")]))
        }
        #expect(failure?.step == "init")
        #expect(failure?.problem.kind == .needsPerson)
        #expect(failure?.problem.message.hasPrefix("prod/web: terraform init said: ") == true)
    }
}
