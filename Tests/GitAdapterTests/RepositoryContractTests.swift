import Domain
import Foundation
import GitAdapter
import TestSupport
import Testing

/// What every repository and every remote has to do, in memory, over files, over http, and without a remote.
@Suite("Repositories")
struct RepositoryContractTests {
    static let kinds = ["memory", "file", "http", "local", "url"]

    /// A repository with `rules.yml` and `workspaces/a/main.tf` on main, and what keeps it alive.
    struct Stage {
        let objects: any ObjectStore
        let remote: any Remote
        let keeps: [any Sendable]
    }

    static func stage(_ kind: String) async throws -> Stage {
        let files = [
            SourceFile(path: "rules.yml", text: "rules: []\n"), SourceFile(path: "workspaces/a/main.tf", text: "# a\n"),
        ]
        if kind == "memory" {
            let repository = MemoryRepository()
            try repository.write(files)
            return Stage(objects: repository, remote: repository, keeps: [])
        }
        let folder = try TemporaryFolder()
        try await Shell.git("init", "-q", "--bare", "-b", "main", folder.file("remote.git"))
        try await Shell.git("--git-dir", folder.file("remote.git"), "config", "http.receivepack", "true")
        try await Shell.git("clone", "-q", folder.file("remote.git"), folder.file("clone"))
        try await Shell.git("checkout", "-q", "-b", "main", in: folder.file("clone"))
        for file in files { try folder.write(file.text, to: "clone/\(file.path)") }
        try await Shell.git("add", "-A", in: folder.file("clone"))
        try await Shell.git("commit", "-q", "-m", "Begin", in: folder.file("clone"))
        try await Shell.git("push", "-q", "origin", "main", in: folder.file("clone"))
        var keeps: [any Sendable] = [folder]
        var settings = settings(folder, repository: folder.file("clone"))
        switch kind {
        case "local": settings.remote = "none"
        case "url": settings.repository = "file://\(folder.file("remote.git"))"
        case "http":
            let server = try await GitHTTPServer(root: folder.path)
            keeps.append(server)
            try await Shell.git("remote", "set-url", "origin", "\(server.url)/remote.git", in: folder.file("clone"))
            settings.token = Secret(GitHTTPServer.password)
            settings.tokenUser = GitHTTPServer.user
        default: break
        }
        let repository = try GitRepository(settings)
        return Stage(objects: repository.objects, remote: repository.remote, keeps: keeps)
    }

    static func settings(_ folder: TemporaryFolder, repository: String) -> GitSettings {
        GitSettings(
            repository: repository, identity: GitIdentity(name: "Robot", email: "robot@localhost"),
            cacheFolder: folder.file("cache"),
            environment: Shell.gitEnvironment, deadline: .seconds(30))
    }

    private static let time = Date(timeIntervalSince1970: 1_764_000_000)

    @Test("files are read and commits are made on top of them", arguments: kinds)
    func objects(kind: String) async throws {
        let stage = try await Self.stage(kind)
        let base = try await stage.remote.snapshot(base: nil, prefixes: []).base
        #expect(try stage.objects.files(below: "", in: base).map(\.path) == ["rules.yml", "workspaces/a/main.tf"])
        #expect(
            try stage.objects.tree(at: "workspaces/none", in: base) == nil
                && stage.objects.tree(at: "rules.yml", in: base) == nil)
        let commit = try stage.objects.commit(
            CommitDraft(
                parent: base,
                writes: [
                    SourceFile(path: "workspaces/a/main.tf", text: "# b\n"),
                    SourceFile(path: "x/y/z", bytes: [0, 255], isExecutable: true),
                ],
                message: "subject\n\nbody\n", time: Self.time))
        let summary = try stage.objects.summary(of: commit)
        #expect(summary.parents == [base] && summary.message == "subject\n\nbody\n" && summary.time == Self.time)
        #expect(
            try stage.objects.file(at: "x/y/z", in: commit)
                == SourceFile(path: "x/y/z", bytes: [0, 255], isExecutable: true))
        #expect(try stage.objects.file(at: "workspaces/a/main.tf", in: commit)?.text == "# b\n")
        #expect(try stage.objects.file(at: "rules.yml", in: commit)?.text == "rules: []\n")
        #expect(stage.objects.contains(commit))
        let less = try stage.objects.commit(
            CommitDraft(
                parent: commit, writes: [SourceFile(path: "new", text: "n")], removes: ["workspaces", "x/y/z"],
                message: "Less\n", time: Self.time))
        #expect(try stage.objects.files(below: "", in: less).map(\.path) == ["new", "rules.yml"])
        #expect(try stage.objects.tree(at: "x", in: less) == nil)
        #expect(try stage.objects.signature(of: less) == nil)
        let empty = try stage.objects.commit(CommitDraft(parent: nil, message: "record\n", time: Self.time))
        #expect(try stage.objects.files(below: "", in: empty).isEmpty)
    }

    @Test("a push changes all refs or none, and only what is where it was seen", arguments: kinds)
    func leases(kind: String) async throws {
        let stage = try await Self.stage(kind)
        let base = try await stage.remote.snapshot(base: "main", prefixes: []).base
        let commit = try stage.objects.commit(
            CommitDraft(parent: base, writes: [SourceFile(path: "n", text: "n")], message: "m\n", time: Self.time))
        let names = ["refs/heads/sphinx/a/one", "refs/sphinx/proposals/0123456789"]
        #expect(try await stage.remote.push(names.map { RefUpdate($0, from: nil, to: commit) }).isEmpty)
        let seen = try await stage.remote.snapshot(base: "main", prefixes: ["refs/heads/sphinx/", "refs/sphinx/"])
        #expect(seen.refs == [names[0]: commit, names[1]: commit] && seen.base == base && seen.baseBranch == "main")

        let rejections = try await stage.remote.push([
            RefUpdate(names[0], from: base, to: nil), RefUpdate("refs/sphinx/new", from: nil, to: commit),
            RefUpdate(names[1], from: nil, to: base),
        ])
        #expect(Set(rejections.filter { !$0.isCollateral }.map(\.name)) == Set(names))
        #expect(
            rejections.filter { !$0.isCollateral }.allSatisfy {
                $0.reason == "it is not where it was when this run looked"
            })
        #expect(rejections.filter(\.isCollateral).map(\.name) == ["refs/sphinx/new"])
        #expect(
            try await stage.remote.snapshot(base: "main", prefixes: ["refs/heads/sphinx/", "refs/sphinx/"]).refs
                == seen.refs)

        #expect(
            try await stage.remote.push([
                RefUpdate(names[0], from: commit, to: nil), RefUpdate(names[1], from: commit, to: base),
            ]).isEmpty)
        #expect(
            try await stage.remote.snapshot(base: nil, prefixes: ["refs/sphinx/", "refs/heads/sphinx/"]).refs == [
                names[1]: base
            ])
    }

    @Test("of two jobs that create the same ref at once, one wins", arguments: kinds)
    func race(kind: String) async throws {
        let stage = try await Self.stage(kind)
        let base = try await stage.remote.snapshot(base: "main", prefixes: []).base
        let remote = stage.remote
        let won = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<4 {
                let commit = try stage.objects.commit(
                    CommitDraft(parent: base, message: "lock \(number)\n", time: Self.time))
                group.addTask {
                    do {
                        return try await remote.push([RefUpdate("refs/sphinx/locks/a", from: nil, to: commit)]).isEmpty
                    } catch {
                        return false
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(won == 1)
    }

    @Test("merges in memory, and names the conflicts", arguments: kinds)
    func merges(kind: String) async throws {
        let stage = try await Self.stage(kind)
        let base = try await stage.remote.snapshot(base: "main", prefixes: []).base
        let write = { (path: String, text: String) throws in
            try stage.objects.commit(
                CommitDraft(parent: base, writes: [SourceFile(path: path, text: text)], message: "m\n", time: Self.time)
            )
        }
        let (mine, other, same) = (
            try write("rules.yml", "mine\n"), try write("new/file", "new\n"), try write("rules.yml", "other\n")
        )
        guard case .clean(let tree) = try stage.objects.merge(ancestor: base, ours: mine, theirs: other) else {
            Issue.record("a conflict where there is none")
            return
        }
        #expect(try stage.objects.files(below: "new", inTree: tree).map(\.text) == ["new\n"])
        #expect(try stage.objects.merge(ancestor: base, ours: mine, theirs: same) == .conflicts(paths: ["rules.yml"]))
    }

    @Test("says where two histories parted, if they have anything in common", arguments: kinds)
    func mergeBases(kind: String) async throws {
        let stage = try await Self.stage(kind)
        let base = try await stage.remote.snapshot(base: "main", prefixes: []).base
        let commit = { (parent: ObjectID?, text: String) throws in
            try stage.objects.commit(
                CommitDraft(
                    parent: parent, writes: [SourceFile(path: "n", text: text)], message: "m\n", time: Self.time))
        }
        let (mine, other) = (try commit(try commit(base, "a"), "b"), try commit(base, "c"))
        #expect(try stage.objects.mergeBase(of: mine, and: other) == base)
        #expect(try stage.objects.mergeBase(of: mine, and: base) == base)
        #expect(try stage.objects.mergeBase(of: mine, and: mine) == mine)
        #expect(try stage.objects.mergeBase(of: mine, and: try commit(nil, "d")) == nil)
    }

    @Test("a branch that is not there is named", arguments: kinds)
    func missingBranch(kind: String) async throws {
        let stage = try await Self.stage(kind)
        do {
            _ = try await stage.remote.snapshot(base: "release", prefixes: [])
            Issue.record("it was found")
        } catch {
            #expect(error.message.hasSuffix("has no branch 'release'") && error.hint == "name another one with --base")
        }
    }
}
