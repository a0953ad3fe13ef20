import ChildProcess
import Domain

/// A command that the repository brings along, run as a child that sees nothing but its own files and one document.
struct RepositoryCommand: Sendable {
    /// As messages call it.
    let name: String
    /// The program and its arguments; a program with a slash is a path from its folder.
    let words: [String]
    /// Seconds.
    let timeout: Double
    /// Where it runs, from the top of the repository.
    let folder: String
    /// Where a person changes these.
    let settings: String
    /// What it has to print.
    let answer: String

    init(_ plugin: Plugin) {
        name = "the plugin '\(plugin.name)'"
        words = plugin.command
        timeout = plugin.timeout
        folder = plugin.folder
        settings = "its plugin.yml"
        answer = "one JSON document"
    }

    init(_ check: Policy.Check) {
        name = "the policy's command"
        words = check.command
        timeout = check.timeout
        folder = ""
        settings = "'policy.check' of the rules file"
        answer = "one line for each objection"
    }

    func run(
        _ files: [SourceFile], input: JSONValue, _ settings: PluginRunner.Settings
    ) async throws(Problem) -> Completion {
        let place = try CommandFolder(self, files, in: settings.scratchFolder)
        defer { place.remove() }
        let command = Command(
            try executable(place), Array(words.dropFirst()),
            environment: environment(settings, place), folder: place.workingFolder,
            input: Array("\(input.canonical)\n".utf8),
            limits: Limits(deadline: .seconds(timeout), outputBytes: settings.outputBytes))
        let result: Result<Completion, ChildProcessError>
        do throws(ChildProcessError) {
            result = .success(try await command.run())
        } catch {
            result = .failure(error)
        }
        Leftovers.kill(whoseEnvironmentHas: CommandFolder.mark, place.id)
        do throws(ChildProcessError) {
            return try result.get()
        } catch {
            throw CommandFailure(command: self).problem(error)
        }
    }

    private func executable(_ place: CommandFolder) throws(Problem) -> String {
        guard let program = words.first else { throw Problem(.needsPerson, "\(name) has no command") }
        return program.contains("/") && !program.hasPrefix("/") ? "\(place.workingFolder)/\(program)" : program
    }

    /// Built, not inherited: no credential of Sphinx, of a cloud or of git is in it.
    private func environment(_ settings: PluginRunner.Settings, _ place: CommandFolder) -> [String: String] {
        [
            "PATH": settings.path, "LANG": "C.UTF-8", "HOME": place.home, "TMPDIR": place.home,
            "PYTHONDONTWRITEBYTECODE": "1", CommandFolder.mark: place.id,
        ]
    }
}
