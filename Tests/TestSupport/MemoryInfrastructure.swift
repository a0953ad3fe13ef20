package import Domain
import Synchronization

/// Terraform in memory: sees `resource "T" "N" { … }` at the margin of a workspace's files, and keeps their texts as state.
///
/// A kept state whose file's name holds `older` is not taken.
///
/// A line with `forces` replaces the resource where it changes, `broken` does not validate, and a tab is badly formatted.
package final class MemoryInfrastructure: Infrastructure {
    private struct State {
        var resources: [String: [String: String]] = [:]
        var benches = 0
        var applies = 0
        var plans: [PlanOptions] = []
        var files: [String: [String]] = [:]
    }

    private let kept = Mutex(State())

    package init() {}

    /// How many scratch folders there would have been.
    package var benches: Int { kept.withLock { $0.benches } }
    /// How often a workbench was told to apply.
    package var applies: Int { kept.withLock { $0.applies } }
    package var plans: [PlanOptions] { kept.withLock { $0.plans } }

    /// What is there: address → text.
    package func resources(of workspace: String) -> [String: String] {
        kept.withLock { $0.resources[workspace] ?? [:] }
    }

    package func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        resources(of: files.workspace.path).sorted { $0.key < $1.key }.map { address, text in
            ResourceInstance(
                address: address, type: ResourceAddress.type(of: address) ?? "",
                values: .object(["text": .string(text)])
            )
        }
    }

    package func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        kept.withLock { $0.benches += 1 }
        return MemoryWorkbench(files: files, infrastructure: self)
    }

    /// Makes the state what the files say.
    package func apply(_ files: WorkspaceFiles) {
        let declared = MemoryWorkbench.declared(in: files)
        kept.withLock { $0.resources[files.workspace.path] = declared }
    }

    fileprivate func applied(_ files: WorkspaceFiles) {
        kept.withLock { $0.applies += 1 }
        apply(files)
    }

    /// Someone deleted the resource by hand.
    package func forget(_ address: String, in workspace: String) {
        kept.withLock { $0.resources[workspace]?[address] = nil }
    }

    /// An apply could not save its state, and left it in a file.
    package func keep(_ file: String, of workspace: String) { kept.withLock { $0.files[workspace] = [file] } }

    package func keptStates(of workspace: String) throws(Problem) -> [String] {
        kept.withLock { $0.files[workspace] ?? [] }
    }

    package func keptState(in file: String) throws(Problem) -> KeptState {
        KeptState(file: file, serial: 7, lineage: "lineage", resources: 1, digest: Digest(of: [file]))
    }

    package func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure) {
        if state.file.contains("older") {
            let problem = Problem(.needsPerson, "\(files.workspace.path): cannot import state over newer state")
            throw TerraformFailure(step: "state push", diagnostics: [], problem: problem)
        }
        kept.withLock { $0.files[files.workspace.path] = nil }
    }

    fileprivate func note(_ options: PlanOptions) { kept.withLock { $0.plans.append(options) } }
}

private struct MemoryWorkbench: Workbench {
    let files: WorkspaceFiles
    let infrastructure: MemoryInfrastructure

    static func own(_ files: WorkspaceFiles) -> [SourceFile] {
        files.files.filter { $0.folder == files.workspace.folder && $0.path.hasSuffix(".tf") }
    }

    static func declared(in files: WorkspaceFiles) -> [String: String] {
        var found: [String: String] = [:]
        for file in own(files) {
            var address: String?
            for line in file.text.split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count > 3, words[0] == "resource" {
                    let name = words[1...2].map { String($0.filter { $0 != "\"" }) }.joined(separator: ".")
                    address = name
                    found[name] = ""
                } else if line == "}" {
                    address = nil
                } else if let address {
                    found[address, default: ""] += "\(line)\n"
                }
            }
        }
        return found
    }

    func formatted() async throws(TerraformFailure) -> [SourceFile] {
        Self.own(files).filter { $0.text.contains("\t") }
            .map { SourceFile(path: $0.path, text: $0.text.replacing("\t", with: "  ")) }
    }

    func validate() async throws(TerraformFailure) {
        guard let file = Self.own(files).first(where: { $0.text.contains("broken") }) else { return }
        throw TerraformFailure(
            step: "validate",
            diagnostics: [
                Diagnostic(summary: "Unsupported argument", detail: "It is broken.", file: file.path, line: 1)
            ],
            problem: Problem(.needsPerson, "\(files.workspace.path): terraform validate said: Unsupported argument"))
    }

    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
        try await validate()
        infrastructure.note(options)
        let (old, new) = (infrastructure.resources(of: files.workspace.path), Self.declared(in: files))
        let changes = Set(old.keys).union(new.keys).sorted().compactMap { address -> ResourceChange? in
            guard options.targets.isEmpty || options.targets.contains(address), old[address] != new[address] else {
                return nil
            }
            return change(address, old[address], new[address])
        }
        let plan = Plan(changes: changes, text: "", terraformVersion: "1.0")
        let text = changes.map { "\($0.actions.map(\.rawValue).joined(separator: ",")) \($0.address)\n" }.joined()
        return Plan(changes: changes, text: "\(text)Plan: \(plan.summary).\n", terraformVersion: "1.0")
    }

    private func change(_ address: String, _ old: String?, _ new: String?) -> ResourceChange {
        let forces = { (text: String?) in text?.split(separator: "\n").first { $0.contains("forces") } }
        let replaces = old != nil && new != nil && forces(old) != forces(new)
        return ResourceChange(
            address: address,
            actions: old == nil ? [.create] : new == nil ? [.delete] : replaces ? [.delete, .create] : [.update],
            before: old.map(JSONValue.string) ?? .null, after: new.map(JSONValue.string) ?? .null,
            replacePaths: replaces ? ["forces"] : [])
    }

    func planDocument() async throws(TerraformFailure) -> JSONValue { .object([:]) }
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? { nil }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        infrastructure.applied(files)
        return ApplyResult(summary: "Apply complete!", log: "")
    }

    func close() async {}
}
