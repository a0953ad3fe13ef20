import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("The end of a workspace")
struct DeletedWorkspaceTests {
    private static let empty = "locals {\n  a = 1\n}\n"

    private func delete(_ name: String, forced: Bool = false, in stage: MemoryStage) async throws -> WorkspaceChange {
        try await WorkspaceLifecycle(world: stage.world(), settings: stage.settings()).delete(name, forced: forced)
    }

    private func problems(_ work: () async throws -> WorkspaceChange) async -> [String] {
        do {
            _ = try await work()
            Issue.record("there was no problem")
            return []
        } catch {
            return (error as? Problems)?.all.map(\.message) ?? ["\(error)"]
        }
    }

    @Test("an empty one goes on a branch; workspaces below it stay")
    func empty() async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "workspaces/prod/main.tf": Self.empty,
            "workspaces/prod/parts/a.txt": "a\n", "workspaces/prod/eu/db/main.tf": Self.empty,
            "workspaces/prod/eu/notes.txt": "b\n",
        ])
        let before = stage.repository.refs["refs/heads/main"]
        let change = try await delete("prod", in: stage)
        #expect(change.branch == "delete-workspace-prod" && change.notes.isEmpty && change.writes.isEmpty)
        #expect(change.message == "sphinx(prod): delete the workspace\n")
        let gone = ["workspaces/prod/eu/notes.txt", "workspaces/prod/main.tf", "workspaces/prod/parts/a.txt"]
        #expect(change.removes.sorted() == gone)
        try await WorkspaceLifecycle(world: stage.world(), settings: stage.settings()).publish(change)
        #expect(stage.repository.refs["refs/heads/main"] == before)
        #expect(
            try stage.files(on: change.branch).map(\.path)
                == ["rules.yml", "workspaces/prod/eu/db/main.tf", MemoryStage.main])
        #expect(stage.history.all.last.map { "\($0.action) \($0.status)" } == "workspace deleted")
    }

    @Test("one whose state holds resources stays, unless it is forced; then the branch says what is left behind")
    func resources() async throws {
        let stage = try await MemoryStage()
        let sentence = "web: its state holds 2 resources: terraform_data.one, terraform_data.two"
        #expect(await problems { try await delete("web", in: stage) } == [sentence])
        let change = try await delete("web", forced: true, in: stage)
        #expect(change.notes == ["left behind: \(sentence)"])
        #expect(change.message == "sphinx(web): delete the workspace\n\nleft behind: \(sentence)\n")
        stage.infrastructure.forget("terraform_data.one", in: "web")
        stage.infrastructure.forget("terraform_data.two", in: "web")
        #expect(try await delete("web", in: stage).notes.isEmpty)
    }

    @Test("one whose newest state could not be saved stays, as its backend does not say what there is")
    func kept() async throws {
        let stage = try await MemoryStage([MemoryStage.main: Self.empty])
        stage.infrastructure.keep("/kept/a", of: "web")
        let sentence = "web: a state that an apply could not save is in /kept/a"
        #expect(await problems { try await delete("web", in: stage) } == [sentence])
        #expect(try await delete("web", forced: true, in: stage).notes == ["left behind: \(sentence)"])
    }

    @Test("one with anything on its way stays: everything is told at once")
    func onTheWay() async throws {
        let stage = try await MemoryStage()
        try stage.fork("feature")
        try stage.write([MemoryStage.main: MemoryStage.code.replacing("\"large\"", with: "\"small\"")], on: "feature")
        let planned = try await stage.plan("feature")
        try stage.merge("feature")
        let key = try #require(planned.proposals.first?.key.text)
        let lock = try stage.repository.commit(
            try Record(kind: "lock", run: "other", holder: "elsewhere/1", workspace: "web", expires: 1_764_000_600)
                .draft(at: Date(timeIntervalSince1970: 0)))
        stage.repository.point("refs/sphinx/locks/web", to: lock)
        #expect(
            await problems { try await delete("web", in: stage) } == [
                "web: its state holds 2 resources: terraform_data.one, terraform_data.two",
                "web has merged changes that are not applied: \(key)",
                "web is locked by other, until 2025-11-24T16:10:00Z",
            ])
    }

    @Test("one whose modules others use stays, whatever is forced")
    func modules() async throws {
        let stage = try await MemoryStage([
            "workspaces/web/main.tf": Self.empty, "workspaces/web/parts/main.tf": "variable \"a\" {}\n",
            "workspaces/db/main.tf": "module \"m\" {\n  source = \"../web/parts\"\n}\n",
        ])
        for forced in [false, true] {
            #expect(
                await problems { try await delete("web", forced: forced, in: stage) }
                    == ["web holds modules that others use: db"])
        }
    }

    @Test("a state that cannot be read is not taken for an empty one")
    func unreadable() async throws {
        let stage = try await MemoryStage(["workspaces/web/main.tf": Self.empty])
        var world = stage.world()
        world.infrastructure = BlindInfrastructure(infrastructure: stage.infrastructure)
        let lifecycle = WorkspaceLifecycle(world: world, settings: stage.settings())
        #expect(
            await problems { try await lifecycle.delete("web", forced: false) }
                == ["web: its state cannot be read: the bucket is not there"])
        #expect(try await lifecycle.delete("web", forced: true).notes.count == 1)
    }

    @Test("one that is not there is told with the name that was meant")
    func absent() async throws {
        let stage = try await MemoryStage()
        let error = await #expect(throws: Problems.self) { _ = try await delete("webs", in: stage) }
        #expect(error?.all.map(\.description) == ["there is no workspace 'webs' in main; did you mean 'web'?"])
    }
}

private struct BlindInfrastructure: Infrastructure {
    let infrastructure: MemoryInfrastructure

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        throw TerraformFailure(step: "show", diagnostics: [], problem: Problem(.passing, "the bucket is not there"))
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        try await infrastructure.workbench(for: files)
    }
}
