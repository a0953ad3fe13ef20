import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

struct Proposals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at proposals, and close or reopen them.",
        subcommands: [List.self, Show.self, Diff.self, Close.self, Reopen.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List proposals with their states.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await options.reporting { composition in
                let rows = try await composition.observed(options.base).proposals.map { entry in
                    [
                        entry.state, entry.manifest.workspace, entry.manifest.address, entry.manifest.key.text,
                        entry.branch,
                    ]
                }
                options.show(
                    Table(columns: ["state", "workspace", "address", "key", "branch"], rows: rows),
                    schema: "sphinx.proposals/1", named: "proposals")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a reviewer reads of one proposal.")

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The proposal's key.")
        var key: String

        func run() async throws {
            try await options.reporting { composition in
                let (page, manifest) = try await composition.page(of: key, base: options.base)
                options.show(
                    text: TerminalPage(page, style: options.console.style).text, markdown: page,
                    json: .object([
                        "schema": .string("sphinx.proposal-page/1"), "key": .string(key), "page": .string(page),
                        "manifest": manifest,
                    ]))
            }
        }
    }
}

extension Composition {
    /// The remote as it is, read without writing anything.
    func observed(_ base: String?) async throws -> Observation {
        try await withScratch { scratch in
            let settings = try runSettings(base: base, workspaces: [])
            return try await Inspection(world: try dryWorld(scratch: scratch), settings: settings).observed()
        }
    }

    func page(of key: String, base: String?) async throws -> (page: String, manifest: JSONValue) {
        try await withScratch { scratch in
            let world = try dryWorld(scratch: scratch)
            let observation = try await Inspection(
                world: world, settings: try runSettings(base: base, workspaces: [])
            ).observed()
            guard let entry = observation.proposals.first(where: { $0.manifest.key.text == key }) else {
                throw Problem(.needsPerson, "there is no proposal '\(key)'", hint: "see 'sphinx proposals list'")
            }
            let folder = "proposals/\(entry.manifest.workspace)/\(key)"
            let file = try world.objects.file(at: "\(folder)/README.md", in: entry.commit)
            let manifest = try world.objects.file(at: "\(folder)/proposal.json", in: entry.commit)
            let decoded = manifest.flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.bytes)) }
            return (file?.text ?? "", decoded ?? .null)
        }
    }
}
