import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show where everything stands, and why nothing happened where nothing did.",
        discussion: """
            Analyses once, as 'analyze' does, and reads proposals from git and runs from the history. Nothing is changed \
            but the files that are named here; '-' is standard output.
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("Write one HTML file that needs no network and no script.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Write Markdown, such as for a job's summary.", valueName: "file"))
    var markdown: String?

    func validate() throws {
        if html == "-", markdown == "-" {
            throw ValidationError("only one of --html and --markdown can be written to standard output")
        }
    }

    func run() async throws {
        try await options.reporting { composition in
            let dashboard = try await composition.dashboard(base: options.base)
            if let html { try write(HTMLReport(dashboard).html, to: html) }
            if let markdown { try write(dashboard.markdown, to: markdown) }
            if html == nil, markdown == nil {
                options.show(
                    text: TerminalPage(dashboard.markdown, style: options.console.style).text,
                    markdown: dashboard.markdown, json: dashboard.json)
            }
            if dashboard.statuses.contains(where: { $0.status == .error || $0.status == .partial }) {
                throw Exit.partial
            }
        }
    }

    /// Whole or not at all, so that a reader never sees half of it.
    private func write(_ text: String, to path: String) throws(Problem) {
        guard path != "-" else { return options.console.print(text) }
        do {
            try Data(text.utf8).write(to: URL(filePath: Settings.absolute(path)), options: .atomic)
        } catch {
            throw Problem(
                .needsPerson, "\(path) cannot be written: \(FileReason.text(error))",
                hint: "name a file in a folder that is there")
        }
    }
}

extension Composition {
    func dashboard(base: String?) async throws -> Dashboard {
        let settings = try runSettings(base: base, workspaces: [])
        let overview = try await withScratch { scratch in
            try await Inspection(world: try dryWorld(scratch: scratch), settings: settings).overview()
        }
        return overview.dashboard(history: try recordedHistory(), version: Sphinx.version)
    }

    /// Looking at a history that is not there does not make one.
    private func recordedHistory() throws(Problem) -> RecordedHistory {
        guard FileManager.default.fileExists(atPath: historyPath) else {
            return RecordedHistory(
                absence: "There is no history at \(historyPath), so that runs, applies and cost are not known.")
        }
        return try RecordedHistory(of: try history())
    }
}
