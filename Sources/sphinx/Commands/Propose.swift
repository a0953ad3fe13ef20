import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Propose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Propose what you ask for in your own words, or attach a plan to your own branch.",
        usage: """
            sphinx propose <request> --workspace <path> [--file <name>] [--interactive] [--dry-run]
            sphinx propose --branch <name> [--trust] [--dry-run]
            """,
        discussion: """
            The model writes Terraform code for one workspace; it is proved, planned and published as a proposal branch \
            like a rule's. What the model has to know first is printed, and nothing is written.

            With --branch the code is yours: every workspace that the branch changes is planned, and the plans are \
            committed on top of it, so that its merge approves them.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "What should change, in any language.")
    var request: String?

    @Option(help: ArgumentHelp("The workspace that the request is about.", valueName: "path"))
    var workspace: String?

    @Option(help: ArgumentHelp("The only file that may change; it may be new.", valueName: "name"))
    var file: String?

    @Flag(help: "Answer the model's questions on the terminal.")
    var interactive = false

    @Flag(help: "Let the plan destroy resources whose blocks the answer edits.")
    var allowDestroy = false

    @Flag(help: "Let the plan replace resources whose blocks the answer edits.")
    var allowReplace = false

    @Option(help: ArgumentHelp("A branch of your own that is to get a plan.", valueName: "name"))
    var branch: String?

    @Flag(help: "Plan the branch although it brings in what runs code or reads files while it is planned.")
    var trust = false

    @Flag(help: "Change nothing: show the very branch, message and difference.")
    var dryRun = false

    func validate() throws {
        guard let request else {
            if branch == nil { throw ValidationError("Say what should change, or name a branch with --branch.") }
            let isMixed = workspace != nil || file != nil || interactive || allowDestroy || allowReplace
            if isMixed {
                throw ValidationError(
                    "--workspace, --file, --interactive and --allow-… go with a request, not with --branch.")
            }
            return
        }
        if branch != nil { throw ValidationError("A request and --branch do not go together.") }
        if trust { throw ValidationError("--trust goes with --branch, not with a request.") }
        guard request.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("The request is empty; say what should change.")
        }
        if workspace == nil { throw ValidationError("Name the request's workspace with --workspace.") }
    }

    func run() async throws {
        let interruption = Interruption()
        try await options.reporting(interruption) { composition in
            let job = try job()
            var settings = try composition.runSettings(base: options.base, workspaces: [])
            settings.isDryRun = dryRun
            let inquiry = interactive ? Inquiry() : nil
            let report = try await composition.withWorld(dry: dryRun) { [settings] world in
                var world = world
                if let inquiry { world.inquire = { await inquiry.answers(to: $0) } }
                let proposer = Proposer(world: world, settings: settings)
                return try await interruption.run { try await job(proposer) }
            }
            options.show(text: report.proposeText, markdown: report.proposeMarkdown, json: report.proposeJSON)
            if let code = interruption.exitCode { throw ExitCode(code) }
            if let code = exitCode(of: report) { throw code }
        }
    }

    private func job() throws(Problem) -> @Sendable (Proposer) async throws(Problems) -> RunReport {
        if let branch {
            let trust = trust
            return { (proposer) async throws(Problems) in try await proposer.plan(branch: branch, trusting: trust) }
        }
        let (asked, workspace) = (
            try ChangeRequest(request ?? "", file: file, allowsDestroy: allowDestroy, allowsReplace: allowReplace),
            workspace ?? ""
        )
        return { (proposer) async throws(Problems) in try await proposer.propose(asked, in: workspace) }
    }

    /// A request is one thing, which was done or was not; of a branch's workspaces some may have been planned.
    private func exitCode(of report: RunReport) -> ExitCode? {
        let isDone = report.problems.isEmpty && !report.proposals.contains { [.failed, .unfixable].contains($0.state) }
        return isDone ? nil : branch == nil ? Exit.failed : Exit.partial
    }
}
