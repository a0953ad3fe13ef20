import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

extension Workspaces {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one workspace: its settings, resources, proposals and last steps.")

        private static let mostSteps = 10

        @OptionGroup var options: GlobalOptions

        @Argument(help: "The workspace's path below workspaces/.")
        var name: String

        func run() async throws {
            try await options.reporting { composition in
                let observation = try await composition.observed(options.base)
                guard
                    let standing = try composition.standings(in: observation).first(where: { $0.workspace.path == name }
                    )
                else { throw absence(in: observation) }
                let parts = [
                    ("settings", settings(standing)), ("resources", resources(standing)),
                    ("proposals", proposals(standing)), ("steps", steps(standing)),
                ]
                options.show(
                    text: parts.map { "\($0.capitalized)\n\($1.text)" }.joined(separator: "\n"),
                    markdown: parts.map { "## \($0.capitalized)\n\n\($1.markdown)" }.joined(separator: "\n"),
                    json: json(parts))
            }
        }

        /// A workspace that cannot be read has problems of its own.
        private func absence(in observation: Observation) -> any Error {
            let own = observation.problems.filter {
                $0.location?.file.hasPrefix("workspaces/\(name)/") == true
                    || $0.message.hasPrefix("workspaces/\(name)")
            }
            if !own.isEmpty { return Problems(own) }
            let near = Spelling.nearest(to: name, among: observation.workspaces.map(\.path))
            return Problem(
                .needsPerson, "there is no workspace '\(name)' in \(observation.snapshot.baseBranch)",
                hint: near.map { "did you mean '\($0)'?" } ?? "see 'sphinx workspaces list'")
        }

        private func json(_ parts: [(String, Table)]) -> JSONValue {
            var object: [String: JSONValue] = ["schema": .string("sphinx.workspace/1"), "workspace": .string(name)]
            for (name, table) in parts { object[name] = table.json(schema: "", named: name)[name] }
            return .object(object)
        }

        // MARK: Parts

        private func settings(_ standing: WorkspaceStanding) -> Table {
            let workspace = standing.workspace
            let pairs = { (values: [String: String]) in
                values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            }
            return Table(
                columns: ["setting", "value"],
                rows: [
                    ["folder", workspace.folder], ["tree", workspace.tree.hex], ["backend", workspace.backend.word],
                    ["backend settings", pairs(workspace.settings.backend)],
                    ["modules", workspace.modules.keys.sorted().joined(separator: ", ")],
                    ["labels", pairs(workspace.settings.labels)],
                    ["var files", workspace.settings.varFiles.joined(separator: ", ")],
                    ["apply", workspace.settings.apply.rawValue],
                    ["targeted", String(workspace.settings.targeted)],
                    [
                        "lock",
                        standing.lock.map { "\($0.run) until \(UTC.text($0.expires.timeIntervalSince1970))" } ?? "",
                    ],
                    ["last run", standing.lastRun], ["drift", standing.drift],
                ].filter { !$0[1].isEmpty })
        }

        private func resources(_ standing: WorkspaceStanding) -> Table {
            Table(
                columns: ["address", "file"],
                rows: standing.workspace.declared.map { [$0.address, $0.file] }.sorted { $0[0] < $1[0] })
        }

        private func proposals(_ standing: WorkspaceStanding) -> Table {
            Table(
                columns: ["state", "key", "rule", "address", "branch"],
                rows: standing.proposals.map {
                    [$0.state, $0.manifest.key.text, $0.manifest.rule, $0.manifest.address, $0.branch]
                })
        }

        private func steps(_ standing: WorkspaceStanding) -> Table {
            Table(
                columns: ["time", "action", "status", "subject", "remark"],
                rows: standing.steps.suffix(Self.mostSteps).map { row in
                    [
                        UTC.text(row.entry.time.timeIntervalSince1970), row.entry.action, row.entry.status,
                        row.entry.subject ?? "", row.entry.remark,
                    ]
                })
        }
    }
}
