import Domain
import Foundation
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("States that are kept and recovered", .timeLimit(.minutes(30)))
struct RecoveryTests {
    @Test("what an apply could not save is pushed to where it belongs, and then its file is marked")
    func s3() async throws {
        let s3 = try await S3Stage()
        let machine = TerraformStage.machine("\"large\"")
        try await s3.stage.apply(S3Stage.code(machine))
        _ = try await s3.failedApply(of: machine)
        let terraform = s3.stage.terraform
        let code = S3Stage.code(machine + (try s3.stage.waiting(name: "late")))
        #expect(
            try await s3.stage.plan(code).summary == "1 to add, 0 to change, 0 to destroy", "its state is the old one")
        let file = try #require(try terraform.keptStates(of: "prod/web").first)
        let state = try terraform.keptState(in: file)
        #expect(state.resources == 2)
        #expect(try state.digest == Digest(ofBytes: Data(contentsOf: URL(filePath: file))))
        try await terraform.recover(state, in: try s3.stage.files(code))
        #expect(try await s3.stage.plan(code).isEmpty)
        #expect(try await s3.state().contains(state.lineage))
        #expect(try await s3.keys() == ["web.tfstate"])
        #expect(try terraform.keptStates(of: "prod/web").isEmpty)
        let held = try await s3.state()

        // A run that died between its push and the new name of the file.
        try FileManager.default.moveItem(atPath: state.recoveredFile, toPath: file)
        try await terraform.recover(state, in: try s3.stage.files(code))
        #expect(try await s3.state() == held)
        #expect(try terraform.keptStates(of: "prod/web").isEmpty)
    }

    @Test("the first state of all goes to an empty place, and a second push of it finds it there")
    func first() async throws {
        let s3 = try await S3Stage()
        _ = try await s3.failedApply()
        let terraform = s3.stage.terraform
        let state = try terraform.keptState(in: try #require(try terraform.keptStates(of: "prod/web").first))
        let files = try s3.stage.files(S3Stage.code(try s3.stage.waiting(name: "late")))
        for _ in 0..<2 {
            try await terraform.recover(state, in: files)
            #expect(try await terraform.state(of: files).map(\.address) == ["terraform_data.late"])
            try FileManager.default.moveItem(atPath: state.recoveredFile, toPath: state.file)
        }
    }

    @Test("a lock that someone holds is named, and the file stays")
    func locked() async throws {
        let s3 = try await S3Stage()
        _ = try await s3.failedApply()
        let terraform = s3.stage.terraform
        let state = try terraform.keptState(in: try #require(try terraform.keptStates(of: "prod/web").first))
        try await s3.moto.put(S3Stage.lock, as: "web.tfstate.tflock", in: S3Stage.bucket)
        let failure = await failure {
            try await terraform.recover(state, in: try s3.stage.files(S3Stage.code("")))
        }
        #expect(
            failure?.problem.description
                == "prod/web: another process holds the state's lock (ada@laptop, since 2026-11-28 "
                + "19:20:19.013617494 +0000 UTC); the next run tries again; if nobody works on it, "
                + "'terraform force-unlock c968dd08-e2c2-d911-2b74-2c78cfc82473' takes it away")
        #expect(failure?.problem.kind == .passing)
        #expect(try terraform.keptStates(of: "prod/web") == [state.file])
    }

    /// A state of one machine at serial 1, and a kept one that a change of its text makes.
    private func refusal(_ change: (String) -> String) async throws -> (stage: TerraformStage, sentence: String?) {
        let stage = try TerraformStage()
        let code = ["main.tf": TerraformStage.machine("\"large\"")]
        try await stage.apply(code)
        let before = try stage.state
        let file = try stage.folder.write(
            change(before.replacing("\"large\"", with: "\"small\"")), to: "kept/prod/web/a.errored.tfstate")
        let failure = await failure {
            try await stage.terraform.recover(try stage.terraform.keptState(in: file), in: try stage.files(code))
        }
        #expect(try stage.state == before)
        #expect(try stage.terraform.keptStates(of: "prod/web") == [file])
        return (stage, failure?.problem.description)
    }

    @Test("a state of another lineage is refused in Terraform's words")
    func lineage() async throws {
        let refused = try await refusal { $0.replacing(/"lineage": "[^"]+"/, with: "\"lineage\": \"another\"") }
        let own = try #require(try refused.stage.state.firstMatch(of: /"lineage": "([^"]+)"/)).1
        #expect(
            refused.sentence
                == "prod/web: terraform state push said: Failed to write state: cannot import state with lineage "
                + "\"another\" over unrelated state with lineage \"\(own)\"")
    }

    @Test("a state that is older than what is held is refused in Terraform's words")
    func older() async throws {
        let refused = try await refusal { $0.replacing(/"serial": \d+/, with: "\"serial\": 0") }
        #expect(
            refused.sentence
                == "prod/web: terraform state push said: Failed to write state: cannot import state with serial 0 over "
                + "newer state with serial 1")
    }

    @Test(
        "a file that holds no state is refused by name",
        arguments: [
            (nil, "the kept state FILE cannot be read; name a file that can be read"),
            (
                "",
                "FILE is not a state of Terraform's; name an 'errored.tfstate'; if nothing can be read of it, import what it held"
            ),
            (
                "{}",
                "FILE is not a state of Terraform's; name an 'errored.tfstate'; if nothing can be read of it, import what it held"
            ),
            (
                "{\"serial\": \"1\", \"lineage\": \"a\"}",
                "FILE is not a state of Terraform's; name an 'errored.tfstate'; if nothing can be read of it, import what it held"
            ),
        ] as [(String?, String)])
    func unreadable(text: String?, sentence: String) throws {
        let stage = try TerraformStage()
        let file = stage.folder.file("some.tfstate")
        if let text { try stage.folder.write(text, to: "some.tfstate") }
        let problem = #expect(throws: Problem.self) { try stage.terraform.keptState(in: file) }
        #expect(problem?.description == sentence.replacing("FILE", with: file))
    }

    @Test("a file that changed since it was looked at is not pushed")
    func changed() async throws {
        let stage = try TerraformStage()
        let code = ["main.tf": TerraformStage.machine("\"large\"")]
        try await stage.apply(code)
        let file = try stage.folder.write(try stage.state, to: "a.errored.tfstate")
        let state = try stage.terraform.keptState(in: file)
        try stage.folder.write("{}", to: "a.errored.tfstate")
        let failure = await failure { try await stage.terraform.recover(state, in: try stage.files(code)) }
        #expect(failure?.problem.description == "prod/web: \(file) changed while it was read; look at it again")
    }

    @Test("one that cannot be moved out of its scratch folder is found there, also where a half of it was copied")
    func unmoved() throws {
        let stage = try TerraformStage()
        let terraform = stage.terraform
        let failure = TerraformFailure(step: "apply", diagnostics: [], problem: Problem(.passing, "prod/web: lost"))
        let state = try stage.folder.write("{}", to: "scratch/job-a/files/workspaces/prod/web/errored.tfstate")
        try stage.folder.write("", to: "scratch/job-a/files/workspaces/prod/errored.tfstate/none")
        try stage.folder.write("", to: "kept")
        let folder = KeptFolder(of: "prod/web", terraform.settings)
        let told = folder.kept(failure, ApplyLog("", Redactor.plain), state: state).problem
        #expect(told.message == "prod/web: lost; the state could not be saved and is in \(state)")
        #expect(
            told.hint
                == "recover it with 'sphinx state recover --workspace prod/web \(state)' before anything else is applied"
        )
        try stage.folder.remove("kept")
        #expect(try terraform.keptStates(of: "prod/web") == [state])
        #expect(try terraform.keptStates(of: "web").isEmpty)
        #expect(try terraform.keptStates(of: "prod").isEmpty)
    }

    @Test("the newest comes first; folders, logs and what was recovered are none; nothing is kept at first")
    func listing() throws {
        let stage = try TerraformStage()
        let terraform = stage.terraform
        #expect(try terraform.keptStates(of: "prod/web").isEmpty)
        for (name, age) in [("b", 20.0), ("a", 10), ("c", 20), ("gone", 0)] {
            let file = try stage.folder.write("", to: "kept/prod/web/\(name).errored.tfstate")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000 - age)], ofItemAtPath: file)
        }
        try stage.folder.write("", to: "kept/prod/web/deep.errored.tfstate/x.errored.tfstate")
        try stage.folder.write("", to: "kept/prod/web/a.apply.log")
        let gone = stage.folder.file("kept/prod/web/gone.errored.tfstate")
        try FileManager.default.moveItem(atPath: gone, toPath: "\(gone).recovered")
        let names = try terraform.keptStates(of: "prod/web").map { URL(filePath: $0).lastPathComponent.prefix(1) }
        #expect(names == ["a", "b", "c"])
        try stage.folder.remove("kept/prod/web")
        try stage.folder.write("", to: "kept/prod/web")
        let problem = #expect(throws: Problem.self) { try terraform.keptStates(of: "prod/web") }
        #expect(problem?.message.hasPrefix("prod/web: it cannot be seen whether a state is kept in ") == true)
    }
}
