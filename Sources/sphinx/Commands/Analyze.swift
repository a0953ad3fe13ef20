import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Analyze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show opportunities and statuses; nothing is written, and no model is asked.")

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("As of this time, such as 2026-11-24T12:00:00Z.", valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("Only workspaces that match; may be given several times.", valueName: "glob"))
    var workspace: [String] = []

    @Flag(help: "Show the requests that were made, for which rules and why, and what they cost.")
    var explain = false

    @Flag(help: "Print SARIF 2.1.0, which code-scanning pages read, instead of --format.")
    var sarif = false

    func run() async throws {
        try await options.reporting { composition in
            let settings = try composition.runSettings(base: options.base, workspaces: workspace)
            let time = try at.map { try PointInTime.parse($0) }
            let result = try await composition.withScratch { scratch in
                var world = try composition.dryWorld(scratch: scratch)
                if let time { world.now = { time } }
                return try await Inspection(world: world, settings: settings).run()
            }
            if sarif {
                options.console.print(JSONText.pretty(result.sarif))
            } else {
                options.show(
                    text: result.text + (explain ? result.explanation : ""),
                    markdown: result.markdown + (explain ? result.explanationMarkdown : ""),
                    json: explain ? result.explainedJSON : result.json)
            }
            if result.statuses.contains(where: { $0.status == .error || $0.status == .partial }) { throw Exit.partial }
        }
    }
}
