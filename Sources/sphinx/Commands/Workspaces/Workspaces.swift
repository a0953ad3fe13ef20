import ArgumentParser
import Domain
import Reconciliation
import Reports

struct Workspaces: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at workspaces.", subcommands: [List.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List workspaces of the base branch.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await options.reporting { composition in
                let observation = try await composition.observed(options.base)
                let rows = observation.workspaces.map { workspace in
                    [
                        workspace.path, String(workspace.declared.count), workspace.backend.word,
                        workspace.settings.apply.rawValue,
                        String(
                            observation.tracked.values.count { $0.isOpen && $0.manifest.workspace == workspace.path }),
                        String(observation.pending.count { $0.manifest.workspace == workspace.path }),
                    ]
                }
                for problem in observation.problems { options.console.problem(problem) }
                options.show(
                    Table(columns: ["workspace", "resources", "backend", "apply", "open", "merged"], rows: rows),
                    schema: "sphinx.workspaces/1", named: "workspaces")
                if !observation.problems.isEmpty { throw Exit.partial }
            }
        }
    }
}
