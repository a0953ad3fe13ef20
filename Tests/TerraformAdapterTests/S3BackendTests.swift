import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("States in S3", .timeLimit(.minutes(30)))
struct S3BackendTests {
    private static let machine = TerraformStage.machine("\"large\"")

    @Test("init, plan and apply work, the state is in the bucket, and no lock stays")
    func loop() async throws {
        let s3 = try await S3Stage()
        let code = S3Stage.code(Self.machine)
        #expect(try await s3.stage.plan(code, PlanOptions(lock: true)).summary == "1 to add, 0 to change, 0 to destroy")
        try await s3.stage.apply(code)
        #expect(try await s3.keys() == ["web.tfstate"])
        #expect(try await s3.state().contains("\"name\": \"m\""))
        #expect(try await s3.stage.plan(code).isEmpty)
        let instances = try await s3.stage.terraform.state(of: try s3.stage.files(code))
        #expect(instances.map(\.address) == ["terraform_data.m"])
    }

    @Test("a lock that someone left is named with its holder, for plan and apply, and nothing is kept or changed")
    func locked() async throws {
        let s3 = try await S3Stage()
        let code = S3Stage.code(Self.machine)
        let bench = try await s3.stage.bench(code)
        _ = try await bench.plan(PlanOptions(lock: true))
        try await s3.moto.put(S3Stage.lock, as: "web.tfstate.tflock", in: S3Stage.bucket)
        for step in ["plan", "apply"] {
            let failure = await failure {
                if step == "plan" { _ = try await s3.stage.plan(code, PlanOptions(lock: true)) }
                if step == "apply" { _ = try await bench.apply() }
            }
            #expect(
                failure?.problem.description
                    == "prod/web: another process holds the state's lock (ada@laptop, since 2026-11-28 "
                    + "19:20:19.013617494 +0000 UTC); the next run tries again; if nobody works on it, "
                    + "'terraform force-unlock c968dd08-e2c2-d911-2b74-2c78cfc82473' takes it away")
            #expect(failure?.problem.kind == .passing && failure?.step == step)
        }
        await bench.close()
        #expect(!s3.stage.folder.exists("kept"))
        #expect(try await s3.keys() == ["web.tfstate.tflock"])
        #expect(try await s3.stage.plan(code).isEmpty == false, "without the lock it is planned")
    }

    @Test("a plan that is no longer the state's is refused, and nothing is changed")
    func stale() async throws {
        let s3 = try await S3Stage()
        let bench = try await s3.stage.bench(S3Stage.code(Self.machine))
        _ = try await bench.plan(PlanOptions(lock: true))
        try await s3.stage.apply(S3Stage.code(TerraformStage.machine("\"other\"", name: "n")))
        let state = try await s3.state()
        let failure = await failure { _ = try await bench.apply() }
        await bench.close()
        #expect(
            failure?.problem.description
                == "prod/web: the state changed after the plan was made, so it was not applied; the next run plans again"
        )
        #expect(try await s3.state() == state)
        #expect(try await s3.keys() == ["web.tfstate"])
    }

    @Test("a store that is lost at the end of an apply: the state is kept for its owner alone, and named")
    func lost() async throws {
        let s3 = try await S3Stage()
        let problem = try #require(try await s3.failedApply()?.problem)
        let kept = try s3.stage.terraform.keptStates(of: "prod/web")
        let file = try #require(kept.first)
        #expect(kept.count == 1 && file.hasPrefix(s3.stage.folder.file("kept/prod/web/")))
        #expect(problem.kind == .needsPerson)
        #expect(problem.message.hasPrefix("prod/web: terraform apply said: Failed to save state: "))
        #expect(problem.message.hasSuffix("; the state could not be saved and is in \(file)"), "\(problem)")
        #expect(
            problem.hint?.hasPrefix(
                "recover it with 'sphinx state recover --workspace prod/web' before anything else is applied; "
                    + "its log is in \(s3.stage.folder.file("kept/prod/web/"))") == true)
        for name in try FileManager.default.contentsOfDirectory(atPath: s3.stage.folder.file("kept/prod/web")) {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: s3.stage.folder.file("kept/prod/web/\(name)"))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        #expect(try s3.stage.terraform.keptStates(of: "prod").isEmpty, "it is no other workspace's")
        #expect(try FileManager.default.contentsOfDirectory(atPath: s3.stage.folder.file("scratch")).isEmpty)
    }

    @Test("with another backend block the state is another one: all that exists would be made again")
    func moved() async throws {
        let s3 = try await S3Stage()
        try await s3.stage.apply(S3Stage.code(Self.machine))
        let before = try await s3.state()
        let plan = try await s3.stage.plan(
            S3Stage.code(Self.machine, key: "elsewhere.tfstate"), PlanOptions(lock: true))
        #expect(plan.changes.map(\.actions) == [[.create]])
        #expect(try await s3.state() == before)
        #expect(try await s3.keys() == ["web.tfstate"])
    }
}
