package import Domain

/// Rules that a test holds in its hand; of a `workspace.yml` only `targeted: true` is read.
package struct MemoryRuleBook: RuleBook {
    private let rules: RuleSet

    package init(_ rules: RuleSet = RuleSet()) {
        self.rules = rules
    }

    package func rules(
        in file: SourceFile, folder: (String) throws(Problem) -> [SourceFile], workspaces: [String]
    ) throws(Problems) -> RuleSet { rules }

    package func settings(in file: SourceFile) throws(Problems) -> WorkspaceSettings {
        WorkspaceSettings(targeted: file.text.contains("targeted: true"))
    }

    package func plugin(in file: SourceFile) throws(Problems) -> PluginSettings {
        throw Problems([Problem(.needsPerson, "there are no plugins here", location: nil)])
    }
}
