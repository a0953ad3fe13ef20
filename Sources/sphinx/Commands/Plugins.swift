import Analysis
import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Plugins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, run and begin plugins.", subcommands: [List.self, Run.self, New.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the plugins of the base branch.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await options.reporting { composition in
                let all = try await composition.withPlugins(options.base) { await $0.described() }
                let rows = all.map { each in
                    switch each.description {
                    case .success(let description):
                        [
                            each.plugin.name, description.name, description.author ?? "", description.version ?? "",
                            each.queries.map(\.expression).joined(separator: "; "),
                        ]
                    case .failure(let problem): [each.plugin.name, "", "", "", "error: \(problem.message)"]
                    }
                }
                options.show(
                    Table(columns: ["plugin", "name", "author", "version", "queries"], rows: rows),
                    schema: "sphinx.plugins/1", named: "plugins")
                if all.contains(where: { if case .failure = $0.description { true } else { false } }) {
                    throw Exit.partial
                }
            }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run one plugin, and show what it finds.")

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The plugin's name.")
        var name: String

        func run() async throws {
            try await options.reporting { composition in
                let result = try await composition.withPlugins(options.base) { try await $0.found(by: name) }
                options.show(text: result.text, markdown: result.markdown, json: result.json)
                if result.statuses.contains(where: { $0.status == .error }) { throw Exit.failed }
            }
        }
    }

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a plugin that works, with its test, into the working tree.")

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The plugin's name: lower-case letters, digits and dashes.")
        var name: String

        @Option(help: "What it is written in: sh, python or swift.")
        var language = PluginTemplate.Language.python

        func run() async throws {
            try await options.reporting { _ in
                guard PluginTemplate.isName(name) else {
                    throw Problem(
                        .needsPerson, "'\(name)' is not a plugin's name",
                        hint: "use lower-case letters, digits and dashes")
                }
                let folder = "\(options.repo)/plugins/\(name)"
                guard !FileManager.default.fileExists(atPath: folder) else {
                    throw Problem(.needsPerson, "\(folder) is there already", hint: "choose another name")
                }
                for file in PluginTemplate.files(name: name, language: language) {
                    try Self.write(file, in: options.repo)
                    options.console.print("wrote \(file.path)\n")
                }
            }
        }

        private static func write(_ file: SourceFile, in top: String) throws {
            let url = URL(filePath: "\(top)/\(file.path)")
            do {
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: url)
                let mode = file.isExecutable ? 0o755 : 0o644
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: url.path(percentEncoded: false))
            } catch {
                throw Problem(.needsPerson, "\(file.path) cannot be written: \(FileReason.text(error))")
            }
        }
    }
}

extension PluginTemplate.Language: ExpressibleByArgument {}

extension Composition {
    /// The plugins of the base branch; what was fetched for looking at them is gone afterwards.
    func withPlugins<Value>(
        _ base: String?, _ body: (PluginInspection) async throws -> Value
    ) async throws -> Value {
        let settings = try runSettings(base: base, workspaces: [])
        return try await withScratch { scratch in
            try await body(try await PluginInspection(world: try dryWorld(scratch: scratch), settings: settings))
        }
    }
}
