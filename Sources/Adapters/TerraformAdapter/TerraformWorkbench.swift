import ChildProcess
import Domain
import Foundation
import Synchronization

/// One scratch folder, and how far Terraform has come in it.
final class TerraformWorkbench: Workbench {
    private struct Progress {
        var isInitialized = false
        var isValidated = false
        var hasPlan = false
    }

    let files: WorkspaceFiles
    let settings: Terraform.Settings
    let scratch: ScratchFolder
    let command: TerraformCommand
    private let backend: BackendChoice
    private let turnstile: Turnstile
    private let progress = Mutex(Progress())

    init(
        _ files: WorkspaceFiles, _ settings: Terraform.Settings, _ turnstile: Turnstile
    ) throws(TerraformFailure) {
        self.files = files
        self.settings = settings
        self.turnstile = turnstile
        backend = BackendChoice(files.workspace, settings)
        do throws(Problem) {
            scratch = try ScratchFolder(files, settings)
            if let file = backend.localFile { try scratch.useLocalState(at: file) }
        } catch {
            throw TerraformFailure(step: "init", diagnostics: [], problem: error)
        }
        command = TerraformCommand(
            settings: settings, workspace: files.workspace.path, folder: scratch.workspace,
            dataFolder: scratch.dataFolder, configFile: scratch.configFile)
    }

    deinit { scratch.remove() }

    func close() async { scratch.remove() }

    // MARK: Steps

    func formatted() async throws(TerraformFailure) -> [SourceFile] {
        try await succeeding("fmt", ["-no-color", "-list=true", "."])
        let own = files.files.filter { file in
            file.folder == files.workspace.folder && [".tf", ".tfvars"].contains { file.path.hasSuffix($0) }
        }
        let changed = own.compactMap { file in
            scratch.bytes(of: file).flatMap { bytes in
                bytes == file.bytes
                    ? nil : SourceFile(path: file.path, bytes: bytes, isExecutable: file.isExecutable)
            }
        }
        try restore(own.filter { file in changed.contains { $0.path == file.path } })
        return changed.sorted { $0.path < $1.path }
    }

    /// What is planned here are the files that were given.
    private func restore(_ originals: [SourceFile]) throws(TerraformFailure) {
        do {
            for file in originals { try scratch.write(file) }
        } catch {
            throw stopped("fmt", .needsPerson, "the scratch folder cannot be written: \(FileReason.text(error))")
        }
    }

    func validate() async throws(TerraformFailure) {
        try await initialize(forState: false)
        guard !progress.withLock({ $0.isValidated }) else { return }
        try await succeeding("validate", ["-json", "-no-color"])
        progress.withLock { $0.isValidated = true }
    }

    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
        try await initialize(forState: true)
        try await validate()
        let arguments =
            [
                "-input=false", "-no-color", "-json", "-detailed-exitcode", "-out=\(planFile)",
                "-lock=\(options.lock)",
            ] + options.targets.map { "-target=\($0)" }
            + files.workspace.settings.varFiles.map { "-var-file=\($0)" }
        progress.withLock { $0.hasPlan = false }
        let completion = try await command.run("plan", arguments)
        guard completion.exit == .exited(0) || completion.exit == .exited(2) else {
            // An errored plan is saved, too, and knows what is secret in the words of the error.
            _ = try? await decodedPlan()
            throw failure("plan", completion)
        }
        let decoding = try await decodedPlan()
        guard decoding.isUsable(targeted: !options.targets.isEmpty) else {
            throw stopped(
                "plan", .needsPerson, "Terraform made a plan that is not complete",
                hint: "run 'terraform plan' in the workspace; an incomplete plan is never applied")
        }
        let text = try await succeeding("show", ["-no-color", planFile])
        progress.withLock { $0.hasPlan = true }
        return decoding.plan(text: redactor.redact(text.outputText))
    }

    func planDocument() async throws(TerraformFailure) -> JSONValue {
        guard progress.withLock({ $0.hasPlan }) else { throw stopped("show", .bug, "there is no saved plan to show") }
        return redactor.redact(try await decodedPlan().masked)
    }

    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? {
        try await initialize(forState: false)
        let completion = try await succeeding("providers", ["schema", "-json"])
        return ProviderSchemas(completion.output).resource(type)
    }

    /// The instances in the state, without what is sensitive.
    func state() async throws(TerraformFailure) -> [ResourceInstance] {
        try await initialize(forState: true)
        let document = try await decoded("show", ["-json", "-no-color"])
        let decoding = StateDecoding(document)
        settings.secrets.learn(decoding.secrets, of: files.workspace.path)
        return decoding.instances(redactor)
    }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        guard progress.withLock({ $0.hasPlan }) else {
            throw stopped("apply", .bug, "there is no saved plan to apply")
        }
        return try await applied(planFile)
    }

    // MARK: Shared

    private var planFile: String { "\(scratch.path)/plan" }

    /// Everything that is known to be secret here, and what looks so.
    var redactor: Redactor { settings.secrets.redactor(for: files.workspace.path) }

    func initialize(forState: Bool) async throws(TerraformFailure) {
        if forState, let problem = backend.refusal {
            throw TerraformFailure(step: "init", diagnostics: [], problem: problem)
        }
        guard !progress.withLock({ $0.isInitialized }) else { return }
        var arguments = ["-input=false", "-no-color"]
        arguments += backend.refusal == nil ? ["-reconfigure"] + backend.arguments : ["-backend=false"]
        if FileManager.default.fileExists(atPath: "\(scratch.workspace)/.terraform.lock.hcl") {
            arguments.append("-lockfile=readonly")
        }
        if settings.hasSharedPlugins {
            try await turnstile.pass { () async throws(TerraformFailure) in
                _ = try await succeeding("init", arguments)
            }
        } else {
            try await succeeding("init", arguments)
        }
        if let file = backend.localFile, !scratch.usesLocalState(at: file) {
            throw stopped(
                "init", .needsPerson, "an override file names another backend, and the state would be lost with it",
                hint: "remove the backend from the workspace's override files")
        }
        progress.withLock { $0.isInitialized = true }
    }

    /// The saved plan; what it marks as secret is remembered.
    private func decodedPlan() async throws(TerraformFailure) -> PlanDecoding {
        let decoding = PlanDecoding(try await decoded("show", ["-json", "-no-color", planFile]))
        settings.secrets.learn(decoding.secrets.union(decoding.named), of: files.workspace.path)
        return decoding
    }

    @discardableResult
    private func succeeding(_ step: String, _ arguments: [String]) async throws(TerraformFailure) -> Completion {
        let completion = try await command.run(step, arguments)
        guard completion.succeeded else { throw failure(step, completion) }
        return completion
    }

    private func decoded(_ step: String, _ arguments: [String]) async throws(TerraformFailure) -> JSONValue {
        let completion = try await succeeding(step, arguments)
        do {
            // Terraform's numbers have no bounds, and plans are compared by them.
            return try JSONDecoder.exact.decode(JSONValue.self, from: Data(completion.output))
        } catch {
            throw stopped(step, .bug, "terraform \(step) printed JSON that cannot be read")
        }
    }
}

extension Terraform.Settings {
    /// Whether several `init` would write into one folder.
    var hasSharedPlugins: Bool {
        guard let file = cliConfigFile else { return pluginCacheFolder != nil }
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
        return text?.contains("plugin_cache_dir") ?? false
    }
}
