/// Reads the files in which people say what is wanted.
package protocol RuleBook: Sendable {
    /// Every problem of the file at once, in the order of their places.
    func rules(in file: SourceFile) throws(Problems) -> RuleSet

    /// Reads a `workspace.yml`.
    func settings(in file: SourceFile) throws(Problems) -> WorkspaceSettings
}
