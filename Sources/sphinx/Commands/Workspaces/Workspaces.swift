import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Workspaces: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at workspaces, and make or delete one on a branch.",
        subcommands: [List.self, Show.self, New.self, Delete.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List workspaces of the base branch, and where they stand.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await options.reporting { composition in
                let observation = try await composition.observed(options.base)
                let rows = try composition.standings(in: observation).map { standing in
                    let workspace = standing.workspace
                    return [
                        workspace.path, String(workspace.declared.count), workspace.backend.word,
                        workspace.settings.apply.rawValue, String(standing.count("open")),
                        String(standing.count("merged") + standing.count("failed")),
                        String(standing.count("applied")), standing.lastRun, standing.drift,
                    ]
                }
                for problem in observation.problems { options.console.problem(problem) }
                options.show(
                    Table(
                        columns: [
                            "workspace", "resources", "backend", "apply", "open", "merged", "applied", "last_run",
                            "drift",
                        ], rows: rows), schema: "sphinx.workspaces/1", named: "workspaces")
                if !observation.problems.isEmpty { throw Exit.partial }
            }
        }
    }
}

extension Composition {
    /// Looking at a history that is not there does not make one.
    func standings(in observation: Observation) throws(Problem) -> [WorkspaceStanding] {
        guard FileManager.default.fileExists(atPath: historyPath) else { return try observation.standings { _ in [] } }
        let history = try history()
        return try observation.standings { (filter) throws(Problem) in try history.rows(filter) }
    }
}
