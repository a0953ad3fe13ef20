import Domain
import TestSupport
import Testing

@testable import TerraformAdapter

@Suite("Where a state is kept", .timeLimit(.minutes(30)))
struct BackendTests {
    private static func choice(
        _ backend: Workspace.Backend, s3: [String: String] = [:], own: [String: String] = [:], folder: String? = nil
    ) throws -> BackendChoice {
        let workspace = Workspace(
            path: "prod/web", folder: "workspaces/prod/web",
            tree: try #require(ObjectID(String(repeating: "a", count: 40))),
            settings: WorkspaceSettings(backend: own), backend: backend)
        return BackendChoice(
            workspace,
            Terraform.Settings(
                scratchFolder: "/s", localStateFolder: folder, s3: s3, keptFolder: "/k", environment: [:]))
    }

    @Test(
        "of a partial S3 backend what the code leaves out is given, with a key for each workspace",
        arguments: [
            (
                ["bucket": "b", "key": "states", "region": "r"], Set<String>(),
                ["b", "states/prod/web/terraform.tfstate", "r"]
            ),
            (["bucket": "b", "key": "states/", "region": "r"], [], ["b", "states/prod/web/terraform.tfstate", "r"]),
            (["bucket": "b", "key": "a/all.tfstate", "region": "r"], [], ["b", "a/prod/web/terraform.tfstate", "r"]),
            (
                ["bucket": "b", "key": "all.tfstate", "region": ""], ["bucket"],
                [nil, "prod/web/terraform.tfstate", nil]
            ),
            (["bucket": "b", "key": "k"], ["bucket", "key", "region"], [nil, nil, nil]),
            (["bucket": "b", "endpoint": "e"], [], ["b", nil, nil]),
        ] as [([String: String], Set<String>, [String?])])
    func s3(given: [String: String], configured: Set<String>, expected: [String?]) throws {
        let arguments = try Self.choice(.remote("s3", configured: configured), s3: given).arguments
        let names = ["bucket", "key", "region"]
        #expect(
            arguments
                == zip(names, expected).compactMap { name, value in value.map { "-backend-config=\(name)=\($0)" } })
    }

    @Test("workspace.yml has the last word, and only S3 is given S3's settings")
    func own() throws {
        let s3 = try Self.choice(.remote("s3", configured: []), s3: ["key": "k"], own: ["key": "mine"])
        #expect(s3.arguments == ["-backend-config=key=mine"])
        #expect(try Self.choice(.remote("gcs", configured: []), s3: ["key": "k"]).arguments.isEmpty)
    }

    @Test(
        "a file of the local state folder, unless the code names an absolute one",
        arguments: [
            (Workspace.Backend.none, "/states/prod/web/terraform.tfstate"),
            (.local(path: nil), "/states/prod/web/terraform.tfstate"),
            (.local(path: "x"), "/states/prod/web/terraform.tfstate"), (.local(path: "/x"), nil),
            (.remote("s3", configured: []), nil),
        ] as [(Workspace.Backend, String?)])
    func localFile(backend: Workspace.Backend, file: String?) throws {
        #expect(try Self.choice(backend, folder: "/states").localFile == file)
    }

    @Test(
        "without a place it is refused",
        arguments: [
            (
                Workspace.Backend.none,
                "prod/web has no backend, so its state would be lost with the scratch folder; give it a backend, "
                    + "or set SPHINX_LOCAL_STATE_DIR"
            ),
            (
                .local(path: "x"),
                "prod/web has a local backend at a relative path, so its state would be lost with the scratch "
                    + "folder; give it a backend, or set SPHINX_LOCAL_STATE_DIR"
            ),
        ])
    func refused(backend: Workspace.Backend, sentence: String) async throws {
        let stage = try TerraformStage(backend: backend) { settings, _ in settings.localStateFolder = nil }
        let code = ["main.tf": TerraformStage.machine("1")]
        let bench = try await stage.bench(code)
        try await bench.validate()
        let failure = await failure { _ = try await bench.plan(PlanOptions(lock: false)) }
        #expect(failure?.problem.description == sentence)
        #expect(failure?.step == "init")
        await bench.close()
    }

    @Test("an absolute local backend is used as it stands")
    func absolute() async throws {
        let folder = try TemporaryFolder()
        let stage = try TerraformStage(backend: .local(path: folder.file("own.tfstate")))
        let code =
            "terraform {\n  backend \"local\" {\n    path = \"\(folder.file("own.tfstate"))\"\n  }\n}\n"
            + TerraformStage.machine("1")
        try await stage.apply(["main.tf": code])
        #expect(folder.exists("own.tfstate"))
        #expect(!stage.folder.exists("state/prod/web/terraform.tfstate"))
    }

    @Test("a later override file that takes the state elsewhere is refused")
    func override() async throws {
        let stage = try TerraformStage()
        let other = "terraform {\n  backend \"local\" {\n    path = \"elsewhere.tfstate\"\n  }\n}\n"
        let failure = await failure {
            _ = try await stage.plan(["main.tf": TerraformStage.machine("1"), "zz_override.tf": other])
        }
        #expect(
            failure?.problem.description
                == "prod/web: an override file names another backend, and the state would be lost with it; "
                + "remove the backend from the workspace's override files")
    }

    @Test("a name that is code in a string of HCL is only a name")
    func quoted() async throws {
        let stage = try TerraformStage { settings, folder in
            settings.localStateFolder = folder.file("a ${b} \"c\" %{d}")
        }
        try await stage.apply(["main.tf": TerraformStage.machine("1")])
        #expect(stage.folder.exists("a ${b} \"c\" %{d}/prod/web/terraform.tfstate"))
    }
}
