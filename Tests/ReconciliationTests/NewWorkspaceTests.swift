import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("A new workspace")
struct NewWorkspaceTests {
    private static let module = "variable \"size\" {}\n"

    private func change(
        _ name: String, like template: String? = nil, backend: NewBackend? = nil, in stage: MemoryStage
    ) async throws -> WorkspaceChange {
        try await WorkspaceLifecycle(world: stage.world(), settings: stage.settings())
            .new(name, like: template, backend: backend)
    }

    private func problems(_ work: () async throws -> WorkspaceChange) async -> [String] {
        do {
            let change = try await work()
            Issue.record("there was no problem: \(change.writes.map(\.path))")
            return []
        } catch {
            return (error as? Problems)?.all.map { $0.description } ?? ["\(error)"]
        }
    }

    @Test("is a branch on the base, which a run reads as a workspace once it is merged")
    func empty() async throws {
        let stage = try await MemoryStage()
        let before = stage.repository.refs["refs/heads/main"]
        let change = try await change("prod/db", backend: .s3, in: stage)
        #expect(change.branch == "new-workspace-prod-db" && change.notes.isEmpty)
        #expect(change.message == "sphinx(prod/db): new workspace\n")
        let settings = stage.settings()
        try await WorkspaceLifecycle(world: stage.world(), settings: settings).publish(change)
        #expect(stage.repository.refs["refs/heads/main"] == before)
        #expect(stage.refs == ["refs/heads/new-workspace-prod-db"])
        #expect(
            try stage.text("workspaces/prod/db/main.tf", on: change.branch)
                == "terraform {\n  required_version = \">= 1.5\"\n\n  backend \"s3\" {}\n}\n")
        #expect(
            stage.history.all.last.map { "\($0.action) \($0.status) \($0.workspace ?? "")" }
                == "workspace created prod/db")
        try stage.merge(change.branch)
        let observation = try await Inspection(world: stage.world(), settings: stage.settings()).observed()
        #expect(observation.problems.isEmpty && observation.workspaces.map(\.path) == ["prod/db", "web"])
        #expect(observation.workspace("prod/db")?.backend == .remote("s3", configured: []))
    }

    @Test("without a backend it says where its state is kept")
    func noBackend() async throws {
        let change = try await change("db", in: try await MemoryStage())
        #expect(
            change.notes == [
                "it has no backend of its own: its state is kept in SPHINX_LOCAL_STATE_DIR, or nothing is planned"
            ])
        #expect(change.writes.map(\.path) == ["workspaces/db/main.tf", "workspaces/db/workspace.yml"])
        #expect(change.writes[0].text == "terraform {\n  required_version = \">= 1.5\"\n}\n")
    }

    @Test("like another one: its files, the way to its modules made right, and nothing that Terraform left there")
    func template() async throws {
        let call = "module \"m\" {\n  source = \"../../modules/m\"\n}\n\nmodule \"own\" {\n  source = \"./parts\"\n}\n"
        let stage = try await MemoryStage([
            "modules/m/main.tf": Self.module, "workspaces/web/main.tf": call,
            "workspaces/web/parts/main.tf": Self.module,
            "workspaces/web/workspace.yml": "targeted: true\n", "workspaces/web/.terraform.lock.hcl": "# lock\n",
            "workspaces/web/terraform.tfstate": "{}", "workspaces/web/.terraform/x.tf": "junk",
            "workspaces/web/below/main.tf": "# another workspace\n",
        ])
        for template in ["web", "workspaces/web/", "./web"] {
            let change = try await change("prod/eu/web", like: template, backend: .s3, in: stage)
            #expect(
                change.writes.map { String($0.path.dropFirst("workspaces/prod/eu/web/".count)) } == [
                    ".terraform.lock.hcl", "backend.tf", "main.tf", "parts/main.tf", "workspace.yml",
                ])
            #expect(change.writes[2].text == call.replacing("../../modules/m", with: "../../../../modules/m"))
            #expect(change.writes[4].text == "targeted: true\n")
            #expect(change.message == "sphinx(prod/eu/web): new workspace\n\nLike \(template).\n")
        }
    }

    @Test(
        "the way from one folder to another",
        arguments: [
            ("a/b", "a/c", "../c"), ("a", "b/c", "../b/c"), ("a/b", "a/b/c", "./c"), ("a/b/c", "a", "../.."),
        ])
    func way(from: String, to: String, way: String) {
        #expect(WorkspaceTemplate.way(from: from, to: to) == way)
        #expect(WorkspaceReader.resolved(way, from: from) == to)
    }

    @Test(
        "a name that is none, or that is taken, is refused",
        arguments: [
            ("", "'' is no name of a workspace"), ("../x", "'../x' is no name of a workspace"),
            ("a//b", "'a//b' is no name of a workspace"), ("-a", "'-a' is no name of a workspace"),
            ("Prod", "'Prod' is no name of a workspace"), ("prod/.git", "'prod/.git' is no name of a workspace"),
            ("web", "there is a workspace 'web' already"),
            ("parts", "workspaces/parts is there already, though it is no workspace"),
        ])
    func names(name: String, sentence: String) async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "workspaces/parts/README.md": "Not Terraform.\n",
        ])
        let problems = await problems { try await change(name, in: stage) }
        #expect(problems.count == 1 && problems[0].hasPrefix("\(sentence); "), "\(problems)")
    }

    @Test(
        "two workspaces never share one state",
        arguments: [
            ("terraform {\n  backend \"s3\" {\n    key = \"web\"\n  }\n}\n", "", "key"),
            ("terraform {\n  backend \"local\" {\n    path = \"/states/web\"\n  }\n}\n", "", "path"),
            ("terraform {\n  backend \"gcs\" {}\n}\n", "backend: {prefix: web}\n", "prefix"),
        ])
    func sharedState(code: String, settings: String, place: String) async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "templates/t/main.tf": code, "templates/t/workspace.yml": settings,
        ])
        let world = stage.world()
        var real = world
        real.rules = PrefixBook(prefix: settings.isEmpty ? nil : "web")
        let lifecycle = WorkspaceLifecycle(world: real, settings: stage.settings())
        #expect(
            await problems { try await lifecycle.new("db", like: "templates/t", backend: nil) } == [
                "the template's backend says '\(place)', so that two workspaces would share one state; "
                    + "take it out of the template; TF_BACKEND_S3_KEY gives each workspace a key of its own"
            ])
    }

    @Test("a template that is not there, is empty or cannot be read, and a branch that is there, are told")
    func refused() async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "templates/empty/README.md": "x\n",
            "templates/broken/main.tf": "resource \"a\" {\n",
        ])
        #expect(
            await problems { try await change("db", like: "templates/none", in: stage) } == [
                "there is no folder 'templates/none' in main; name a workspace, or a folder from the top of the repository"
            ])
        #expect(
            await problems { try await change("db", like: "/", in: stage) }[0].hasPrefix(
                "there is no folder '/' in main"))
        #expect(
            await problems { try await change("db", like: "templates/empty", in: stage) } == [
                "the template holds no Terraform files; name a folder that holds .tf files"
            ])
        #expect(
            await problems { try await change("db", like: "templates/broken", in: stage) }[0]
                .hasPrefix("workspaces/db/main.tf:"))
        let lifecycle = WorkspaceLifecycle(world: stage.world(), settings: stage.settings())
        try await lifecycle.publish(try await change("db", in: stage))
        let problem = await #expect(throws: Problem.self) {
            try await lifecycle.publish(try await change("db", backend: .s3, in: stage))
        }
        #expect(
            problem?.description
                == "the branch 'new-workspace-db' was not made: it is not where it was when this run looked; "
                + "merge or delete the one that is there")
    }
}

/// Every workspace has this prefix in its settings of the backend.
private struct PrefixBook: RuleBook {
    let prefix: String?

    func rules(
        in file: SourceFile, folder: (String) throws(Problem) -> [SourceFile], workspaces: [String]
    ) throws(Problems) -> RuleSet { RuleSet() }
    func settings(in file: SourceFile) throws(Problems) -> WorkspaceSettings {
        WorkspaceSettings(backend: prefix.map { ["prefix": $0] } ?? [:])
    }
    func plugin(in file: SourceFile) throws(Problems) -> PluginSettings { PluginSettings(command: []) }
}
