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
        var secrets: Set<String> = []
    }

    let files: WorkspaceFiles
    let settings: Terraform.Settings
    let scratch: ScratchFolder
    let command: TerraformCommand
    private let backend: BackendChoice
    private let progress = Mutex(Progress())

    init(_ files: WorkspaceFiles, _ settings: Terraform.Settings) throws(TerraformFailure) {
        self.files = files
        self.settings = settings
        backend = BackendChoice(files.workspace, settings)
        do throws(Problem) {
            scratch = try ScratchFolder(files, settings)
            if case .localFile(let file) = backend { try scratch.useLocalState(at: file) }
        } catch {
            throw TerraformFailure(step: "scratch", diagnostics: [], problem: error)
        }
        command = TerraformCommand(
            settings: settings, folder: scratch.workspace, dataFolder: scratch.dataFolder,
            configFile: scratch.configFile)
    }

    deinit {
        if !FileManager.default.fileExists(atPath: "\(scratch.workspace)/errored.tfstate") { scratch.remove() }
    }

    // MARK: Steps

    func formatted() async throws(TerraformFailure) -> [SourceFile] {
        let completion = try await command.run("fmt", ["-no-color", "-list=true", "."])
        guard completion.succeeded else { throw failure("fmt", completion) }
        let own = files.files.filter { $0.folder == files.workspace.folder && $0.path.hasSuffix(".tf") }
        return own.compactMap { file in
            let data = FileManager.default.contents(atPath: "\(scratch.path)/files/\(file.path)")
            guard let data, Array(data) != file.bytes else { return nil }
            return SourceFile(path: file.path, bytes: Array(data), isExecutable: file.isExecutable)
        }.sorted { $0.path < $1.path }
    }

    func validate() async throws(TerraformFailure) {
        try await initialize()
        guard !progress.withLock({ $0.isValidated }) else { return }
        let completion = try await command.run("validate", ["-json", "-no-color"])
        guard completion.succeeded else { throw failure("validate", completion) }
        progress.withLock { $0.isValidated = true }
    }

    private func initialize() async throws(TerraformFailure) {
        guard !progress.withLock({ $0.isInitialized }) else { return }
        var arguments = ["-input=false", "-no-color", "-reconfigure"]
        switch backend {
        case .refused(let reason):
            throw TerraformFailure(
                step: "init", diagnostics: [],
                problem: Problem(
                    .needsPerson, reason, hint: "give it a backend, or set SPHINX_LOCAL_STATE_DIR"))
        case .localFile: break
        case .configured(let values):
            arguments += values.sorted { $0.key < $1.key }.map { "-backend-config=\($0.key)=\($0.value)" }
        }
        if FileManager.default.fileExists(atPath: "\(scratch.workspace)/.terraform.lock.hcl") {
            arguments.append("-lockfile=readonly")
        }
        let completion = try await command.run("init", arguments)
        guard completion.succeeded else { throw failure("init", completion) }
        progress.withLock { $0.isInitialized = true }
    }

    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
        try await validate()
        let arguments =
            ["-input=false", "-no-color", "-json", "-out=\(planFile)", "-lock=\(options.lock)"]
            + options.targets.map { "-target=\($0)" } + files.workspace.settings.varFiles.map { "-var-file=\($0)" }
        let completion = try await command.run("plan", arguments)
        guard completion.succeeded else { throw failure("plan", completion) }
        let json = try await shown(planFile)
        let text = try await command.run("show", ["-no-color", planFile])
        guard text.succeeded else { throw failure("show", text) }
        let decoding = PlanDecoding(json, secrets: command.secrets)
        progress.withLock {
            $0.hasPlan = true
            $0.secrets.formUnion(decoding.secrets)
        }
        return decoding.plan(text: text.outputText)
    }

    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? {
        try await initialize()
        let completion = try await command.run("providers", ["schema", "-json"])
        guard completion.succeeded else { throw failure("providers", completion) }
        let document = try decoded(completion.output, "providers")
        let providers = document["provider_schemas"]?.object ?? [:]
        return providers.sorted { $0.key < $1.key }.compactMap { $0.value["resource_schemas"]?[type] }.first
    }

    func state() async throws(TerraformFailure) -> [ResourceInstance] {
        try await initialize()
        let completion = try await command.run("show", ["-json", "-no-color"])
        guard completion.succeeded else { throw failure("show", completion) }
        return StateDecoding.instances(in: try decoded(completion.output, "show"))
    }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        guard progress.withLock({ $0.hasPlan }) else {
            throw TerraformFailure(
                step: "apply", diagnostics: [], problem: Problem(.bug, "there is no saved plan to apply"))
        }
        let log = "\(scratch.path)/apply.log"
        let completion: Completion
        do throws(TerraformFailure) {
            completion = try await command.run("apply", ["-input=false", "-no-color", planFile], outputFile: log)
        } catch {
            throw try keepingState(error)
        }
        let text = redactor.redact(completion.outputText)
        guard completion.succeeded else { throw try keepingState(applyFailure(text)) }
        let summary = text.split(separator: "\n").last { $0.hasPrefix("Apply complete!") }
        return ApplyResult(summary: summary.map(String.init) ?? "applied", log: text)
    }

    func close() async {
        if !FileManager.default.fileExists(atPath: "\(scratch.workspace)/errored.tfstate") { scratch.remove() }
    }

    // MARK: Shared

    private var planFile: String { "\(scratch.path)/plan" }

    /// Everything that is known to be secret here.
    var redactor: Redactor { Redactor(secrets: Array(progress.withLock { $0.secrets }) + command.secrets) }

    private func shown(_ plan: String) async throws(TerraformFailure) -> JSONValue {
        let completion = try await command.run("show", ["-json", "-no-color", plan])
        guard completion.succeeded else { throw failure("show", completion) }
        return try decoded(completion.output, "show")
    }

    private func decoded(_ bytes: [UInt8], _ step: String) throws(TerraformFailure) -> JSONValue {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw TerraformFailure(
                step: step, diagnostics: [],
                problem: Problem(.bug, "terraform \(step) printed JSON that cannot be read"))
        }
    }
}
