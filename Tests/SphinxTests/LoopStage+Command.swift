import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport

/// The built command, as a shell starts it.
extension LoopStage {
    static var binary: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sphinx").path(
            percentEncoded: false)
    }

    func sphinx(
        _ arguments: [String], _ environment: [String: String] = [:], input: String = ""
    ) async throws -> Completion {
        var all = self.environment
        all["HOME"] = folder.path
        all["SPHINX_LOCAL_STATE_DIR"] = folder.file("state")
        all["SPHINX_CACHE_DIR"] = folder.file("cache")
        all["SQLITE_DB_PATH"] = folder.file("sphinx.db")
        all["PROMETHEUS_URL"] = "http://127.0.0.1:1"
        all["GIT_CONFIG_NOSYSTEM"] = "1"
        return try await Command(
            Self.binary, arguments + ["--repo", folder.file("job.git")], environment: all.merging(environment) { $1 },
            folder: folder.path, input: Array(input.utf8), limits: Limits(deadline: .seconds(120))
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
}
