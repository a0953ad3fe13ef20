import ArgumentParser
import Domain
import Reconciliation
import Reports

struct State: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring back a state that an apply could not save.", subcommands: [Recover.self])

    struct Recover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Push a kept state to its workspace's backend, under the workspace's lock.",
            discussion: """
                Terraform refuses a state of another lineage and one that is older than what the backend holds; nothing \
                is forced. The file is renamed to '.recovered' once its state is there, and until then nothing is applied \
                in the workspace from this machine.
                """)

        @OptionGroup var options: GlobalOptions

        @Option(help: "The workspace's path below workspaces/.")
        var workspace: String

        @Flag(help: "Change nothing: say what would be pushed.")
        var dryRun = false

        @Argument(help: "The kept state; the newest one of this machine if left out.")
        var file: String?

        func run() async throws {
            let interruption = Interruption()
            try await options.reporting(interruption) { composition in
                let settings = try composition.runSettings(base: options.base, workspaces: [])
                let (workspace, file) = (workspace, file.map(Settings.absolute))
                let state = try await composition.withWorld(dry: dryRun) { world in
                    try await interruption.run {
                        try await StateRecovery(world: world, settings: settings).recover(workspace, from: file)
                    }
                }
                tell(state)
            }
        }

        private func tell(_ state: KeptState?) {
            let line = Escaping.plain(sentence(state))
            options.show(
                text: "\(line)\n", markdown: "\(Escaping.markdown(line))\n",
                json: .object([
                    "schema": .string("sphinx.state-recovery/1"), "workspace": .string(workspace),
                    "dryRun": .bool(dryRun), "file": state.map { .string($0.file) } ?? .null,
                    "serial": state.map { .integer($0.serial) } ?? .null,
                    "lineage": state.map { .string($0.lineage) } ?? .null,
                    "resources": state.map { .integer(Int64($0.resources)) } ?? .null,
                    "digest": state.map { .string($0.digest.description) } ?? .null,
                ]))
        }

        private func sentence(_ state: KeptState?) -> String {
            guard let state else { return "\(workspace): nothing to recover on this machine" }
            let held = state.resources == 1 ? "1 resource" : "\(state.resources) resources"
            let what = "\(held), serial \(state.serial), lineage \(state.lineage)"
            return dryRun
                ? "\(workspace): would push \(state.file) (\(what))"
                : "\(workspace): recovered (\(what)); the file is now \(state.recoveredFile)"
        }
    }
}
