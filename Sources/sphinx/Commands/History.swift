import ArgumentParser
import Domain
import Foundation
import Reports

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at what was done.", subcommands: [List.self, Show.self, Verify.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List steps, the newest last.")

        @OptionGroup var options: GlobalOptions
        @Option(help: "Only this run's steps.") var run: String?
        @Option(help: "Only this workspace's steps.") var workspace: String?
        @Option(help: "Only steps of this kind, such as apply.") var action: String?
        @Option(help: "Only steps that ended so, such as failed.") var status: String?
        @Option(help: "How many at most.") var limit = 50

        func run() async throws {
            try await options.reporting { composition in
                let filter = HistoryFilter(
                    run: run, workspace: workspace, action: action, status: status, limit: limit)
                let rows = try composition.history().rows(filter).map { row in
                    [
                        String(row.sequence), Figures.time(row.entry.time.timeIntervalSince1970), row.entry.run,
                        row.entry.workspace ?? "-", row.entry.action, row.entry.status, row.entry.subject ?? "",
                    ]
                }
                options.show(
                    Table(columns: ["step", "time", "run", "workspace", "action", "status", "subject"], rows: rows),
                    schema: "sphinx.history/1", named: "steps")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one step with all of its details.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The step's number.") var step: Int

        func run() async throws {
            try await options.reporting { composition in
                let rows = try composition.history().rows(HistoryFilter(limit: .max))
                guard let row = rows.first(where: { $0.sequence == step }) else {
                    throw Problem(.needsPerson, "the history has no step \(step)", hint: "see 'sphinx history list'")
                }
                let text = JSONText.pretty(row.json)
                options.show(text: text, markdown: Escaping.fenced(text, as: "json"), json: row.json)
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Find any change in what was recorded.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await options.reporting { composition in
                let history = try composition.history()
                if let problem = try history.firstBreak() { throw problem }
                let count = try history.rows(HistoryFilter(limit: 1)).last?.sequence ?? 0
                let text = "every one of \(count) steps is as it was written\n"
                options.show(
                    text: text, markdown: text,
                    json: .object(["schema": .string("sphinx.history-verify/1"), "steps": JSONText.number(count)]))
            }
        }
    }
}
