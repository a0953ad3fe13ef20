import ChildProcess
package import Domain
import Foundation

/// Runs the repository's plugins as children that see nothing but their own files and one document.
package struct PluginRunner: OpportunityFinder {
    package struct Settings: Sendable {
        /// Where scratch folders are made.
        package var scratchFolder: String
        /// What the plugins' programs are looked up in.
        package var path: String
        package var outputBytes: Int

        package init(
            scratchFolder: String = "\(NSTemporaryDirectory())sphinx-plugins", path: String = "/usr/bin:/bin",
            outputBytes: Int = 8 << 20
        ) {
            self.scratchFolder = scratchFolder
            self.path = path
            self.outputBytes = outputBytes
        }
    }

    private let settings: Settings

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    package func describe(_ plugin: Plugin, files: [SourceFile]) async throws(Problem) -> PluginDescription {
        let output = try await run(plugin, files, PluginRequest.describe)
        return try PluginReply(plugin: plugin, output: output).description()
    }

    package func findings(
        of plugin: Plugin, files: [SourceFile], in input: PluginInput
    ) async throws(Problem) -> [PluginFinding] {
        let output = try await run(plugin, files, PluginRequest.analyze(input))
        return try PluginReply(plugin: plugin, output: output).findings()
    }

    // MARK: Running

    private func run(
        _ plugin: Plugin, _ files: [SourceFile], _ request: JSONValue
    ) async throws(Problem) -> Completion {
        try await RepositoryCommand(plugin).run(files, input: request, settings)
    }
}
