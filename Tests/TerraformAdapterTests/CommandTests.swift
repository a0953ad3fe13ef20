import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("The terraform command", .timeLimit(.minutes(30)))
struct CommandTests {
    @Test("says its version")
    func version() async throws {
        let version = try await TerraformStage().terraform.version()
        #expect(version.split(separator: ".").count >= 3)
    }

    @Test(
        "that is none is told",
        arguments: [
            (
                "version) echo hello;;",
                "' does not say a Terraform version; TERRAFORM_BINARY names a terraform or tofu command"
            ),
            (
                "version) exit 3;;",
                "' does not say a Terraform version; TERRAFORM_BINARY names a terraform or tofu command"
            ),
        ])
    func noVersion(branch: String, end: String) async throws {
        let stage = try TerraformStage(TerraformStage.impostor(branch))
        let expected = "'\(stage.folder.file("bin/impostor"))\(end)"
        await #expect { try await stage.terraform.version() } throws: { "\($0)" == expected }
    }

    @Test("that is missing is told by every step")
    func missing() async throws {
        let stage = try TerraformStage { settings, _ in settings.binary = "terraform-9" }
        let bench = try await stage.bench(["main.tf": ""])
        let sentence = "prod/web: there is no 'terraform-9' command; install Terraform, or name it in TERRAFORM_BINARY"
        #expect(await failure { _ = try await bench.formatted() }?.problem.description == sentence)
        #expect(await failure { try await bench.validate() }?.problem.description == sentence)
        #expect(await failure { _ = try await bench.plan(PlanOptions(lock: false)) }?.problem.description == sentence)
        await bench.close()
    }

    @Test("that hangs is stopped at its deadline, with all that it started")
    func deadline() async throws {
        let stage = try TerraformStage { settings, folder in
            TerraformStage.impostor("validate) (trap '' TERM; sleep 600) & sleep 600;;")(&settings, folder)
            settings.deadline = .seconds(2)
        }
        let failure = await failure { _ = try await stage.plan(["main.tf": ""]) }
        #expect(
            failure?.problem.description == "prod/web: terraform validate did not end within 2 seconds and was stopped")
        #expect(failure?.problem.kind == .needsPerson)
    }

    @Test("that is interrupted while it plans may be run again")
    func interrupted() async throws {
        let stage = try TerraformStage(TerraformStage.impostor("validate) : > \"$TF_DATA_DIR/../begun\"; sleep 600;;"))
        let task = Task { try await stage.plan(["main.tf": ""]) }
        try await eventually("terraform validate begins") {
            FileManager.default.enumerator(atPath: stage.folder.file("scratch"))?.contains {
                ($0 as? String)?.hasSuffix("/begun") == true
            } == true
        }
        task.cancel()
        let failure = await failure { _ = try await task.value }
        #expect(failure?.problem.description == "prod/web: terraform validate was interrupted")
        #expect(failure?.problem.kind == .passing)
    }

    @Test(
        "that prints what cannot be read, or an incomplete plan, is told",
        arguments: [
            ("show) echo '{';;", "prod/web: terraform show printed JSON that cannot be read"),
            (
                "show) echo '{\"complete\":false}';;",
                "prod/web: Terraform made a plan that is not complete; run 'terraform plan' in the workspace; an "
                    + "incomplete plan is never applied"
            ),
            ("plan) echo 'it broke'; exit 1;;", "prod/web: terraform plan said: it broke"),
        ])
    func unreadable(branch: String, sentence: String) async throws {
        let stage = try TerraformStage(TerraformStage.impostor(branch))
        let bench = try await stage.bench(["main.tf": TerraformStage.machine("1")])
        #expect(await failure { _ = try await bench.plan(PlanOptions(lock: false)) }?.problem.description == sentence)
        #expect(
            await failure { _ = try await bench.apply() }?.problem.message
                == "prod/web: there is no saved plan to apply")
        await bench.close()
    }

    @Test("one at a time initialises where providers are shared")
    func sharedPlugins() async throws {
        let stage = try TerraformStage { settings, folder in
            let guarded =
                "init) mkdir '\(folder.file("busy"))' || exit 9; terraform \"$@\"; code=$?; rmdir '\(folder.file("busy"))'; exit $code;;"
            TerraformStage.impostor(guarded)(&settings, folder)
            settings.pluginCacheFolder = folder.file("plugins")
        }
        let terraform = stage.terraform
        let files = try stage.files(["main.tf": TerraformStage.machine("1")])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let bench = try await terraform.workbench(for: files)
                    try await bench.validate()
                    await bench.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(stage.folder.exists("plugins"))
    }

    @Test("reads the settings that are its own, and a person's where they are given")
    func configuration() {
        #expect(
            CLIConfiguration(pluginCacheFolder: nil).text
                == "disable_checkpoint = true\nprovider_installation {\n  direct {}\n}\n")
        #expect(
            CLIConfiguration(pluginCacheFolder: "/a \"b\" ${c}").text.hasPrefix(
                "disable_checkpoint = true\nplugin_cache_dir = \"/a \\\"b\\\" $${c}\"\n"))
    }
}
