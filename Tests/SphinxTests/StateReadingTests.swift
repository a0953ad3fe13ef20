import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Which states are read")
struct StateReadingTests {
    private static let files = Dictionary(
        uniqueKeysWithValues: ["a", "b", "c"].map {
            ("workspaces/\($0)/main.tf", LoopStage.machine("one", id: "i-\($0)"))
        })

    private static func read(_ labels: Labels, rules: String = LoopStage.rules, in files: [String: String] = files)
        async throws -> [String]
    {
        let stage = try await LoopStage(files, rules: rules, applied: false)
        stage.metrics.set(LoopStage.query, [(labels, 0.01)])
        var world = try stage.world()
        let counting = CountingInfrastructure(world.infrastructure)
        world.infrastructure = counting
        _ = try await Inspection(world: world, settings: stage.settings()).run()
        return counting.states
    }

    @Test("a series that says where it belongs spares the states of the others")
    func bySeries() async throws {
        #expect(try await Self.read(["terraform_workspace": "b", "id": "i-b"]) == ["b"])
        #expect(try await Self.read(["id": "i-b"]) == ["a", "b", "c"])
    }

    @Test("so do the labels of workspaces that a series contradicts")
    func byLabels() async throws {
        let labelled = Self.files.merging([
            "workspaces/a/workspace.yml": "labels: {env: prod, app: a}\n",
            "workspaces/b/workspace.yml": "labels: {env: prod, app: b}\n",
        ]) { first, _ in first }
        #expect(try await Self.read(["env": "prod", "app": "b", "id": "i-b"], in: labelled) == ["b", "c"])
        #expect(try await Self.read(["env": "dev", "id": "i-b"], in: labelled) == ["c"])
        #expect(try await Self.read(["env": "prod", "id": "i-b"], in: labelled) == ["a", "b", "c"])
        let all = labelled.merging(["workspaces/c/workspace.yml": "labels: {env: dev}\n"]) { first, _ in first }
        #expect(try await Self.read(["env": "prod", "app": "b", "id": "i-b"], in: all) == ["b"])
    }

    @Test("so does a rule that says it of its series")
    func byRule() async throws {
        let rules = LoopStage.rules.replacing("resource: {", with: "resource: {workspace: \"{labels.app}\", ")
        #expect(try await Self.read(["app": "c", "id": "i-c"], rules: rules) == ["c"])
    }

    @Test("a rule on state reads every workspace that declares its type, once")
    func byState() async throws {
        let rule = "rules: [{name: A, source: state, resource: {type: terraform_data}}]\n"
        #expect(try await Self.read([:], rules: rule) == ["a", "b", "c"])
        #expect(try await Self.read([:], rules: rule.replacing("terraform_data", with: "aws_instance")).isEmpty)
    }
}
