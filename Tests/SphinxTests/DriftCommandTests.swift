import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@testable import sphinx

@Suite("Drift, by the command", .timeLimit(.minutes(30)))
struct DriftCommandTests {
    @Test("is told in every form, counts as pending, and is gone once someone put it right")
    func told() async throws {
        let stage = try await LoopStage(
            ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")],
            rules: LoopStage.rules + "schedule: {drift_interval: 0s}\n")
        let clean = try await stage.sphinx(["reconcile", "--only", "apply", "--detect-drift", "--detailed-exitcode"])
        #expect(clean.exit == .exited(0) && !clean.outputText.contains("Infrastructure"))

        try stage.drift("\"size\": \"large\"", to: "\"size\": \"huge\"")
        let state = try stage.state("web")
        let told = try await stage.sphinx(["reconcile", "--only", "apply", "--detect-drift", "--detailed-exitcode"])
        #expect(told.exit == .exited(2))
        #expect(
            told.outputText.contains(
                "Infrastructure\nRESULT  WORKSPACE  REASON\ndrift   web        0 to add, 1 to change, 0 to destroy: "
                    + "terraform_data.one (update); as of 2"), "\(told.outputText)")
        #expect(!told.outputText.contains("Merged proposals"))
        let json = try await stage.sphinx([
            "reconcile", "--only", "apply", "--detect-drift", "--dry-run", "--format", "json",
        ])
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(json.outputText.utf8))
        let apply = try #require(document["applies"]?.array?.first)
        #expect(apply["result"]?.string == "drift" && apply["key"] == .null && apply["workspace"]?.string == "web")
        #expect(try stage.state("web") == state)
        let list = try await stage.sphinx(["workspaces", "list"])
        #expect(list.outputText.contains("0 to add, 1 to change, 0 to destroy: terraform_data.one (update)"))

        try await stage.applyBase()
        let ended = try await stage.sphinx(["reconcile", "--only", "apply", "--detect-drift", "--detailed-exitcode"])
        #expect(ended.exit == .exited(0))
    }

    @Test("a fresh clone and a lost history know when it was looked for last")
    func fresh() async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")])
        try stage.drift("\"size\": \"large\"", to: "\"size\": \"huge\"")
        let first = try await stage.sphinx(["reconcile", "--only", "apply", "--detect-drift", "--format", "json"])
        try FileManager.default.removeItem(atPath: stage.folder.file("sphinx.db"))
        try stage.drift("\"size\": \"huge\"", to: "\"size\": \"large\"")
        let second = try await stage.sphinx(["reconcile", "--only", "apply", "--detect-drift", "--format", "json"])
        let applies = try [first, second].map {
            try JSONDecoder().decode(JSONValue.self, from: Data($0.outputText.utf8))["applies"]
        }
        #expect(applies[0]?.array?.count == 1 && applies[0] == applies[1])
    }
}
