import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

/// The built command, as a shell starts it.
extension LoopStage {
    /// The infrastructure changes behind everyone's back.
    func drift(_ text: String, to other: String, in workspace: String = "web") throws {
        let state = try state(workspace)
        let serial = try #require(state.firstMatch(of: /"serial": (\d+)/)).1
        let changed = state.replacing(text, with: other)
            .replacing("\"serial\": \(serial)", with: "\"serial\": \((Int(serial) ?? 0) + 1)")
        try folder.write(changed, to: "state/\(workspace)/terraform.tfstate")
    }

    static var binary: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sphinx").path(
            percentEncoded: false)
    }

    func sphinx(
        _ arguments: [String], _ environment: [String: String] = [:], input: String = "", repository: String? = nil,
        onStart: (@Sendable (Int32) -> Void)? = nil
    ) async throws -> Completion {
        var all = self.environment
        all["HOME"] = folder.path
        all["SPHINX_LOCAL_STATE_DIR"] = folder.file("state")
        all["SPHINX_CACHE_DIR"] = folder.file("cache")
        all["SQLITE_DB_PATH"] = folder.file("sphinx.db")
        all["PROMETHEUS_URL"] = "http://127.0.0.1:1"
        all["GIT_CONFIG_NOSYSTEM"] = "1"
        return try await Command(
            Self.binary, arguments + ["--repo", repository ?? folder.file("job.git")],
            environment: all.merging(environment) { $1 },
            folder: folder.path, input: Array(input.utf8), limits: Limits(deadline: .seconds(180)), onStart: onStart
        ).run()
    }

    // MARK: Requests and branches, without the command

    func propose(
        _ words: String, in workspace: String = "web", writer: any ProposalWriter, file: String? = nil,
        dry: Bool = false
    ) async throws -> RunReport {
        try await proposing(writer: writer, dry: dry) { proposer in
            try await proposer.propose(try ChangeRequest(words, file: file), in: workspace)
        }
    }

    func proposing(
        writer: (any ProposalWriter)? = nil, dry: Bool = false, _ work: (Proposer) async throws -> RunReport
    ) async throws -> RunReport {
        var settings = settings()
        settings.isDryRun = dry
        let scratch = try dry ? TemporaryFolder() : nil
        return try await work(Proposer(world: try world(writer: writer, scratch: scratch?.path), settings: settings))
    }

    /// What a person did before there was Sphinx, with Terraform's own command and the values of variables.
    func applyByHand(_ workspace: String = "web", variables: [String: String]) async throws {
        let place = "by-hand/\(workspace)"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("person/workspaces/\(workspace)")) {
            try folder.write(try folder.read("person/workspaces/\(workspace)/\(name)"), to: "\(place)/\(name)")
        }
        try folder.write(
            "terraform {\n  backend \"local\" {\n    path = \"\(folder.file("state/\(workspace)/terraform.tfstate"))\"\n  }\n}\n",
            to: "\(place)/backend.tf")
        let environment = environment.merging(variables.map { ("TF_VAR_\($0.key)", $0.value) }) { $1 }
            .merging(["TF_CLI_CONFIG_FILE": "/dev/null"]) { $1 }
        for step in [["init", "-input=false"], ["apply", "-input=false", "-auto-approve"]] {
            try await Shell.run("terraform", ["-chdir=\(folder.file(place))"] + step, environment: environment)
        }
    }
}
