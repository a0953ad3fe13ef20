import ArgumentParser
import Domain
import Foundation

/// Proposes Terraform changes from metrics as git branches, and applies what people merged.
@main
struct Sphinx: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "sphinx",
        abstract: "Proposes Terraform changes from metrics as git branches, and applies what people merged.",
        version: version,
        subcommands: [
            Reconcile.self, Analyze.self, Propose.self, Proposals.self, History.self, Workspaces.self, State.self,
            Rules.self, Plugins.self, Report.self, Doctor.self,
        ])
}

/// How a command ended, as the shell sees it.
enum Exit {
    static let failed = ExitCode(1)
    /// With `--detailed-exitcode`: proposals or merged changes are pending.
    static let pending = ExitCode(2)
    /// Some workspaces failed, the others are done.
    static let partial = ExitCode(3)
}
