import ChildProcess
package import Domain
import Foundation

/// The `terraform` command (or `tofu`), working in scratch folders.
package struct Terraform: Infrastructure {
    package struct Settings: Sendable {
        /// A path or a name.
        package var binary: String
        /// Scratch folders are made below it.
        package var scratchFolder: String
        /// Where workspaces without a backend keep their states; nil refuses them.
        package var localStateFolder: String?
        /// `bucket`, `key` and `region` for S3 backends that leave them out.
        package var s3: [String: String]
        /// Instead of the one that Sphinx writes.
        package var cliConfigFile: String?
        /// Where an `errored.tfstate` is kept.
        package var keptFolder: String
        package var environment: [String: String]
        package var deadline: Duration
        package var applyDeadline: Duration
        /// After an interrupt, for the calls that are under way.
        package var patience: Duration
        /// Keeps states of local files that were read before, without their secrets.
        package var cache: (any Cache)?

        package init(
            binary: String = "terraform", scratchFolder: String, localStateFolder: String? = nil,
            s3: [String: String] = [:], cliConfigFile: String? = nil, keptFolder: String,
            environment: [String: String], deadline: Duration = .seconds(900),
            applyDeadline: Duration = .seconds(3_600), patience: Duration = .seconds(600), cache: (any Cache)? = nil
        ) {
            self.binary = binary
            self.scratchFolder = scratchFolder
            self.localStateFolder = localStateFolder
            self.s3 = s3
            self.cliConfigFile = cliConfigFile
            self.keptFolder = keptFolder
            self.environment = environment
            self.deadline = deadline
            self.applyDeadline = applyDeadline
            self.patience = patience
            self.cache = cache
        }
    }

    let settings: Settings

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        try TerraformWorkbench(files, settings)
    }

    package func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        let local = BackendChoice(files.workspace, settings)
        if case .refused = local { return [] }
        guard let file = local.localFile else { return try await shown(files) }
        guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
        let key = Digest(of: ["state", "1", Digest(ofBytes: bytes).hex])
        if let known = settings.cache?.value(for: key),
            let instances = try? JSONDecoder().decode([ResourceInstance].self, from: Data(known))
        {
            return instances
        }
        let instances = try await shown(files)
        if let text = try? JSONEncoder().encode(instances) { settings.cache?.keep(Array(text), for: key) }
        return instances
    }

    private func shown(_ files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        let bench = try TerraformWorkbench(files, settings)
        let result: Result<[ResourceInstance], TerraformFailure>
        do throws(TerraformFailure) { result = .success(try await bench.state()) } catch { result = .failure(error) }
        await bench.close()
        return try result.get()
    }

    /// What the binary says it is, such as `1.11.4`.
    package func version() async throws(Problem) -> String {
        let command = TerraformCommand(
            settings: settings, folder: "/", dataFolder: settings.scratchFolder, configFile: "/dev/null")
        do throws(TerraformFailure) {
            let completion = try await command.run("version", ["-json"])
            let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
            guard let version = answer?["terraform_version"]?.string else {
                throw TerraformFailure(
                    step: "version", diagnostics: [],
                    problem: Problem(.needsPerson, "'\(settings.binary)' does not say a Terraform version"))
            }
            return version
        } catch {
            throw error.problem
        }
    }
}
