import ChildProcess
import Foundation

/// A command that a test needs and that has to succeed.
package enum Shell {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Git with no settings but its own, and fixed names.
    package static let gitEnvironment = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Person",
        "GIT_AUTHOR_EMAIL": "person@localhost", "GIT_COMMITTER_NAME": "Person",
        "GIT_COMMITTER_EMAIL": "person@localhost", "GIT_TERMINAL_PROMPT": "0",
    ]

    @discardableResult
    package static func git(_ arguments: String..., in folder: String? = nil) async throws -> String {
        try await run("git", arguments, environment: gitEnvironment, in: folder)
    }

    @discardableResult
    package static func run(
        _ name: String, _ arguments: [String], environment: [String: String]? = nil, in folder: String? = nil,
        input: String = ""
    ) async throws -> String {
        let command = Command(
            name, arguments, environment: environment ?? ProcessInfo.processInfo.environment, folder: folder,
            input: Array(input.utf8), limits: Limits(deadline: .seconds(300)))
        let completion = try await command.run()
        guard completion.succeeded else {
            throw Failure(
                description:
                    "\(name) \(arguments.joined(separator: " ")): \(completion.errorText)\(completion.outputText)")
        }
        return completion.outputText
    }
}
