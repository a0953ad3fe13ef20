import Domain
import Foundation
import Synchronization
import TerraformAdapter
import TestSupport
import Testing

/// One workspace of a test's own, whose state is in a folder of its own.
final class TerraformStage: Sendable {
    /// Stands where a secret stands, and must not be seen anywhere.
    static let canary = "canary-3f9a7c-canary"

    let folder: TemporaryFolder
    let backend: Workspace.Backend
    private let own: WorkspaceSettings
    private let change: @Sendable (inout Terraform.Settings, TemporaryFolder) -> Void

    init(
        backend: Workspace.Backend = .none, settings: WorkspaceSettings = WorkspaceSettings(),
        _ change: @escaping @Sendable (inout Terraform.Settings, TemporaryFolder) -> Void = { _, _ in }
    ) throws {
        folder = try TemporaryFolder()
        self.backend = backend
        own = settings
        self.change = change
    }

    static func machine(_ input: String, name: String = "m", more: String = "") -> String {
        "resource \"terraform_data\" \"\(name)\" {\n  input = \(input)\n\(more)}\n"
    }

    /// A resource whose creation waits until the file `hold` is gone.
    func waiting(name: String = "m") throws -> String {
        try folder.write("", to: "hold")
        let command = "touch '\(folder.file("begun"))'; while [ -e '\(folder.file("hold"))' ]; do sleep 0.05; done"
        return Self.machine(
            "1", name: name, more: "  provisioner \"local-exec\" {\n    command = \"\(command)\"\n  }\n")
    }

    func begun() async throws { try await eventually("the apply begins") { folder.exists("begun") } }

    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
    }

    var terraform: Terraform {
        var settings = Terraform.Settings(
            scratchFolder: folder.file("scratch"), localStateFolder: folder.file("state"),
            keptFolder: folder.file("kept"), environment: Self.environment)
        change(&settings, folder)
        return Terraform(settings)
    }

    /// Names without a slash are files of the workspace.
    func files(_ texts: [String: String]) throws -> WorkspaceFiles {
        let workspace = Workspace(
            path: "prod/web", folder: "workspaces/prod/web",
            tree: try #require(ObjectID(String(repeating: "a", count: 40))), settings: own, backend: backend)
        return WorkspaceFiles(
            workspace: workspace,
            files: texts.sorted { $0.key < $1.key }.map { name, text in
                SourceFile(path: name.contains("/") ? name : "workspaces/prod/web/\(name)", text: text)
            })
    }

    func bench(_ texts: [String: String]) async throws -> any Workbench {
        try await terraform.workbench(for: try files(texts))
    }

    @discardableResult
    func apply(_ texts: [String: String]) async throws -> ApplyResult {
        let bench = try await bench(texts)
        _ = try await bench.plan(PlanOptions(lock: true))
        let result = try await bench.apply()
        await bench.close()
        return result
    }

    func plan(_ texts: [String: String], _ options: PlanOptions = PlanOptions(lock: false)) async throws -> Plan {
        let bench = try await bench(texts)
        let plan = try await bench.plan(options)
        await bench.close()
        return plan
    }

    var state: String { get throws { try folder.read("state/prod/web/terraform.tfstate") } }

    /// A `terraform` that runs a script's `case` branches, and the real one for all other words.
    static func impostor(_ branches: String) -> @Sendable (inout Terraform.Settings, TemporaryFolder) -> Void {
        { settings, folder in
            let script = "#!/bin/sh\ncase \"$1\" in\n\(branches)\n*) exec terraform \"$@\";;\nesac\n"
            settings.binary = (try? folder.write(script, to: "bin/impostor")) ?? "missing"
            try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: settings.binary)
        }
    }
}

/// The failure of a step, which has to fail.
func failure(of step: () async throws -> Void) async -> TerraformFailure? {
    do {
        try await step()
    } catch let error as TerraformFailure {
        return error
    } catch {
        Issue.record("not a failure of Terraform: \(error)")
    }
    return nil
}
