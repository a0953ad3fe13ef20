import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Propose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Propose what you ask for in your own words.",
        discussion: """
            The model writes Terraform code for one workspace; it is proved, planned and published as a proposal branch \
            like a rule's. What the model has to know first is printed, and nothing is written.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "What should change, in any language.")
    var request: String

    @Option(help: "The workspace that the request is about.")
    var workspace: String

    @Option(help: ArgumentHelp("The only file that may change; it may be new.", valueName: "name"))
    var file: String?

    @Flag(help: "Answer the model's questions on the terminal.")
    var interactive = false

    @Flag(help: "Change nothing: show the very branch, message and difference.")
    var dryRun = false

    @Flag(help: "Let the plan destroy resources whose blocks the answer edits.")
    var allowDestroy = false

    @Flag(help: "Let the plan replace resources whose blocks the answer edits.")
    var allowReplace = false

    func validate() throws {
        guard request.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("The request is empty; say what should change.")
        }
    }

    func run() async throws {
        try await options.reporting { composition in
            let asked = try ChangeRequest(
                request, file: file, allowsDestroy: allowDestroy, allowsReplace: allowReplace)
            var settings = try composition.runSettings(base: options.base, workspaces: [])
            settings.isDryRun = dryRun
            let (interruption, inquiry) = (Interruption(), interactive ? Inquiry() : nil)
            let workspace = workspace
            let report = try await composition.withWorld(dry: dryRun) { [settings] world in
                var world = world
                if let inquiry { world.inquire = { await inquiry.answers(to: $0) } }
                let proposer = Proposer(world: world, settings: settings)
                return try await interruption.run { try await proposer.propose(asked, in: workspace) }
            }
            options.show(text: report.proposeText, markdown: report.proposeMarkdown, json: report.proposeJSON)
            if let code = interruption.exitCode { throw ExitCode(code) }
            if report.proposals.contains(where: { [.failed, .unfixable].contains($0.state) }) { throw Exit.failed }
        }
    }
}
