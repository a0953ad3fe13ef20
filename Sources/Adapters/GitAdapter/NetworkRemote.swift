import ChildProcess
import Domain

/// A remote over the network or a path, through the `git` command; the repository's own refs are never touched.
struct NetworkRemote: Remote {
    let objects: GitObjects
    let git: GitCommand
    /// A name in the repository's configuration, or a URL.
    let remote: String

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        let patterns = ["HEAD"] + (base.map { ["refs/heads/\($0)"] } ?? []) + prefixes.map { "\($0)*" }
        let answer = try await git.run(
            "listing the remote's refs", ["ls-remote", "--symref", "--", remote] + patterns)
        let listing = RefListing(answer.outputText)
        let branch = try (base ?? listing.headBranch).orThrow(
            Problem(
                .needsPerson, "the remote has no commit yet, or does not say its default branch",
                hint: "push a first commit, name the branch with --base, or check the remote's address"))
        guard let commit = try await baseCommit(branch, listing) else {
            throw Problem(
                .needsPerson, "the remote has no branch '\(branch)'", hint: "name another one with --base")
        }
        let refs = listing.refs.filter { name, _ in prefixes.contains { name.hasPrefix($0) } }
        try await fetch([commit] + refs.values.sorted())
        return Snapshot(baseBranch: branch, base: commit, refs: refs)
    }

    /// The default branch is listed only as HEAD.
    private func baseCommit(_ branch: String, _ listing: RefListing) async throws(Problem) -> ObjectID? {
        listing.refs["refs/heads/\(branch)"] ?? (listing.headBranch == branch ? listing.refs["HEAD"] : nil)
    }

    func fetch(_ wanted: [ObjectID]) async throws(Problem) {
        let missing = Set(wanted.filter { !objects.contains($0) }).sorted()
        guard !missing.isEmpty else { return }
        // A depth would change the list of cut commits, which a run without effects leaves as it is.
        let depth = git.location.isShallow && git.location.scratch == nil ? ["--depth", "1"] : []
        try await receiving { (folder) throws(Problem) in
            _ = try await git.run(
                "fetching from the remote", Self.fetching + depth + ["--", remote],
                input: missing.map { "\($0.hex)\n" }.joined(), newObjects: folder)
        }
    }

    private static let fetching = [
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--stdin",
    ]

    /// A run without effects has a folder of its own already.
    private func receiving(_ body: (String?) async throws(Problem) -> Void) async throws(Problem) {
        guard git.location.scratch == nil else { return try await body(nil) }
        let incoming = try IncomingObjects(besides: git.location.objects, deadline: git.settings.deadline)
        defer { incoming.remove() }
        try await body(incoming.folder)
        try incoming.keep()
    }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] { try await push(updates, asking: nil) }

    func push(_ updates: [RefUpdate], opening request: MergeRequest) async throws(Problem) -> [RefRejection] {
        try await push(updates, asking: PushedRequest(request))
    }

    private func push(_ updates: [RefUpdate], asking request: PushedRequest?) async throws(Problem) -> [RefRejection] {
        guard !updates.isEmpty else { return [] }
        let leases = updates.map { "--force-with-lease=\($0.name):\($0.old?.hex ?? "")" }
        let all = updates + (request?.update.map { [$0] } ?? [])
        let changes = all.map { "\($0.new?.hex ?? ""):\($0.name)" }
        let answer = try await git.attempt(
            "pushing to the remote",
            ["push", "--porcelain", "--atomic", "--no-verify", "--no-follow-tags", "--no-recurse-submodules"] + leases
                + (request?.options ?? []).map { "--push-option=\($0)" } + ["--", remote] + changes)
        if answer.succeeded { return [] }
        if let request, answer.errorText.contains("does not support push options") { throw request.unsupported }
        let rejections = PushReport(answer.outputText, remoteWords: git.redact(answer.errorText)).rejections(of: all)
        guard !rejections.isEmpty else { throw git.failure("pushing to the remote", answer) }
        return rejections
    }
}

extension Optional {
    func orThrow(_ problem: @autoclosure () -> Problem) throws(Problem) -> Wrapped {
        guard let self else { throw problem() }
        return self
    }
}
