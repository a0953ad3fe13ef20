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
        let folder = try PluginFolder(plugin, files, in: settings.scratchFolder)
        defer { folder.remove() }
        let command = Command(
            try executable(plugin, folder), Array(plugin.command.dropFirst()),
            environment: environment(folder), folder: folder.workingFolder,
            input: Array("\(request.canonical)\n".utf8),
            limits: Limits(deadline: .seconds(plugin.timeout), outputBytes: settings.outputBytes))
        let result: Result<Completion, ChildProcessError>
        do throws(ChildProcessError) {
            result = .success(try await command.run())
        } catch {
            result = .failure(error)
        }
        Leftovers.kill(whoseEnvironmentHas: PluginFolder.mark, folder.id)
        do throws(ChildProcessError) {
            return try result.get()
        } catch {
            throw PluginFailure(plugin: plugin).problem(error)
        }
    }

    private func executable(_ plugin: Plugin, _ folder: PluginFolder) throws(Problem) -> String {
        guard let program = plugin.command.first else {
            throw Problem(.needsPerson, "the plugin '\(plugin.name)' has no command")
        }
        return program.contains("/") && !program.hasPrefix("/") ? "\(folder.workingFolder)/\(program)" : program
    }

    /// Built, not inherited: no credential of Sphinx, of a cloud or of git is in it.
    private func environment(_ folder: PluginFolder) -> [String: String] {
        [
            "PATH": settings.path, "LANG": "C.UTF-8", "HOME": folder.home, "TMPDIR": folder.home,
            "PYTHONDONTWRITEBYTECODE": "1", PluginFolder.mark: folder.id,
        ]
    }
}
