import Domain
import Foundation
import GitAdapter
import TestSupport
import Testing

/// A real server whose hooks write down what a forge would be told.
@Suite("Merge requests by push")
struct MergeRequestTests {
    /// Takes pushes to `refs/for/` in the protocol of `githooks(5)`, or refuses them with the reason it was given.
    private static let receiver = """
        #!/usr/bin/env python3
        import sys
        def read():
            size = int(sys.stdin.buffer.read(4), 16)
            return sys.stdin.buffer.read(size - 4).rstrip(b"\\n") if size else None
        def lines():
            found = []
            while (line := read()) is not None: found.append(line.decode())
            return found
        def write(text):
            sys.stdout.buffer.write(b"%04x%s" % (len(text) + 4, text.encode()))
        lines()
        write("version=1\\0push-options\\n"); sys.stdout.buffer.write(b"0000"); sys.stdout.flush()
        commands, options = lines(), lines()
        with open("told", "a") as file: file.write("\\n".join(commands + options) + "\\n")
        for command in commands:
            name = command.split(" ")[2]
            write(f"ng {name} closed\\n" if name == "refs/for/closed" else f"ok {name}\\n")
        sys.stdout.buffer.write(b"0000")

        """

    private let folder: TemporaryFolder
    private let repository: GitRepository
    private let commit: ObjectID

    init() async throws {
        folder = try TemporaryFolder()
        let remote = folder.file("remote.git")
        try await Shell.git("init", "-q", "--bare", "-b", "main", remote)
        for (name, value) in [("receive.advertisePushOptions", "true"), ("receive.procReceiveRefs", "refs/for")] {
            try await Shell.git("--git-dir", remote, "config", name, value)
        }
        try folder.write(
            "#!/bin/sh\nenv | grep '^GIT_PUSH_OPTION_[0-9]' | sort > told\n", to: "remote.git/hooks/post-receive")
        try folder.write(Self.receiver, to: "remote.git/hooks/proc-receive")
        for hook in ["post-receive", "proc-receive"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder.file("remote.git/hooks/\(hook)"))
        }
        try await Shell.git("clone", "-q", remote, folder.file("clone"))
        repository = try GitRepository(RepositoryContractTests.settings(folder, repository: folder.file("clone")))
        commit = try repository.objects.commit(
            CommitDraft(parent: nil, message: "m\n", time: Date(timeIntervalSince1970: 1_764_000_000)))
    }

    private static let branch = "sphinx/web/idle-0123456789"

    private func push(_ forge: MergeRequest.Forge, to base: String = "main") async throws -> [RefRejection] {
        try await repository.remote.push(
            [
                RefUpdate("refs/heads/\(Self.branch)", from: nil, to: commit),
                RefUpdate("refs/sphinx/proposals/0123456789", from: nil, to: commit),
            ],
            opening: MergeRequest(forge: forge, branch: Self.branch, base: base, commit: commit))
    }

    private func refs() async throws -> [String] {
        try await Shell.git("--git-dir", folder.file("remote.git"), "for-each-ref", "--format=%(refname)")
            .split(separator: "\n").map(String.init)
    }

    private static let published = ["refs/heads/\(branch)", "refs/sphinx/proposals/0123456789"]

    @Test("GitLab is told by push options, and takes title and text from the commit")
    func gitlab() async throws {
        #expect(try await push(.gitlab).isEmpty)
        #expect(
            try folder.read("remote.git/told") == """
                GIT_PUSH_OPTION_0=merge_request.create
                GIT_PUSH_OPTION_1=merge_request.target=main
                GIT_PUSH_OPTION_2=merge_request.label=sphinx

                """)
        #expect(try await refs() == Self.published)
    }

    @Test("Gitea and Forgejo are told by a push to refs/for, which leaves no ref behind")
    func agit() async throws {
        try FileManager.default.removeItem(atPath: folder.file("remote.git/hooks/post-receive"))
        #expect(try await push(.agit).isEmpty)
        #expect(
            try folder.read("remote.git/told") == """
                \(String(repeating: "0", count: 40)) \(commit.hex) refs/for/main
                topic=\(Self.branch)
                force-push=true

                """)
        #expect(try await refs() == Self.published)
    }

    @Test("a request that the forge refuses takes its branch with it, so that the next run tries again")
    func refused() async throws {
        let rejections = try await push(.agit, to: "closed")
        #expect(
            rejections.filter { !$0.isCollateral } == [RefRejection(name: "refs/for/closed", reason: "closed")])
        #expect(try await refs().isEmpty)
    }

    @Test(
        "a server without push options is told as such, and nothing is published",
        arguments: MergeRequest.Forge.allCases)
    func unsupported(forge: MergeRequest.Forge) async throws {
        try await Shell.git(
            "--git-dir", folder.file("remote.git"), "config", "receive.advertisePushOptions", "false")
        await #expect(
            throws: Problem(
                .needsPerson, "the remote takes no push options, which merge requests by '\(forge.rawValue)' need",
                hint: "leave SPHINX_MERGE_REQUESTS out, or set receive.advertisePushOptions on the server")
        ) {
            try await push(forge)
        }
        #expect(try await refs().isEmpty)
    }
}
