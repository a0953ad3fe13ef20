import Domain

extension World {
    /// The workspace's files at a commit; the secrets in its code are known from then on.
    func files(of workspace: Workspace, in commit: ObjectID) throws(Problem) -> WorkspaceFiles {
        let files = try workspace.files(from: objects, in: commit)
        secrets.learn(CodeSecrets(files.files).values, of: workspace.path)
        return files
    }
}

extension Workspace {
    /// Everything that Terraform needs of this workspace at a commit: its folder and the local modules it uses.
    func files(from objects: any ObjectStore, in commit: ObjectID) throws(Problem) -> WorkspaceFiles {
        var files = try objects.files(below: folder, in: commit)
        for module in modules.keys.sorted() where !module.hasPrefix("\(folder)/") {
            files += try objects.files(below: module, in: commit)
        }
        var seen: Set<String> = []
        return WorkspaceFiles(workspace: self, files: files.filter { seen.insert($0.path).inserted })
    }
}
