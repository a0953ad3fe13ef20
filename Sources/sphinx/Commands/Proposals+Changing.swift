import ArgumentParser
import Domain
import Reconciliation
import Reports

extension Proposals {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the change that one proposal makes.")

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The proposal's key.")
        var key: String

        func run() async throws {
            try await options.reporting { composition in
                let text = try await composition.withScratch { scratch in
                    try await ProposalDifference(
                        world: try composition.dryWorld(scratch: scratch),
                        settings: try composition.runSettings(base: options.base, workspaces: [])
                    ).text(of: key)
                }
                options.show(
                    text: Escaping.plain(text), markdown: Escaping.fenced(text, as: "diff"),
                    json: .object([
                        "schema": .string("sphinx.proposal-diff/1"), "key": .string(key), "difference": .string(text),
                    ]))
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reject a proposal: its branch goes, the reason stays.")

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The proposal's key.")
        var key: String

        @Option(help: "Why; people see it in the list.")
        var reason: String

        func run() async throws {
            try await options.reporting { composition in
                let closed = try await composition.lifecycle(options.base).close(key, reason: reason)
                options.tell("closed", closed)
            }
        }
    }

    struct Reopen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a rejection back: the branch is as Sphinx pushed it last.")

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The proposal's key.")
        var key: String

        func run() async throws {
            try await options.reporting { composition in
                options.tell("reopened", try await composition.lifecycle(options.base).reopen(key))
            }
        }
    }
}

extension Composition {
    fileprivate func lifecycle(_ base: String?) throws(Problem) -> ProposalLifecycle {
        ProposalLifecycle(world: try world(), settings: try runSettings(base: base, workspaces: []))
    }
}

extension GlobalOptions {
    fileprivate func tell(_ status: String, _ proposal: TrackedProposal) {
        let key = proposal.manifest.key.text
        show(
            text: "\(status) \(proposal.branch)\n", markdown: "\(status) `\(proposal.branch)`\n",
            json: .object([
                "schema": .string("sphinx.proposal-\(status)/1"), "key": .string(key),
                "branch": .string(proposal.branch),
            ]))
    }
}
