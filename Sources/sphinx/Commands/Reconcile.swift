import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

enum DryRunDepth: String, ExpressibleByArgument, CaseIterable {
    case full, analyze
}

extension RunSettings.Part: ExpressibleByArgument {}

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply what was merged, analyse, and publish proposals.")

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only one half of the run: propose or apply.")
    var only: RunSettings.Part?

    @Option(
        defaultAsFlag: .full,
        help: "Change nothing: show the very branches, messages and differences; '=analyze' stops before Gemini.")
    var dryRun: DryRunDepth?

    @Option(help: ArgumentHelp("Only workspaces that match; may be given several times.", valueName: "glob"))
    var workspace: [String] = []

    @Flag(help: "Propose and apply outside of the schedule in rules.yml, too.")
    var ignoreSchedule = false

    @Flag(help: "Plan the base where nothing was merged, and report what differs; nothing of it is applied.")
    var detectDrift = false

    @Flag(help: "Exit with 2 where proposals or merged changes are pending.")
    var detailedExitcode = false

    func run() async throws {
        try await options.reporting { composition in
            var settings = try composition.runSettings(base: options.base, workspaces: workspace)
            settings.only = only
            settings.isDryRun = dryRun != nil
            settings.ignoresSchedule = ignoreSchedule
            settings.detectsDrift = detectDrift
            settings.analysisOnly = dryRun == .analyze
            let interruption = Interruption()
            let report = try await report(composition, settings, interruption)
            options.show(text: report.text, markdown: report.markdown, json: report.json)
            GitHubActions(composition.settings, composition.console)?.tell(report)
            if let code = interruption.exitCode { throw ExitCode(code) }
            if let code = exitCode(of: report) { throw code }
        }
    }

    private func report(
        _ composition: Composition, _ settings: RunSettings, _ interruption: Interruption
    ) async throws -> RunReport {
        try await composition.withWorld(dry: settings.isDryRun) { world in
            try await interruption.run { try await Reconciler(world: world, settings: settings).run() }
        }
    }

    private func exitCode(of report: RunReport) -> ExitCode? {
        if report.hasFailures { return Exit.partial }
        return detailedExitcode && report.hasPending ? Exit.pending : nil
    }
}

extension RunReport {
    /// Something did not work, while the rest of the run did.
    var hasFailures: Bool {
        applies.contains { $0.result == .failed } || proposals.contains { $0.state == .failed }
            || statuses.contains { $0.status == .error || $0.status == .partial }
            || problems.contains { $0.kind != .needsPerson || $0.location != nil }
    }

    var hasPending: Bool {
        let open: Set<ProposalOutcome.State> = [.created, .unchanged, .refreshed, .edited, .merged, .waiting]
        return proposals.contains { open.contains($0.state) }
            || applies.contains { $0.result != .applied && $0.result != .alreadyApplied }
    }
}
