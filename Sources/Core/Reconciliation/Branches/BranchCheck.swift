import Domain

/// Looks at what a person's branch changes in one workspace; it reports and refuses nothing.
struct BranchCheck {
    /// Nil where the branch makes the workspace.
    let before: Workspace?
    let after: WorkspaceFiles
    /// What stood in the folders of `after` when the branch left the base.
    let known: [SourceFile]

    private var workspace: Workspace { after.workspace }

    /// Those that matter before the plan first.
    func findings() -> [Finding] {
        let check = ConstructCheck(folder: workspace.folder, before: known, after: after.files)
        let changes = check.changes() + files(check.changedPaths) + settings
        return changes.map {
            Finding(workspace: workspace.path, sentence: $0.sentence, runsAtPlan: $0.why.runsAtPlan)
        }.sorted { ($0.runsAtPlan ? 0 : 1, $0.sentence) < ($1.runsAtPlan ? 0 : 1, $1.sentence) }
    }

    /// What a plan says beyond its summary.
    static func findings(of changes: [ApprovedChange], in workspace: String) -> [Finding] {
        changes.compactMap { change in
            let words: String? =
                if change.actions.contains(.delete) {
                    change.actions.contains(.create) ? "is replaced" : "is destroyed"
                } else {
                    change.actions.first.flatMap(word)
                }
            return words.map {
                Finding(workspace: workspace, sentence: "\(change.address) \($0)", runsAtPlan: false)
            }
        }.sorted { $0.sentence < $1.sentence }
    }

    private static func word(_ action: ResourceChange.Action) -> String? {
        switch action {
        case .forget: "is let go of"
        case .importing: "is taken under control"
        case .moved: "is renamed"
        case .create, .update, .delete: nil
        }
    }

    // MARK: Beside the code

    private func files(_ paths: [String]) -> [ConstructChange] {
        paths.compactMap { path in
            guard let file = after.files.first(where: { $0.path == path }), !path.hasSuffix(".tf") else { return nil }
            if file.name == LockFile.name, file.folder == workspace.folder {
                return ConstructChange(path: path, what: "the lock file", why: WatchedConstructs.lockFile)
            }
            guard Self.readsFiles(file.text) else { return nil }
            return ConstructChange(path: path, what: "a call in a template", why: WatchedConstructs.template)
        }
    }

    /// `templatefile` evaluates what stands in `${ }` and `%{ }` of any file.
    private static func readsFiles(_ text: String) -> Bool {
        guard text.contains("${") || text.contains("%{") else { return false }
        return text.contains(#/\b(?:file[a-z0-9]*|templatefile)\s*\(/#)
    }

    private var settings: [ConstructChange] {
        guard workspace.settings.backend != before?.settings.backend ?? [:] else { return [] }
        let path = "\(workspace.folder)/\(WorkspaceReader.settingsFile)"
        return [ConstructChange(path: path, what: "the backend's settings", why: WatchedConstructs.backendSettings)]
    }
}
