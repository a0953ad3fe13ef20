/// Runs plugins; what one does wrong is a problem of that plugin alone.
package protocol OpportunityFinder: Sendable {
    /// `files` is the whole plugins folder at the pinned commit, so that plugins can share code.
    func describe(_ plugin: Plugin, files: [SourceFile]) async throws(Problem) -> PluginDescription

    func findings(
        of plugin: Plugin, files: [SourceFile], in input: PluginInput
    ) async throws(Problem) -> [PluginFinding]
}
