/// Terraform, working in scratch folders.
package protocol Infrastructure: Sendable {
    /// The instances in the workspace's state, without sensitive values; nothing is locked.
    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance]

    /// Lays the files out in a scratch folder of their own.
    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench

    /// Waits for an apply that outlived the process which began it, such as `host/1234`.
    ///
    /// Nil where there was none, or where it ended without having begun any change.
    func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyEnding?

    /// Files of states on this machine that applies in a workspace could not save, newest first.
    func keptStates(of workspace: String) throws(Problem) -> [String]

    /// What such a file says of itself.
    func keptState(in file: String) throws(Problem) -> KeptState

    /// Makes a kept state the workspace's, where Terraform takes it, and renames its file to `.recovered`.
    func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure)
}

/// How an apply ended that nobody waited for.
package enum ApplyEnding: Equatable, Sendable {
    case completed(ApplyResult)
    /// It had begun to change something.
    case failed(TerraformFailure)
}

/// For infrastructures that no apply outlives, and that keep nothing.
extension Infrastructure {
    package func adopted(from holder: String, in workspace: String) async throws(TerraformFailure) -> ApplyEnding? {
        nil
    }

    package func keptStates(of workspace: String) throws(Problem) -> [String] { [] }

    package func keptState(in file: String) throws(Problem) -> KeptState {
        throw Problem(.needsPerson, "there is no kept state in '\(file)'")
    }

    package func recover(_ state: KeptState, in files: WorkspaceFiles) async throws(TerraformFailure) {}
}

/// A scratch folder in which Terraform works on one version of one workspace.
package protocol Workbench: Sendable {
    /// The workspace's own `.tf` files that `terraform fmt` writes differently, as it writes them.
    func formatted() async throws(TerraformFailure) -> [SourceFile]

    /// `init` and `validate`.
    func validate() async throws(TerraformFailure)

    /// `plan`, saved in the scratch folder; validates first where that was not done.
    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan

    /// The plan that was saved last, as `terraform show -json` prints it, with sensitive values masked.
    func planDocument() async throws(TerraformFailure) -> JSONValue

    /// The provider's schema of a resource type as compact JSON; nil where the provider does not say.
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue?

    /// Applies the plan that was saved last, and nothing else.
    func apply() async throws(TerraformFailure) -> ApplyResult

    /// Removes the scratch folder, except for an `errored.tfstate`.
    func close() async
}

package struct PlanOptions: Hashable, Sendable {
    package let lock: Bool
    package let targets: [String]

    package init(lock: Bool, targets: [String] = []) {
        self.lock = lock
        self.targets = targets
    }
}
