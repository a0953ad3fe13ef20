import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("Applying with Terraform", .timeLimit(.minutes(30)))
struct ApplyTests {
    private static let machine = ["main.tf": TerraformStage.machine("\"large\"")]

    @Test("only what was planned last, and only once it was planned")
    func order() async throws {
        let stage = try TerraformStage()
        let bench = try await stage.bench(Self.machine)
        let early = await failure { _ = try await bench.apply() }
        #expect(early?.problem.description == "prod/web: there is no saved plan to apply")
        #expect(early?.problem.kind == .bug)
        _ = try await bench.plan(PlanOptions(lock: true))
        let result = try await bench.apply()
        #expect(result.summary == "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")
        #expect(result.log.contains("terraform_data.m: Creating...\n"))
        await bench.close()
    }

    @Test("a plan that is no longer the state's is refused, and nothing is changed")
    func stale() async throws {
        let stage = try TerraformStage()
        let bench = try await stage.bench(Self.machine)
        _ = try await bench.plan(PlanOptions(lock: true))
        try await stage.apply(["main.tf": TerraformStage.machine("\"other\"", name: "n")])
        let state = try stage.state
        let failure = await failure { _ = try await bench.apply() }
        #expect(
            failure?.problem.description
                == "prod/web: the state changed after the plan was made, so it was not applied; the next run plans again"
        )
        #expect(failure?.problem.kind == .passing && failure?.isRefused == true && failure?.partial == nil)
        #expect(try stage.state == state)
        await bench.close()
    }

    @Test("while another one holds the lock, the holder is named; without the lock a plan is made")
    func lock() async throws {
        let stage = try TerraformStage()
        let files = ["main.tf": try stage.waiting()]
        let other = Task { try await stage.apply(files) }
        try await stage.begun()
        let failure = await failure { _ = try await stage.plan(files, PlanOptions(lock: true)) }
        let problem = try #require(failure?.problem)
        #expect(problem.kind == .passing)
        #expect(problem.message.hasPrefix("prod/web: another process holds the state's lock ("))
        #expect(
            problem.hint?.hasPrefix("the next run tries again; if nobody works on it, 'terraform force-unlock ") == true
        )
        _ = try await stage.plan(files, PlanOptions(lock: false))
        try FileManager.default.removeItem(atPath: stage.folder.file("hold"))
        _ = try await other.value
    }

    @Test("that is interrupted lets Terraform write its state down, and says what to do")
    func interrupted() async throws {
        let stage = try TerraformStage()
        let files = ["main.tf": try stage.waiting()]
        let task = Task { try await stage.apply(files) }
        try await stage.begun()
        task.cancel()
        let failure = await failure { _ = try await task.value }
        #expect(failure?.step == "apply")
        #expect(failure?.problem.kind == .needsPerson)
        #expect(failure?.problem.message == "prod/web: terraform apply was interrupted")
        #expect(
            failure?.problem.hint?.hasPrefix(
                "look at the workspace's state and lock before anything else is applied; its log is in ") == true)
        #expect(try stage.state.contains("\"status\": \"tainted\""))
        #expect(!stage.folder.exists("state/prod/web/.terraform.tfstate.lock.info"))
    }

    @Test("that fails half-way keeps what was done in the state, and the log")
    func halfWay() async throws {
        let stage = try TerraformStage()
        let bad = TerraformStage.machine(
            "1", name: "bad",
            more: "  depends_on = [terraform_data.m]\n  provisioner \"local-exec\" {\n    command = \"exit 7\"\n  }\n")
        let failure = await failure {
            try await stage.apply(["main.tf": TerraformStage.machine("\"large\"") + bad])
        }
        #expect(failure?.diagnostics.first?.summary == "local-exec provisioner error")
        #expect(failure?.diagnostics.first?.file == "workspaces/prod/web/main.tf")
        #expect(failure?.partial?.completed == ["terraform_data.m": [.create]] && failure?.isRefused == false)
        #expect(failure?.partial?.log.contains("terraform_data.bad: Creation errored after ") == true)
        #expect(try stage.state.contains("\"name\": \"m\""))
    }

    @Test("whose state could not be saved keeps the only copy of it")
    func erroredState() async throws {
        let stage = try TerraformStage(
            TerraformStage.impostor("apply) echo '{\"@message\":\"begun\"}'; echo rescued > errored.tfstate; exit 1;;"))
        let failure = await failure { try await stage.apply(Self.machine) }
        let kept = try FileManager.default.contentsOfDirectory(atPath: stage.folder.file("kept/prod/web"))
        let state = try #require(kept.first { $0.hasSuffix(".errored.tfstate") })
        #expect(kept.count == 2)
        #expect(try stage.folder.read("kept/prod/web/\(state)") == "rescued\n")
        #expect(
            failure?.problem.message.hasSuffix(
                "; the state could not be saved and is in \(stage.folder.file("kept/prod/web"))/\(state)") == true)
        #expect(
            failure?.problem.hint?.hasPrefix(
                "recover it with 'sphinx state recover --workspace prod/web' before anything else is applied; its log is in "
            ) == true)
        #expect(failure?.problem.kind == .needsPerson)
    }

    @Test("where nothing can be kept the scratch folder stays with the state")
    func erroredStateStays() async throws {
        let stage = try TerraformStage(TerraformStage.impostor("apply) echo rescued > errored.tfstate; exit 1;;"))
        try stage.folder.write("a file", to: "kept")
        let failure = await failure { try await stage.apply(Self.machine) }
        let place = try #require(failure?.problem.message.split(separator: " ").last.map(String.init))
        #expect(place.hasPrefix(stage.folder.file("scratch")))
        #expect(
            failure?.problem.hint
                == "recover it with 'sphinx state recover --workspace prod/web \(place)' before anything else is applied"
        )
        #expect(try String(contentsOfFile: place, encoding: .utf8) == "rescued\n")
    }
}
