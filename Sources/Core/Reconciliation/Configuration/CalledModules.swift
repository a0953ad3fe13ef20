import Domain

/// The local modules that a workspace calls after a change and did not call before.
struct CalledModules: Sendable {
    let world: World
    let commit: ObjectID

    /// Calls that lead nowhere, in sentences.
    func mistakes(in files: WorkspaceFiles) -> [String] {
        visit(files).problems.map(\.message)
    }

    /// With the files of the modules that are not among them yet.
    func added(to files: WorkspaceFiles) throws(Problem) -> WorkspaceFiles {
        let workspace = files.workspace
        let fresh = visit(files).modules.keys.filter { folder in
            workspace.modules[folder] == nil && !folder.hasPrefix("\(workspace.folder)/")
        }
        var added: [SourceFile] = []
        for folder in fresh.sorted() { added += try world.objects.files(below: folder, in: commit) }
        let known = Set(files.files.map(\.path))
        return WorkspaceFiles(
            workspace: workspace,
            files: (files.files + added.filter { !known.contains($0.path) }).sorted { $0.path < $1.path })
    }

    private func visit(_ files: WorkspaceFiles) -> ModuleVisit {
        let workspace = files.workspace
        let reader = WorkspaceReader(objects: world.objects, rules: world.rules, cache: world.cache)
        var visit = ModuleVisit(folders: [:], reader: reader, commit: commit)
        let own = files.files.filter { $0.folder == workspace.folder }
        visit.visit(
            WorkspaceReader.Folder(
                path: workspace.folder, tree: workspace.tree, entries: [], reading: FolderReading(own)), prefix: "")
        return visit
    }
}
