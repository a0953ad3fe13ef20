import Domain
import Foundation
import GitAdapter
import TestSupport
import Testing

@Suite("Git")
struct GitRepositoryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func makeRemote(commits: Int = 1) async throws {
        try await Shell.git("init", "-q", "--bare", "-b", "main", folder.file("remote.git"))
        try await Shell.git("init", "-q", "-b", "main", folder.file("person"))
        try await Shell.git("remote", "add", "origin", folder.file("remote.git"), in: folder.file("person"))
        for number in 1...commits {
            try folder.write("\(number)\n", to: "person/file")
            try await Shell.git("add", "-A", in: folder.file("person"))
            try await Shell.git("commit", "-q", "-m", "Commit \(number)", in: folder.file("person"))
        }
        try await Shell.git("push", "-q", "origin", "main", in: folder.file("person"))
    }

    private func repository(_ path: String, _ change: (inout GitSettings) -> Void = { _ in }) throws -> GitRepository {
        var settings = RepositoryContractTests.settings(folder, repository: path)
        change(&settings)
        return try GitRepository(settings)
    }

    private func problem(_ body: () async throws -> Void) async -> Problem? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test("a clone's files, index, HEAD and branches are never touched, not even by a fetch and a push")
    func untouched() async throws {
        try await makeRemote()
        let clone = folder.file("clone")
        try await Shell.git("clone", "-q", folder.file("remote.git"), clone)
        try folder.write("2\n", to: "person/file")
        try await Shell.git("commit", "-qam", "More", in: folder.file("person"))
        try await Shell.git("push", "-q", "origin", "main", in: folder.file("person"))
        let before = try own(clone)
        let repository = try repository(clone)
        let snapshot = try await repository.remote.snapshot(base: nil, prefixes: [])
        #expect(try repository.objects.file(at: "file", in: snapshot.base)?.text == "2\n")
        let commit = try repository.objects.commit(
            CommitDraft(
                parent: snapshot.base, writes: [SourceFile(path: "n", text: "n")], message: "m\n",
                time: .distantPast.addingTimeInterval(7e10)))
        #expect(try await repository.remote.push([RefUpdate("refs/heads/sphinx/x", from: nil, to: commit)]).isEmpty)
        #expect(try own(clone) == before)
    }

    /// Without objects, and without the remote-tracking refs that every push of git's brings up to date.
    private func own(_ clone: String) throws -> [String: Digest] {
        try Fingerprint.of(clone).filter { name, _ in
            ![".git/objects/", ".git/refs/remotes/", ".git/logs/refs/remotes/"].contains { name.hasPrefix($0) }
        }
    }

    @Test(
        "with a scratch folder not a byte of the repository changes, of a shallow clone neither",
        arguments: [false, true])
    func scratch(isShallow: Bool) async throws {
        try await makeRemote(commits: 3)
        let clone = folder.file("clone")
        try await Shell.git(
            "clone", "-q", "--depth", isShallow ? "1" : "9", "file://\(folder.file("remote.git"))", clone)
        try folder.write("new\n", to: "person/file")
        try await Shell.git("commit", "-qam", "More", in: folder.file("person"))
        try await Shell.git("push", "-q", "origin", "main", in: folder.file("person"))
        let before = try Fingerprint.of(clone)
        let repository = try repository(clone) { $0.scratch = folder.file("scratch") }
        let snapshot = try await repository.remote.snapshot(base: nil, prefixes: [])
        #expect(try repository.objects.file(at: "file", in: snapshot.base)?.text == "new\n")
        let commit = try repository.objects.commit(
            CommitDraft(
                parent: snapshot.base, writes: [SourceFile(path: "n", text: "n")], message: "m\n",
                time: Date(timeIntervalSince1970: 0)))
        #expect(try repository.objects.file(at: "n", in: commit)?.text == "n")
        #expect(try Fingerprint.of(clone) == before)
    }

    @Test("what a clone of depth 1 lacks is fetched by name, and merges")
    func shallow() async throws {
        try await makeRemote(commits: 3)
        let old = try #require(
            ObjectID(
                try await Shell.git("rev-parse", "HEAD~2", in: folder.file("person")).trimmingCharacters(in: .newlines))
        )
        try await Shell.git("clone", "-q", "--depth", "1", "file://\(folder.file("remote.git"))", folder.file("clone"))
        let repository = try repository(folder.file("clone"))
        let base = try await repository.remote.snapshot(base: nil, prefixes: []).base
        #expect(!repository.objects.contains(old))
        try await repository.remote.fetch([old])
        #expect(try repository.objects.file(at: "file", in: old)?.text == "1\n")
        let other = try repository.objects.commit(
            CommitDraft(
                parent: old, writes: [SourceFile(path: "other", text: "x")], message: "m\n",
                time: Date(timeIntervalSince1970: 0)))
        guard case .clean = try repository.objects.merge(ancestor: old, ours: base, theirs: other) else {
            Issue.record("a conflict where there is none")
            return
        }
    }

    @Test("a hook that declines is quoted, without the token and without passwords")
    func hook() async throws {
        try await makeRemote()
        let hook = try folder.write(
            "#!/bin/sh\necho 'robots are closed today for https://robot:canary@host and canary-token' >&2\nexit 1\n",
            to: "remote.git/hooks/pre-receive")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        let repository = try repository(folder.file("person")) { $0.token = Secret("canary-token") }
        let base = try await repository.remote.snapshot(base: nil, prefixes: []).base
        let rejections = try await repository.remote.push([RefUpdate("refs/heads/sphinx/x", from: nil, to: base)])
        #expect(
            rejections == [
                RefRejection(
                    name: "refs/heads/sphinx/x",
                    reason:
                        "pre-receive hook declined: robots are closed today for https://(redacted)@host and (redacted)")
            ])
    }

    @Test("a wrong password is told without the password, and the token is in no argument and no file")
    func credentials() async throws {
        try await makeRemote()
        let server = try await GitHTTPServer(root: folder.path)
        try await Shell.git("remote", "set-url", "origin", "\(server.url)/remote.git", in: folder.file("person"))
        let wrong = await problem {
            _ = try await repository(folder.file("person")) { $0.token = Secret("canary-wrong") }.remote.snapshot(
                base: nil, prefixes: [])
        }
        #expect(
            wrong?.message.hasPrefix("listing the remote's refs: git said: fatal: ") == true
                && wrong?.hint == "check SPHINX_GIT_TOKEN, or the credentials that git itself uses here")
        #expect(!"\(String(describing: wrong))".contains("canary"))
        let right = try repository(folder.file("person")) {
            $0.token = Secret(GitHTTPServer.password); $0.tokenUser = GitHTTPServer.user
        }
        _ = try await right.remote.snapshot(base: nil, prefixes: [])
        let config = try folder.read("person/.git/config")
        #expect(!config.contains("canary") && !config.contains("extraHeader"))
    }

    @Test("a server that hangs is given up at the deadline")
    func hangs() async throws {
        try await makeRemote()
        let server = try LoopbackServer { _ in .hang }
        try await Shell.git("remote", "set-url", "origin", "\(server.url)/x.git", in: folder.file("person"))
        let hanging = await problem {
            _ = try await repository(folder.file("person")) { $0.deadline = .seconds(1) }.remote.snapshot(
                base: nil, prefixes: [])
        }
        #expect(
            hanging
                == Problem(
                    .passing, "listing the remote's refs: git did not end within 1 seconds and was stopped",
                    hint: "the remote hangs or is very slow; see SPHINX_GIT_DEADLINE"))
    }

    @Test(
        "what is no repository is named",
        arguments: [
            ("/nonexistent/x", "there is no folder '/nonexistent/x'"), ("/tmp", "'/tmp' is not a git repository"),
            ("--upload-pack=x", "'--upload-pack=x' is not a repository"),
            ("https://user:canary@host/x", "the URL of the repository holds a password"),
            ("https://canary@host/x", "the URL of the repository holds a password"),
        ])
    func unusable(path: String, message: String) async {
        let found = await problem { _ = try repository(path) }
        #expect(found?.message == message && !"\(String(describing: found))".contains("canary"))
    }

    @Test("an empty remote asks for a first commit")
    func empty() async throws {
        try await Shell.git("init", "-q", "--bare", "-b", "main", folder.file("remote.git"))
        let found = await problem {
            _ = try await repository("file://\(folder.file("remote.git"))").remote.snapshot(base: nil, prefixes: [])
        }
        #expect(found?.message == "the remote has no commit yet, or does not say its default branch")
    }

    @Test("without a remote a branch that is checked out is left alone")
    func checkedOut() async throws {
        try await makeRemote()
        let repository = try repository(folder.file("person")) { $0.remote = "none" }
        let base = try await repository.remote.snapshot(base: nil, prefixes: []).base
        #expect(
            try await repository.remote.push([RefUpdate("refs/heads/main", from: base, to: nil)]) == [
                RefRejection(name: "refs/heads/main", reason: "the branch is checked out")
            ])
    }

    @Test(
        "paths that a checkout would write elsewhere are refused",
        arguments: ["../x", "a/../b", "/etc/x", ".git/config", "a/.GIT/x", "a//b", ""])
    func unsafePaths(path: String) async throws {
        try await makeRemote()
        let repository = try repository(folder.file("person"))
        #expect(throws: Problem(.bug, "'\(path)' is not a path that may be committed")) {
            try repository.objects.commit(
                CommitDraft(
                    parent: nil, writes: [SourceFile(path: path, text: "x")], message: "m",
                    time: Date(timeIntervalSince1970: 0)))
        }
    }

    @Test("two jobs share one mirror of a URL")
    func mirror() async throws {
        try await makeRemote()
        let bases = try await withThrowingTaskGroup(of: ObjectID.self) { group in
            let settings = RepositoryContractTests.settings(folder, repository: "file://\(folder.file("remote.git"))")
            for _ in 0..<4 {
                group.addTask { try await GitRepository(settings).remote.snapshot(base: nil, prefixes: []).base }
            }
            return try await group.reduce(into: Set<ObjectID>()) { $0.insert($1) }
        }
        #expect(bases.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("cache/mirrors")).count == 1)
    }
}
