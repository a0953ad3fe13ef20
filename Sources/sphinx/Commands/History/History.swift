import ArgumentParser
import Domain
import Foundation
import Reports

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at what was done, and prove it.",
        subcommands: [List.self, Show.self, Export.self, Verify.self, Pull.self, Prune.self],
        defaultSubcommand: List.self)
}

/// Which steps are meant.
struct HistoryOptions: ParsableArguments {
    @Option(help: "Only this run's steps.") var run: String?
    @Option(help: "Only this workspace's steps.") var workspace: String?
    @Option(help: "Only steps of this kind, such as apply.") var action: String?
    @Option(help: "Only steps that ended so, such as failed.") var status: String?
    @Option(help: ArgumentHelp("Only steps from this time on, such as 2026-11-24 or 7d.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Only steps up to this time.", valueName: "time")) var until: String?
    @Option(help: ArgumentHelp("Only steps in which this text stands.", valueName: "text")) var search: String?

    func filter(limit: Int) throws(Problem) -> HistoryFilter {
        HistoryFilter(
            run: run, workspace: workspace, action: action, status: status,
            since: try since.map { (text) throws(Problem) in try PointInTime.parse(text) },
            until: try until.map { (text) throws(Problem) in try PointInTime.parse(text, asEnd: true) },
            search: search, limit: limit)
    }
}

extension History {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List steps, the newest last.")

        @OptionGroup var options: GlobalOptions
        @OptionGroup var filter: HistoryOptions
        @Option(help: "How many at most, the newest ones.") var limit = 50

        func run() async throws {
            try await options.reporting(csv: true) { composition in
                let rows = try composition.history().rows(try filter.filter(limit: limit))
                options.show(.steps(rows), schema: "sphinx.history/1", named: "steps")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one step with all of its details.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The step's number.") var step: Int

        func run() async throws {
            try await options.reporting(csv: true) { composition in
                let rows = try composition.history().rows(HistoryFilter(sequence: step, limit: 1))
                guard let row = rows.first else {
                    throw Problem(.needsPerson, "the history has no step \(step)", hint: "see 'sphinx history list'")
                }
                let text = JSONText.pretty(row.json)
                options.show(
                    text: text, markdown: Escaping.fenced(text, as: "json"), json: row.json,
                    csv: Table.audit(rows).csv)
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write every step with all of its details.",
            discussion:
                "CSV, unless --format says json or markdown. A field that a spreadsheet would run gets a ' before it.")

        @OptionGroup var options: GlobalOptions
        @OptionGroup var filter: HistoryOptions

        func run() async throws {
            try await options.reporting(csv: true) { composition in
                let rows = try composition.history().rows(try filter.filter(limit: .max))
                let table = Table.audit(rows)
                options.show(text: table.csv, markdown: table.markdown, json: rows.exportJSON, csv: table.csv)
            }
        }
    }
}
