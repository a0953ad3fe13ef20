import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("What is not laid out for Terraform", .timeLimit(.minutes(30)))
struct RefusalTests {
    @Test(
        "files that Terraform would trust",
        arguments: [
            ("workspaces/prod/web/.terraform/providers/x", ".terraform"),
            ("workspaces/prod/web/terraform.d/plugins/x", "terraform.d"),
            ("workspaces/prod/web/terraform.tfstate", "terraform.tfstate"),
            ("workspaces/prod/web/terraform.tfstate.d/a/terraform.tfstate", "terraform.tfstate.d"),
            ("modules/part/.terraform/modules/modules.json", ".terraform"),
        ])
    func trusted(path: String, denied: String) async throws {
        let stage = try TerraformStage()
        let failure = await failure { _ = try await stage.bench(["main.tf": "", path: "x"]) }
        #expect(
            failure?.problem.description
                == "prod/web: '\(path)' is committed, and Terraform would trust it; remove '\(denied)' from the repository"
        )
        #expect(!stage.folder.exists("scratch"))
    }

    @Test(
        "paths that lead out or to nothing",
        arguments: ["../x/y", "/etc/x", "workspaces/../../x", "workspaces//x", "workspaces/./x", "a\0/b"])
    func path(path: String) async throws {
        let stage = try TerraformStage()
        let failure = await failure { _ = try await stage.bench(["main.tf": "", path: "x"]) }
        #expect(
            failure?.problem.description
                == "prod/web: '\(path)' is not a path that can be laid out; name files from the top of the repository")
    }

    @Test("a lock file that does not fit is not changed")
    func lockFile() async throws {
        let stage = try TerraformStage()
        let code =
            "terraform {\n  required_providers {\n    a = {\n      source = \"localhost/none/a\"\n    }\n  }\n}\n"
        let failure = await failure {
            _ = try await stage.plan(["main.tf": code, ".terraform.lock.hcl": "# kept by hand\n"])
        }
        #expect(failure?.step == "init")
        #expect(failure?.problem.kind == .needsPerson)
        #expect(failure?.diagnostics.isEmpty == false)
    }

    @Test("a scratch folder that others can write to, that is a link, or that cannot be made")
    func scratchFolder() async throws {
        let open = try TerraformStage()
        try FileManager.default.createDirectory(atPath: open.folder.file("scratch"), withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: open.folder.file("scratch"))
        let link = try TerraformStage()
        try FileManager.default.createSymbolicLink(
            atPath: link.folder.file("scratch"), withDestinationPath: open.folder.path)
        for stage in [open, link] {
            let failure = await failure { _ = try await stage.bench(["main.tf": ""]) }
            #expect(
                failure?.problem.description
                    == "the scratch folder \(stage.folder.file("scratch")) is not a folder that only this user can write; "
                    + "remove it, or look who made it")
        }
        let blocked = try TerraformStage()
        try blocked.folder.write("a file", to: "scratch")
        let failure = await failure { _ = try await blocked.bench(["main.tf": ""]) }
        #expect(failure?.problem.hint == "check its permissions and the room on its disk")
        #expect(
            failure?.problem.message.hasPrefix(
                "prod/web: a scratch folder could not be made in \(blocked.folder.file("scratch")): ") == true)
    }

    @Test("a state folder that cannot be made")
    func stateFolder() async throws {
        let stage = try TerraformStage()
        try stage.folder.write("a file", to: "state")
        let failure = await failure { _ = try await stage.bench(["main.tf": ""]) }
        #expect(failure?.problem.message.hasPrefix("the state folder \(stage.folder.file("state"))/prod/web") == true)
        #expect(failure?.problem.hint == "SPHINX_LOCAL_STATE_DIR names a folder that can be written")
    }
}
