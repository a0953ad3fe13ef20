import TestSupport

extension Surrounding {
    private static func remote(
        _ what: String, _ trick: HostileGit.Trick, _ change: [String: String] = [:], says: String,
        isExpensive: Bool = false, next: String = "created", exit: Int32 = 1
    ) -> Surrounding {
        Surrounding(.git, what, says: says, exit: exit, isExpensive: isExpensive, next: next) { stage in
            let server = try HostileGit(root: stage.folder.path, trick)
            try await stage.empty()
            try await stage.point(to: "\(server.server.url)/remote.git")
            let answer = try await stage.run(["reconcile", "--format", "json"], change)
            try await stage.point(to: stage.folder.file("remote.git"))
            return answer
        }
    }

    static let remotes: [Surrounding] = [
        remote(
            "answers a page instead of refs", .nonsense,
            says:
                "the remote has no commit yet, or does not say its default branch; push a first commit, name the branch with --base, or check the remote's address"
        ),
        remote(
            "answers garbled refs", .garbledRefs,
            says:
                "listing the remote's refs: git said: fatal: protocol error: unexpected 'garbage'; check the remote's address; what answers there does not speak git's protocol"
        ),
        remote(
            "accepts and never answers", .hang, ["SPHINX_GIT_DEADLINE": "2"],
            says:
                "listing the remote's refs: git did not end within 2 seconds and was stopped; the remote hangs or is very slow; see SPHINX_GIT_DEADLINE"
        ),
        remote(
            "stops in the middle of a pack", .stallInPack, ["SPHINX_GIT_DEADLINE": "2"],
            says:
                "fetching from the remote: git did not end within 2 seconds and was stopped; the remote hangs or is very slow; see SPHINX_GIT_DEADLINE"
        ),
        remote(
            "cuts the connection in the middle of a pack", .cutInPack,
            says:
                "fetching from the remote: git said: error: … bytes of body are still expected fetch-pack: unexpected disconnect while reading sideband packet fatal: protocol error: bad pack header; the connection was cut; the next run looks at what the remote has, and goes on from there"
        ),
        remote(
            "takes a push and cuts the connection", .cutAfterPush,
            says:
                "pushing to the remote: git said: error: RPC failed; curl 52 Empty reply from server send-pack: unexpected disconnect while reading sideband packet fatal: the remote end hung up unexpectedly; the connection was cut; the next run looks at what the remote has, and goes on from there · failed",
            next: "unchanged", exit: 3),
        remote(
            "lists a ref whose commit it does not have", .missingCommit,
            says:
                "fetching from the remote: git said: fatal: remote error: upload-pack: not our ref aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; a ref of the remote leads to a commit that it does not hold; run 'git fsck' there"
        ),
        remote(
            "sends refs without end", .endlessRefs, ["SPHINX_GIT_MEMORY": "128"],
            says:
                "listing the remote's refs: git needs more than 128 MiB of memory; if the repository is so large, raise SPHINX_GIT_MEMORY; if not, ask who runs the remote"
        ),
        remote(
            "sends a pack without end", .endlessPack, ["SPHINX_GIT_SIZE": "64"],
            says:
                "fetching from the remote: the remote sent more than 64 MiB at once; if the repository is so large, raise SPHINX_GIT_SIZE; if not, ask who runs the remote",
            isExpensive: true),
        remote(
            "sends progress without end", .endlessProgress,
            says: "fetching from the remote: the remote's answer is longer than 64 MiB; ask who runs the remote",
            isExpensive: true),
        Surrounding(
            .git, "redirects to another host",
            says:
                "listing the remote's refs: git said: fatal: unable to access 'http://127.0.0.1/remote.git/': The requested URL returned error: 301; the remote redirects, which is not followed, as it would take the credentials along; name the address that it leads to"
        ) { stage in
            let other = try LoopbackServer { _ in .text(200, "") }
            let server = try HostileGit(root: stage.folder.path, .redirect(other.url))
            try await stage.point(to: "\(server.server.url)/remote.git")
            let answer = try await stage.run()
            guard other.requests.isEmpty else { throw Shell.Failure(description: "the other host was asked") }
            try await stage.point(to: stage.folder.file("remote.git"))
            return answer
        },
    ]
}
