import ArgumentParser
import Domain
import Foundation
import Logging
import Reports
import Synchronization

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
    /// Of tables alone.
    case csv
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: "A clone, bare or not, or a URL.")
    var repo = "."

    @Option(help: "The remote that is fetched from and pushed to.")
    var remote = "origin"

    @Option(help: "The base branch; the remote's default branch if left out.")
    var base: String?

    @Option(help: "The form of the output: text, json or markdown; csv for the history.")
    var format = OutputFormat.text

    @Option(help: "What is logged to standard error: trace, debug, info, notice, warning, error or critical.")
    var logLevel = LogLevel.info

    @Option(help: "The form of the log: text or json.")
    var logFormat = LogFormat.text

    var console: Console {
        Console(
            level: Logger.Level(rawValue: logLevel.rawValue) ?? .info, json: logFormat == .json,
            secrets: (try? Settings.current())?.knownSecrets ?? [])
    }

    /// Runs a command's work; its problems go to standard error, and the exit code is 1, or that of an interruption.
    func reporting(
        csv: Bool = false, _ interruption: Interruption? = nil, _ work: (Composition) async throws -> Void
    ) async throws {
        if format == .csv, !csv { throw ValidationError("--format csv is for 'history list', 'show' and 'export'.") }
        do {
            try await work(
                Composition(settings: try Settings.current(), repository: repo, remote: remote, console: console))
            if Console.isCut.withLock({ $0 }) {
                throw Problem(
                    .needsPerson, "standard output could not be written to its end",
                    hint: "what was done stands; make room where it goes, and ask again")
            }
        } catch let problem as Problem {
            console.problem(problem)
            throw interruption?.exitCode.map { ExitCode($0) } ?? Exit.failed
        } catch let problems as Problems {
            for problem in problems.all { console.problem(problem) }
            throw interruption?.exitCode.map { ExitCode($0) } ?? Exit.failed
        }
    }

    func show(
        text: @autoclosure () -> String, markdown: @autoclosure () -> String, json: @autoclosure () -> JSONValue,
        csv: @autoclosure () -> String = ""
    ) {
        switch format {
        case .text: console.print(text())
        case .csv: console.print(csv())
        case .markdown: console.print(markdown())
        case .json: console.print(JSONText.pretty(json()))
        }
    }

    func show(_ table: Table, schema: String, named name: String) {
        show(text: table.text, markdown: table.markdown, json: table.json(schema: schema, named: name), csv: table.csv)
    }
}
