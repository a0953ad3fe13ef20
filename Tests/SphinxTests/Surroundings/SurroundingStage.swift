import ChildProcess
import Domain
import Foundation
import TestSupport

/// A copy of one prepared repository with its remote and its state, on which the built command is run and measured.
final class SurroundingStage: Sendable {
    /// A proposal is to be made; whose remote lies beside.
    private static let template = Task { try await FaultStage(.proposing).stage }
    static let disk = Task { try await HostileDisk() }

    let folder: TemporaryFolder
    private let path: String

    init() async throws {
        let stage = try await Self.template.value
        path = stage.environment["PATH"] ?? "/usr/bin:/bin"
        folder = try TemporaryFolder()
        for name in ["remote.git", "job.git", "person", "state"] {
            try await Shell.run("cp", ["-r", stage.folder.file(name), folder.file(name)])
        }
        try await Shell.git("remote", "set-url", "origin", folder.file("remote.git"), in: folder.file("person"))
        try await Shell.git("--git-dir", folder.file("remote.git"), "config", "http.receivepack", "true")
        try await point(to: folder.file("remote.git"))
        try FileManager.default.createDirectory(atPath: folder.file("tmp"), withIntermediateDirectories: true)
    }

    func point(to url: String) async throws {
        try await Shell.git("--git-dir", folder.file("job.git"), "config", "remote.origin.url", url)
    }

    /// The clone that a job begins with, without any object.
    func empty() async throws {
        let url = try await Shell.git("--git-dir", folder.file("job.git"), "config", "remote.origin.url").trimmed
        try FileManager.default.removeItem(atPath: folder.file("job.git"))
        try await Shell.git("init", "-q", "--bare", folder.file("job.git"))
        try await point(to: url)
    }

    func commit(_ files: [String: String]) async throws {
        for (path, text) in files { try folder.write(text, to: "person/\(path)") }
        try await push()
    }

    func push() async throws {
        try await Shell.git("add", "-A", in: folder.file("person"))
        try await Shell.git("commit", "-q", "-m", "Change", in: folder.file("person"))
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: folder.file("person"))
    }

    /// A commit whose `workspaces/web` or `workspaces` holds one more entry, as no checkout could make it.
    func push(entry: String, beside: Bool = false) async throws {
        let script = """
            set -e
            with() { { git ls-tree -z "$1" | grep -zv "\t$3$" || true; printf "$2"; } | git mktree -z --missing; }
            if [ "$2" = beside ]; then places=$(with HEAD:workspaces "$1" none); else
            web=$(with HEAD:workspaces/web "$1" none)
            places=$(with HEAD:workspaces "040000 tree $web\\tweb\\0" web)
            fi
            top=$(with 'HEAD^{tree}' "040000 tree $places\\tworkspaces\\0" workspaces)
            git push -q origin "$(git commit-tree -p HEAD -m raw "$top"):main"
            """
        try await Shell.run(
            "bash", ["-c", script, "bash", entry, beside ? "beside" : "web"], environment: Shell.gitEnvironment,
            in: folder.file("person"))
    }

    /// A person merges every branch that is proposed.
    func mergeAll() async throws {
        let person = folder.file("person")
        try await Shell.git("fetch", "-q", "origin", in: person)
        let names = try await Shell.git(
            "for-each-ref", "--format=%(refname:short)", "refs/remotes/origin/sphinx/", in: person)
        for name in names.split(separator: "\n") {
            try await Shell.git("merge", "-q", "--no-ff", String(name), in: person)
        }
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: person)
    }

    func refs() async throws -> String {
        try await Shell.git("--git-dir", folder.file("remote.git"), "for-each-ref", "--format=%(refname) %(objectname)")
    }

    // MARK: The command

    struct Answer: Sendable {
        let completion: Completion
        let seconds: Double
        let mebibytes: Int
    }

    func environment(_ change: [String: String] = [:]) -> [String: String] {
        let own = [
            "PATH": path, "HOME": folder.path, "TMPDIR": folder.file("tmp"),
            "SPHINX_LOCAL_STATE_DIR": folder.file("state"), "SPHINX_CACHE_DIR": folder.file("cache"),
            "SQLITE_DB_PATH": folder.file("sphinx.db"), "PROMETHEUS_URL": "http://127.0.0.1:1",
            "GIT_CONFIG_NOSYSTEM": "1", "SPHINX_GIT_DEADLINE": "60", "SPHINX_GIT_TOKEN": GitHTTPServer.password,
        ]
        return own.merging(change) { $1 }
    }

    /// Measured by GNU time, which says nothing of the result.
    func run(
        _ arguments: [String] = ["reconcile"], _ change: [String: String] = [:], repository: String? = nil,
        to output: String? = nil
    ) async throws -> Answer {
        let report = folder.file("measured-\(UUID().uuidString)")
        let own = output.map { ["sh", "-c", "exec \"$@\" > \($0)", "sh"] } ?? []
        let preload = change["LD_PRELOAD"].map { ["env", "LD_PRELOAD=\($0)"] } ?? []
        let command = Command(
            "/usr/bin/time",
            ["-q", "-f", "%e %M", "-o", report] + own + preload + [LoopStage.binary] + arguments
                + ["--log-level", "error", "--repo", repository ?? folder.file("job.git")],
            environment: environment(change.filter { $0.key != "LD_PRELOAD" }), folder: folder.path,
            limits: Limits(deadline: .seconds(600)))
        let completion = try await command.run()
        let figures = try String(contentsOfFile: report, encoding: .utf8).split(whereSeparator: \.isWhitespace)
        return Answer(
            completion: completion, seconds: figures.first.flatMap { Double($0) } ?? 0,
            mebibytes: (figures.last.flatMap { Int($0) } ?? 0) / 1_024)
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
