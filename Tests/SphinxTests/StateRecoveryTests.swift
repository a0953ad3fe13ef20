import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@Suite("States recovered by the command", .timeLimit(.minutes(30)))
struct StateRecoveryTests {
    /// An apply whose state could not be saved: its bucket went away while the volume was made, and is back.
    private static func failedApply() async throws -> VolumeStage {
        let stage = try await VolumeStage(.s3)
        let failed = try await stage.struck { _ in
            try await stage.moto.lose("states")
            try stage.release()
        }
        #expect(failed.exit == .exited(3))
        #expect(
            try stage.said(failed, "problems.0.message")?.contains("; the state could not be saved and is in /") == true
        )
        try await stage.moto.restore("states")
        try await stage.moto.delete("data.tfstate.tflock", in: "states")
        return stage
    }

    private static func recover(_ stage: VolumeStage, _ arguments: String...) async throws -> Completion {
        try await stage.sphinx(["state", "recover", "--workspace", "data", "--log-level", "error"] + arguments)
    }

    /// The one file that the next apply is refused for.
    private static func refusedFor(_ stage: VolumeStage) async throws -> String {
        let next = try await stage.apply()
        #expect(next.exit == .exited(3))
        #expect(
            try stage.said(next, "problems.0.hint")
                == "recover it with 'sphinx state recover --workspace data', or remove the file")
        let words = try #require(try stage.said(next, "problems.0.message"))
        let place =
            /data: the state of an earlier apply could not be saved and is in (.+\.errored\.tfstate), so nothing is applied/
        return String(try #require(words.wholeMatch(of: place)).1)
    }

    @Test("until it is recovered nothing is applied; then it is where it belongs, and the apply is on record")
    func life() async throws {
        let stage = try await Self.failedApply()
        let volume = try #require(try await stage.volumes().first)
        let file = try await Self.refusedFor(stage)
        #expect(try await Self.refusedFor(stage) == file)
        let refs = try await stage.stage.refs()

        let dry = try await Self.recover(stage, "--dry-run")
        let told = /data: would push (.+) \((1 resource, serial \d+, lineage [0-9a-f-]+)\)\n/
        let match = try #require(dry.outputText.wholeMatch(of: told), "\(dry.outputText)\(dry.errorText)")
        #expect(match.1 == file)
        #expect(try await stage.stage.refs() == refs)
        #expect(try await stage.state().contains(volume) == false)

        let done = try await Self.recover(stage)
        #expect(
            done.outputText == "data: recovered (\(match.2)); the file is now \(file).recovered\n", "\(done.errorText)")
        #expect(try await stage.state().contains(volume))
        #expect(try await stage.stage.refs() == refs)
        let last = try await stage.apply()
        #expect(try stage.said(last, "applies.0.result") == "already_applied", "\(last.outputText)")
        #expect(try await stage.volumes() == [volume])
        #expect(try await stage.ledger() == ["applied"])

        let steps = try await stage.sphinx(["history", "export", "--action", "state", "--format", "json"])
        #expect(steps.outputText.contains("recovered") && steps.outputText.contains("sha256:"))
        #expect(!steps.outputText.contains(volume) && !steps.outputText.contains("availability_zone"))
        #expect(try await stage.sphinx(["history", "verify"]).succeeded)
        let again = try await Self.recover(stage)
        #expect(again.succeeded && again.outputText == "data: nothing to recover on this machine\n")
    }

    @Test("another run's lock, another workspace, and files that hold no state stop it, and the file stays")
    func refused() async throws {
        let stage = try await Self.failedApply()
        let file = try await Self.refusedFor(stage)
        let bare = stage.stage.remote
        let lock = """
            sphinx: lock

            {"kind": "lock", "run": "run-x", "holder": "elsewhere/1", "workspace": "data", "expires": 4102444800}
            """
        let tree = try await Shell.run("git", ["--git-dir", bare, "mktree"]).trimmed
        let commit = try await Shell.git("--git-dir", bare, "commit-tree", "-m", lock, tree).trimmed
        try await Shell.git("--git-dir", bare, "update-ref", "refs/sphinx/locks/data", commit)
        let locked = try await Self.recover(stage)
        #expect(locked.exit == .exited(1))
        #expect(
            locked.errorText.contains(
                "data: locked by run-x, until 2100-01-01T00:00:00Z; wait for that run, and try again"),
            "\(locked.errorText)")
        #expect(try await stage.lock() == commit)
        try await Shell.git("--git-dir", bare, "update-ref", "-d", "refs/sphinx/locks/data")

        let unknown = try await stage.sphinx(["state", "recover", "--workspace", "date"])
        #expect(unknown.errorText.contains("there is no workspace 'date' in main; did you mean 'data'?"))
        let absent = try await Self.recover(stage, "gone.tfstate")
        #expect(absent.exit == .exited(1))
        #expect(absent.errorText.contains("gone.tfstate cannot be read; name a file that can be read"))
        let other = try stage.stage.folder.write(
            try String(contentsOfFile: file, encoding: .utf8).replacing(/"serial": \d+/, with: "\"serial\": \"x\""),
            to: "other.tfstate")
        let broken = try await Self.recover(stage, other)
        #expect(broken.errorText.contains("\(other) is not a state of Terraform's; name an 'errored.tfstate'"))
        #expect(try await stage.lock() == nil)
        #expect(try await Self.refusedFor(stage) == file)

        // Somebody made another state there meanwhile.
        try await stage.moto.put(
            "{\"version\": 4, \"serial\": 3, \"lineage\": \"theirs\", \"outputs\": {\"a\": {\"value\": 1, \"type\": \"number\"}}}",
            as: "data.tfstate", in: "states")
        let foreign = try await Self.recover(stage, file)
        #expect(foreign.exit == .exited(1))
        #expect(
            foreign.errorText.contains(
                "data: terraform state push said: Failed to write state: cannot import state with")
                && foreign.errorText.contains("over unrelated state with lineage \"theirs\""), "\(foreign.errorText)")
        #expect(try await stage.lock() == nil)
        let steps = try await stage.sphinx(["history", "list", "--action", "state"])
        #expect(steps.outputText.contains("not_recovered"))
        try FileManager.default.removeItem(atPath: file)
        #expect(try stage.said(try await stage.apply(), "applies.0.result") == "needs_approval")
        #expect(try await stage.volumes().count == 1)
    }
}
