/// Reads the files in which people say what is wanted.
package protocol RuleBook: Sendable {
    /// Every problem of the file, and of what it includes, at once, in the order of their places.
    ///
    /// `folder` gives the files directly in a folder of the same commit, for `include`; `workspaces` are the paths that
    /// overrides are resolved for.
    func rules(
        in file: SourceFile, folder: (String) throws(Problem) -> [SourceFile], workspaces: [String]
    ) throws(Problems) -> RuleSet

    /// Reads a `workspace.yml`.
    func settings(in file: SourceFile) throws(Problems) -> WorkspaceSettings

    /// Reads a `plugin.yml`.
    func plugin(in file: SourceFile) throws(Problems) -> PluginSettings
}

extension RuleBook {
    /// A file that stands alone.
    package func rules(in file: SourceFile) throws(Problems) -> RuleSet {
        try rules(in: file, folder: { (_) throws(Problem) in [] }, workspaces: [])
    }
}
