import ChildProcess
package import Domain

/// Runs the policy's command as a plugin is run: in a scratch folder, with an environment that holds no credential.
package struct PolicyCommand: PlanChecker {
    private static let mostObjections = 20
    private static let longestObjection = 300

    private let settings: PluginRunner.Settings

    package init(_ settings: PluginRunner.Settings = PluginRunner.Settings()) {
        self.settings = settings
    }

    /// Exit 0 objects to nothing; exit 1 objects to what its standard output says; everything else is a mistake.
    package func objections(
        to plan: JSONValue, by check: Policy.Check, files: [SourceFile]
    ) async throws(Problem) -> [String] {
        let child = RepositoryCommand(check)
        let completion = try await child.run(files, input: plan, settings)
        switch completion.exit {
        case .exited(0): return []
        case .exited(1):
            let lines = Self.lines(completion.outputText)
            return lines.isEmpty ? ["it objects, and does not say why"] : lines
        case .exited, .signaled:
            throw CommandFailure(command: child).problem(completion)
                ?? Problem(.bug, "the policy's command ended in a way that is not known")
        }
    }

    private static func lines(_ output: String) -> [String] {
        output.split(whereSeparator: \.isNewline).map { line in
            String(line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
                .split(separator: " ").joined(separator: " ")
        }
        .filter { !$0.isEmpty }.prefix(mostObjections).map { String($0.prefix(longestObjection)) }
    }
}
