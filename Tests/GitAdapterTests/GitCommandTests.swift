import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@testable import GitAdapter

/// A `git` that is a script: it writes down what it is given, says what it is told to, and ends as it is told to.
@Suite("What the git command is given, and what its words mean")
struct GitCommandTests {
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        try await Shell.git("init", "-q", "--bare", folder.file("repository.git"))
    }

    private func command(
        saying words: String = "", status: Int = 1, url: String = "https://git.example.com/a.git",
        environment: [String: String] = [:], remote: String = "origin", _ change: (inout GitSettings) -> Void = { _ in }
    ) async throws -> GitCommand {
        try await Shell.git(
            "--git-dir", folder.file("repository.git"), "config", "remote.origin.url", "https://git.example.com/a.git")
        try folder.write(words, to: "words")
        let script = try folder.write(
            """
            #!/bin/sh
            case "$*" in *--get-url*) echo '\(url)'; exit 0 ;; esac
            env > '\(folder.file("environment"))'
            printf '%s\\n' "$@" > '\(folder.file("arguments"))'
            cat > '\(folder.file("input"))'
            cat '\(folder.file("words"))' >&2
            exit \(status)

            """, to: "bin/git")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        var settings = RepositoryContractTests.settings(folder, repository: folder.file("repository.git"))
        settings.remote = remote
        settings.environment = environment
        settings.environment["PATH"] = "\(folder.file("bin")):\(Shell.gitEnvironment["PATH"] ?? "")"
        change(&settings)
        return GitCommand(settings: settings, location: try RepositoryLocation(settings))
    }

    private func problem(_ command: GitCommand) async -> Problem? {
        do throws(Problem) {
            _ = try await command.run("fetching", ["fetch"])
            return nil
        } catch {
            return error
        }
    }

    /// Without what the shell itself sets.
    private func given() throws -> [String: String] {
        let lines = try folder.read("environment").split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
        let pairs = lines.compactMap { $0.count == 2 ? (String($0[0]), String($0[1])) : nil }
        return Dictionary(pairs) { first, _ in first }.filter { !["PWD", "OLDPWD", "SHLVL", "_"].contains($0.key) }
    }

    // MARK: What it is given

    @Test("its environment is what git itself needs, and no other secret or switch")
    func environment() async throws {
        let kept = [
            "HOME": "/h", "SSH_AUTH_SOCK": "/s", "https_proxy": "http://p", "NO_PROXY": "x", "XDG_CONFIG_HOME": "/x",
            "GIT_SSH_COMMAND": "ssh -i k", "GIT_SSL_CAINFO": "/c", "GIT_CONFIG_GLOBAL": "/g", "GIT_ASKPASS": "/a",
        ]
        let outside = [
            "AWS_SECRET_ACCESS_KEY": "canary", "GOOGLE_API_KEY": "canary", "SPHINX_GIT_TOKEN": "canary",
            "GIT_DIR": "/elsewhere", "GIT_WORK_TREE": "/elsewhere", "GIT_INDEX_FILE": "/elsewhere", "GIT_TRACE": "1",
            "GIT_TRACE_CURL": "1", "GIT_OBJECT_DIRECTORY": "/elsewhere", "GIT_EXEC_PATH": "/elsewhere",
            "GIT_EXTERNAL_DIFF": "/elsewhere", "LD_PRELOAD": "/elsewhere", "LC_ALL": "de_DE.UTF-8", "EDITOR": "vi",
        ]
        let command = try await command(status: 0, environment: kept.merging(outside) { $1 })
        _ = try await command.run("fetching", ["fetch"])
        var given = try given()
        #expect(given.removeValue(forKey: "PATH")?.hasPrefix(folder.file("bin")) == true)
        let own = ["GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:http:https:ssh", "LC_ALL": "C"]
        #expect(given == kept.merging(own) { $1 })
    }

    @Test("its arguments name the repository, and switch off what would change it or lead elsewhere")
    func arguments() async throws {
        let command = try await command(status: 0)
        _ = try await command.run("fetching", ["fetch", "--", "a b"], input: "one\ntwo\n")
        #expect(
            try folder.read("arguments").split(separator: "\n").map(String.init) == [
                "--git-dir", command.location.gitFolder, "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c",
                "http.followRedirects=false", "fetch", "--", "a b",
            ])
        #expect(try folder.read("input") == "one\ntwo\n")
    }

    @Test("what a fetch brings goes to a folder of its own, beside the repository's objects")
    func newObjects() async throws {
        let command = try await command(status: 0)
        _ = try await command.run("fetching", ["fetch"], newObjects: "/new")
        let given = try given()
        #expect(given["GIT_OBJECT_DIRECTORY"] == "/new")
        #expect(given["GIT_ALTERNATE_OBJECT_DIRECTORIES"] == "\"\(command.location.objects)\"")
    }

    static let hosts: [(url: String, key: String?)] = [
        ("https://git.example.com/a.git", "http.https://git.example.com/.extraHeader"),
        ("http://127.0.0.1:8080/a.git", "http.http://127.0.0.1:8080/.extraHeader"),
        ("https://robot@git.example.com/a.git", "http.https://git.example.com/.extraHeader"),
        ("http://[::1]:8080/a.git", "http.http://[::1]:8080/.extraHeader"),
        ("ssh://git@git.example.com/a.git", nil), ("git@git.example.com:a.git", nil), ("/srv/a.git", nil),
        ("file:///srv/a.git", nil), ("../a.git", nil), ("", nil),
    ]

    @Test("the token goes to the host that git will ask, as a header, and to no other", arguments: hosts)
    func token(url: String, key: String?) async throws {
        let command = try await command(
            status: 0, url: url,
            environment: ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"]
        ) { $0.token = Secret("canary") }
        _ = try await command.run("fetching", ["fetch"])
        let given = try given()
        #expect(given["GIT_CONFIG_KEY_0"] == "a.b" && given["GIT_CONFIG_KEY_1"] == key)
        #expect(given["GIT_CONFIG_COUNT"] == (key == nil ? "1" : "2"))
        let credentials = Data("x-access-token:canary".utf8).base64EncodedString()
        #expect(given["GIT_CONFIG_VALUE_1"] == key.map { _ in "Authorization: Basic \(credentials)" })
        #expect(try !folder.read("arguments").contains("canary"))
    }

    @Test("a repository without a remote gets no token at all")
    func local() async throws {
        let command = try await command(status: 0, remote: "none") { $0.token = Secret("canary") }
        _ = try await command.run("fetching", ["fetch"])
        #expect(try !given().keys.contains { $0.hasPrefix("GIT_CONFIG_") })
    }

    // MARK: What it says

    private static let credentials = "check SPHINX_GIT_TOKEN, or the credentials that git itself uses here"
    private static let redirects =
        "the remote redirects, which is not followed, as it would take the credentials along; name the address that it leads to"
    private static let cut =
        "the connection was cut; the next run looks at what the remote has, and goes on from there"
    private static let speech = "check the remote's address; what answers there does not speak git's protocol"

    static let sayings: [(words: String, hint: String?)] = [
        ("fatal: Authentication failed for 'https://h/'", credentials), ("fatal: could not read Username", credentials),
        ("git@h: Permission denied (publickey).", credentials),
        ("fatal: unable to access: The requested URL returned error: 403", credentials),
        ("fatal: unable to access: The requested URL returned error: 301", redirects),
        ("fatal: unable to access: The requested URL returned error: 308", redirects),
        (
            "fatal: remote error: upload-pack: not our ref 1234",
            "a ref of the remote leads to a commit that it does not hold; run 'git fsck' there"
        ),
        ("fatal: https://h/ not valid: is this a git repository?", speech),
        ("fatal: protocol error: bad line length character: <htm", speech), ("error: RPC failed; curl 56", cut),
        ("fatal: early EOF", cut), ("fatal: the remote end hung up unexpectedly", cut),
        (
            "fatal: unable to access 'https://h/': Could not resolve host: h",
            "check the remote's address and the network"
        ),
        ("fatal: something new", nil),
    ]

    @Test("each failure is quoted, with what to do", arguments: sayings)
    func failures(words: String, hint: String?) async throws {
        let command = try await command(saying: "\(words)\n")
        #expect(await problem(command) == Problem(.passing, "fetching: git said: \(words)", hint: hint))
    }

    @Test("only the last words are quoted, without git's own hints, and none are told as none")
    func words() async throws {
        let many = (1...9).map { "line \($0)\n" }.joined() + "hint: try again\n"
        #expect(
            await problem(try await command(saying: many))?.message == "fetching: git said: line 6 line 7 line 8 line 9"
        )
        #expect(await problem(try await command())?.message == "fetching: git said: nothing")
    }

    @Test("limits that were reached are a person's to raise")
    func exhausted() async throws {
        let rows = [
            (
                "fatal: write error: File too large", "fetching: the remote sent more than 1 MiB at once",
                "if the repository is so large, raise SPHINX_GIT_SIZE; if not, ask who runs the remote"
            ),
            (
                "fatal: Out of memory, malloc failed", "fetching: git needs more than 2048 MiB of memory",
                "if the repository is so large, raise SPHINX_GIT_MEMORY; if not, ask who runs the remote"
            ),
        ]
        for (words, message, hint) in rows {
            let command = try await command(saying: words) { $0.fileBytes = 1 << 20 }
            #expect(await problem(command) == Problem(.needsPerson, message, hint: hint))
        }
        let full = try await command(saying: "error: No space left on device")
        #expect(
            await problem(full)
                == Problem(
                    .needsPerson, "fetching: no room is left in \(full.location.gitFolder)",
                    hint: "make room on its disk, or name another folder"))
    }

    @Test("what it repeats of the token and of passwords stays out of the sentence")
    func secrets() async throws {
        let encoded = Data("x-access-token:canary-token".utf8).base64EncodedString()
        let words = "fatal: canary-token \(encoded) https://robot:canary-password@h/a.git\n"
        let problem = await problem(try await command(saying: words) { $0.token = Secret("canary-token") })
        #expect(
            problem?.message == "fetching: git said: fatal: (redacted) (redacted) https://(redacted)@h/a.git",
            "\(String(describing: problem))")
    }

    @Test("a machine without git says what to install")
    func absent() async throws {
        let command = try await command { $0.environment["PATH"] = "/nonexistent" }
        #expect(
            await problem(command)
                == Problem(.needsPerson, "fetching: there is no 'git' command", hint: "install git"))
    }

    // MARK: Listings

    private static let one = String(repeating: "1", count: 40)

    @Test(
        "a listing of refs, in which a remote may say anything",
        arguments: [
            ("", [], nil),
            (
                "ref: refs/heads/main\tHEAD\n\(one)\tHEAD\n\(one)\trefs/heads/main\n", ["HEAD", "refs/heads/main"],
                "main"
            ),
            ("ref: refs/heads/a/b\tHEAD\n", [], "a/b"), ("ref: refs/tags/v1\tHEAD\n", [], nil),
            ("ref: refs/heads/x\trefs/heads/y\n", [], nil), ("\(one)\n", [], nil), ("main\trefs/heads/main\n", [], nil),
            ("\(one.dropLast())\trefs/heads/main\n", [], nil), ("\(one)\trefs/heads/a\tb\n", ["refs/heads/a\tb"], nil),
            ("\(one)\t\n", [], nil), ("warning: redirecting\n\(one)\trefs/x\n", ["refs/x"], nil),
        ] as [(String, [String], String?)])
    func listing(text: String, names: [String], head: String?) {
        let listing = RefListing(text)
        #expect(listing.refs.keys.sorted() == names && listing.headBranch == head)
    }

    static let reports: [(summary: String, words: String, reason: String)] = [
        ("[rejected] (stale info)", "", "it is not where it was when this run looked"),
        ("[rejected] (non-fast-forward)", "", "non-fast-forward"),
        ("[remote rejected] (protected branch)", "", "protected branch"),
        ("[remote rejected] (pre-receive hook declined)", "", "pre-receive hook declined"),
        (
            "[remote rejected] (pre-receive hook declined)",
            "remote: \nremote: error: GH006\nremote: robots sleep\nTo https://h\n",
            "pre-receive hook declined: robots sleep"
        ),
        ("[remote rejected] (failed to lock (someone else holds it))", "", "failed to lock (someone else holds it)"),
        ("[remote failure]", "", "[remote failure]"),
    ]

    @Test("a push's report names culprits with their reasons, and the others as collateral", arguments: reports)
    func report(summary: String, words: String, reason: String) {
        let text =
            "To https://h/a.git\n!\t\(Self.one):refs/heads/a\t\(summary)\n!\t:refs/heads/b\t[rejected] (atomic push failed)\nDone\n"
        let updates = ["a", "b", "c"].map { RefUpdate("refs/heads/\($0)", from: nil, to: nil) }
        let rejections = PushReport(text, remoteWords: words).rejections(of: updates)
        let isMoved = summary.contains("stale info")
        let told = RefRejection(name: "refs/heads/a", reason: reason)
        #expect(rejections.first == (isMoved ? .moved("refs/heads/a") : told) && rejections.first?.reason == reason)
        #expect(rejections.map(\.name) == updates.map(\.name) && rejections[2].isCollateral)
    }

    @Test(
        "a report without a culprit is none",
        arguments: ["", "To x\n*\t:refs/heads/a\t[new]\n", "!\tno-colon\tx\n", "!\n"])
    func noReport(text: String) {
        #expect(
            PushReport(text, remoteWords: "").rejections(of: [RefUpdate("refs/heads/a", from: nil, to: nil)]).isEmpty)
    }

    // MARK: Where a repository is

    @Test(
        "URLs are told from paths",
        arguments: [
            ("https://h/a.git", true), ("ssh://h/a", true), ("git@h:a.git", true), ("host:a", true),
            ("file:///a", true),
            ("/srv/a", false), ("./a:b", false), ("a/b:c", false), ("a", false), ("", false),
        ])
    func urls(text: String, isURL: Bool) {
        #expect(RepositoryLocation.isURL(text) == isURL)
    }

    static let wrongPlaces: [(repository: String, message: String)] = [
        ("-u", "'-u' is not a repository"), ("--upload-pack=touch x", "'--upload-pack=touch x' is not a repository"),
        ("https://robot:pw@h/a.git", "the URL of the repository holds a password"),
        ("https://token@h/a.git", "the URL of the repository holds a password"),
        ("ssh://git:pw@h/a.git", "the URL of the repository holds a password"),
        ("/nonexistent/a", "there is no folder '/nonexistent/a'"),
    ]

    @Test("a place that cannot be a repository is refused before git is asked", arguments: wrongPlaces)
    func wrong(repository: String, message: String) {
        let settings = RepositoryContractTests.settings(folder, repository: repository)
        let problem = #expect(throws: Problem.self) { try RepositoryLocation(settings) }
        #expect(problem?.message == message && problem?.description.contains("pw") == repository.contains("pw@never"))
    }

    @Test("a remote whose name is an option, and a folder without a repository, are refused")
    func refused() throws {
        var settings = RepositoryContractTests.settings(folder, repository: folder.file("repository.git"))
        settings.remote = "--exec=x"
        #expect(throws: Problem.self) { try RepositoryLocation(settings) }
        try folder.write("x", to: "empty/file")
        settings = RepositoryContractTests.settings(folder, repository: folder.file("empty"))
        let problem = #expect(throws: Problem.self) { try RepositoryLocation(settings) }
        #expect(
            problem
                == Problem(
                    .needsPerson, "'\(folder.file("empty"))' is not a git repository",
                    hint: "give --repo a clone or a URL"))
    }
}
