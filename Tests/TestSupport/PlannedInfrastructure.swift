package import Domain
import Synchronization

/// Terraform that is told what it would plan for code that differs from the base's; counts how often it is given such code.
package final class PlannedInfrastructure: Infrastructure {
    private let instances: @Sendable (_ workspace: String) -> [ResourceInstance]
    private let base: [SourceFile]
    private let changes: @Sendable (WorkspaceFiles) -> [ResourceChange]
    private let counted = Mutex(0)

    /// `base` are the workspaces' files as they stand; their plan is empty.
    package init(
        base: [SourceFile], instances: @escaping @Sendable (_ workspace: String) -> [ResourceInstance],
        changes: @escaping @Sendable (WorkspaceFiles) -> [ResourceChange]
    ) {
        self.base = base
        self.instances = instances
        self.changes = changes
    }

    /// Scratch folders that were asked for with other code than the base's.
    package var starts: Int { counted.withLock { $0 } }

    package func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        instances(files.workspace.path)
    }

    package func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        let known = Dictionary(base.map { ($0.path, $0.bytes) }) { first, _ in first }
        let isBase = files.files.allSatisfy { known[$0.path] == $0.bytes }
        if !isBase { counted.withLock { $0 += 1 } }
        return PlannedWorkbench(
            planned: Plan(changes: isBase ? [] : changes(files), text: "planned\n", terraformVersion: "1.11.4"))
    }
}

private struct PlannedWorkbench: Workbench {
    let planned: Plan

    func formatted() async throws(TerraformFailure) -> [SourceFile] { [] }
    func validate() async throws(TerraformFailure) {}
    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan { planned }
    func planDocument() async throws(TerraformFailure) -> JSONValue { .object([:]) }
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? { nil }
    func apply() async throws(TerraformFailure) -> ApplyResult { ApplyResult(summary: planned.summary, log: "") }
    func close() async {}
}
