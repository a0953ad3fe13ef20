import ChildProcess
package import Domain
import Foundation

/// The `terraform` command (or `tofu`), working in scratch folders.
package struct Terraform: Infrastructure {
    let settings: Settings
    let turnstile = Turnstile()
    private let sweep = ScratchSweep()

    package init(_ settings: Settings) {
        self.settings = settings
        settings.secrets.give(settings.environmentSecrets)
    }

    package func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        try bench(for: files)
    }

    func bench(for files: WorkspaceFiles) throws(TerraformFailure) -> TerraformWorkbench {
        sweep.pass(settings.scratchFolder)
        return try TerraformWorkbench(files, settings, turnstile)
    }

    package func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        guard let file = BackendChoice(files.workspace, settings).localFile else { return try await shown(files) }
        guard let bytes = try LocalState.bytes(of: files.workspace, at: file), !bytes.isEmpty else { return [] }
        let key = Digest(of: ["state", "2", Digest(ofBytes: bytes).hex])
        if let known = settings.cache?.value(for: key),
            let instances = try? JSONDecoder().decode([ResourceInstance].self, from: Data(known))
        {
            return instances.map(settings.secrets.redactor(for: files.workspace.path).with([]).redact)
        }
        let instances = try await shown(files)
        keep(instances, for: key, of: files.workspace)
        return instances
    }

    /// A state in which something unmarked looks secret is not kept: it is read again, as it has to be matched whole.
    private func keep(_ instances: [ResourceInstance], for key: Digest, of workspace: Workspace) {
        let redactor = settings.secrets.redactor(for: workspace.path)
        guard instances.map(redactor.redact) == instances, let text = try? JSONEncoder().encode(instances) else {
            return
        }
        settings.cache?.keep(Array(text), for: key)
    }

    private func shown(_ files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        let bench = try bench(for: files)
        let result: Result<[ResourceInstance], TerraformFailure>
        do throws(TerraformFailure) { result = .success(try await bench.state()) } catch { result = .failure(error) }
        await bench.close()
        return try result.get()
    }

    /// What the binary says it is, such as `1.11.4`.
    package func version() async throws(Problem) -> String {
        let command = TerraformCommand(
            settings: settings, workspace: nil, folder: "/", dataFolder: settings.scratchFolder,
            configFile: "/dev/null")
        do throws(TerraformFailure) {
            let completion = try await command.run("version", ["-json"])
            let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
            guard let version = answer?["terraform_version"]?.string else {
                throw TerraformFailure(
                    step: "version", diagnostics: [],
                    problem: Problem(
                        .needsPerson, "'\(settings.binary)' does not say a Terraform version",
                        hint: "TERRAFORM_BINARY names a terraform or tofu command"))
            }
            return version
        } catch {
            throw error.problem
        }
    }
}
