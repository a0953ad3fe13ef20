/// A folder below `workspaces/` that is a Terraform root module, at one commit.
package struct Workspace: Hashable, Sendable {
    /// The path below `workspaces/`, such as `prod/web`.
    package let path: String
    /// The folder from the top of the repository, such as `workspaces/prod/web`.
    package let folder: String
    package let tree: ObjectID
    /// The local modules that it uses, directly or through one another: folder from the top → tree.
    package let modules: [String: ObjectID]
    package let settings: WorkspaceSettings
    package let backend: Backend
    package let declared: [DeclaredResource]

    package init(
        path: String, folder: String, tree: ObjectID, modules: [String: ObjectID] = [:],
        settings: WorkspaceSettings = WorkspaceSettings(), backend: Backend = .none, declared: [DeclaredResource] = []
    ) {
        self.path = path
        self.folder = folder
        self.tree = tree
        self.modules = modules
        self.settings = settings
        self.backend = backend
        self.declared = declared
    }

    /// Where the configuration says that the state is kept.
    package enum Backend: Hashable, Sendable {
        case none
        /// A `local` backend, with its path where that is a literal.
        case local(path: String?)
        /// Any other backend or `cloud` block: its type, and the settings that the block gives itself.
        case remote(String, configured: Set<String>)
    }
}

/// `workspace.yml`, read and found valid.
package struct WorkspaceSettings: Hashable, Sendable {
    package enum Apply: String, Hashable, Sendable, CaseIterable {
        case merged, never
    }

    /// Labels that a series must carry to belong to this workspace.
    package var labels: Labels
    /// Names of files in the workspace's folder.
    package var varFiles: [String]
    /// Settings for `init -backend-config`.
    package var backend: [String: String]
    package var apply: Apply
    /// Plans and applies with `-target` where the base itself is not clean.
    package var targeted: Bool

    package init(
        labels: Labels = [:], varFiles: [String] = [], backend: [String: String] = [:], apply: Apply = .merged,
        targeted: Bool = false
    ) {
        self.labels = labels
        self.varFiles = varFiles
        self.backend = backend
        self.apply = apply
        self.targeted = targeted
    }
}

/// A `resource` block in the code, with the attributes whose values are literals.
package struct DeclaredResource: Hashable, Sendable, Codable {
    /// `type.name`, with `module.x.` before it inside a local module.
    package let address: String
    package let type: String
    /// Dotted paths to scalar literals, such as `input.size`.
    package let literals: [String: JSONValue]
    /// The file that holds the block, from the top of the repository.
    package let file: String
    /// Attributes that its `lifecycle` ignores changes of; `all` for every one.
    package let ignoredChanges: [String]
    package let ignores: [IgnoreComment]

    package init(
        address: String, type: String, literals: [String: JSONValue], file: String, ignoredChanges: [String] = [],
        ignores: [IgnoreComment] = []
    ) {
        self.address = address
        self.type = type
        self.literals = literals
        self.file = file
        self.ignoredChanges = ignoredChanges
        self.ignores = ignores
    }

    /// The same within a module.
    package func prefixed(_ prefix: String) -> DeclaredResource {
        DeclaredResource(
            address: prefix + address, type: type, literals: literals, file: file, ignoredChanges: ignoredChanges,
            ignores: ignores)
    }
}

/// `# sphinx:ignore RULE [until=2027-03-31] reason=…` above a block.
package struct IgnoreComment: Hashable, Sendable, Codable {
    /// A glob over rule ids.
    package let rule: String
    /// The last second at which it holds, since 1970; nil holds for ever.
    package let until: Double?
    package let reason: String
    package let line: Int

    package init(rule: String, until: Double?, reason: String, line: Int) {
        self.rule = rule
        self.until = until
        self.reason = reason
        self.line = line
    }
}

/// The files of one workspace at one commit, ready to be laid out for Terraform.
package struct WorkspaceFiles: Sendable {
    package let workspace: Workspace
    /// Every file of the workspace and of the local modules that it uses, by path from the top.
    package let files: [SourceFile]

    package init(workspace: Workspace, files: [SourceFile]) {
        self.workspace = workspace
        self.files = files
    }

    /// The same workspace with some files' texts replaced.
    package func replacing(_ changed: [SourceFile]) -> WorkspaceFiles {
        let paths = Set(changed.map(\.path))
        return WorkspaceFiles(
            workspace: workspace,
            files: (files.filter { !paths.contains($0.path) } + changed).sorted { $0.path < $1.path })
    }
}
