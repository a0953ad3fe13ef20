import Domain
import Foundation
import GitAdapter
import SignatureAdapter
import TestSupport
import Testing

@Suite("Signing, and what git says of it")
struct SigningTests {
    private let keys: ThrowawayKeys
    private let environment = ProcessInfo.processInfo.environment.filter { $0.key == "PATH" }

    init() throws {
        keys = try ThrowawayKeys()
    }

    private func repository(signer: (any Signer)?) async throws -> GitRepository {
        let path = keys.folder.file("repository")
        if !keys.folder.exists("repository") {
            try await Shell.git("init", "-q", "-b", "main", path)
            try await Shell.git("commit", "-q", "--allow-empty", "-m", "Begin", in: path)
        }
        return try GitRepository(
            GitSettings(repository: path, cacheFolder: path, environment: environment, signer: signer))
    }

    private func head() async throws -> ObjectID {
        try #require(ObjectID(try await Shell.git("rev-parse", "HEAD", in: keys.folder.file("repository")).trimmed))
    }

    private func draft(on parent: ObjectID?) -> CommitDraft {
        CommitDraft(
            parent: parent, writes: [SourceFile(path: "a.txt", text: "a\n")], message: "Add a\n\nWhy: ünïcode.\n",
            time: Date(timeIntervalSince1970: 1_764_000_000))
    }

    @Test("git verifies a commit that Sphinx signed, and Sphinx reads what git verified")
    func agreement() async throws {
        let key = try await keys.ssh("sphinx")
        let git = try await repository(signer: SSHSigner(key: key, environment: environment))
        let head = try await head()
        let commit = try git.objects.commit(draft(on: head))
        let signers = try keys.signers("people", [("sphinx", "", key)])
        try await Shell.git(
            "-c", "gpg.ssh.allowedSignersFile=\(signers)", "verify-commit", commit.hex,
            in: keys.folder.file("repository"))
        let message = try #require(try git.objects.signature(of: commit))
        let tools = SignatureTools(
            SignatureTools.Settings(
                allowedSigners: .init(setting: "SIGNERS", path: signers), allowedKeyring: .init(setting: "", path: nil),
                manifestSigners: .init(setting: "", path: nil), path: environment["PATH"] ?? "",
                scratchFolder: keys.folder.path))
        #expect(try await tools.verdict(on: message, for: .commit) == .valid(signer: "sphinx"))
        #expect(try git.objects.signature(of: head) == nil)
    }

    @Test("what nobody looks at is not signed, and without a key a commit is what it always was")
    func unsigned() async throws {
        let signing = try await repository(
            signer: SSHSigner(key: try await keys.ssh("sphinx"), environment: environment))
        let record = try signing.objects.commit(draft(on: nil))
        #expect(try signing.objects.signature(of: record) == nil)
        let plain = try await repository(signer: nil)
        let commit = try plain.objects.commit(draft(on: try await head()))
        #expect(try plain.objects.signature(of: commit) == nil)
        #expect(try plain.objects.summary(of: commit).message == "Add a\n\nWhy: ünïcode.\n")
        let text = try await Shell.git("cat-file", "commit", commit.hex, in: keys.folder.file("repository"))
        #expect(text.contains("committer Sphinx <sphinx@localhost> 1764000000 +0000\nencoding UTF-8\n\nAdd a\n"))
        let absent = try #require(ObjectID(String(repeating: "1", count: 40)))
        #expect(throws: Problem.self) { _ = try plain.objects.signature(of: absent) }
    }

    @Test("a key that cannot sign without a person is refused, and nothing waits for one")
    func mute() async throws {
        let locked = SSHSigner(key: try await keys.ssh("locked", passphrase: "secret"), environment: environment)
        let problem = #expect(throws: Problem.self) { _ = try locked.signature(of: [1], for: .manifest) }
        #expect(problem?.message.hasPrefix("the key of SPHINX_SIGNING_KEY does not sign: ") == true)
        #expect(
            problem?.hint
                == "give it a file that this user alone can read, without a passphrase or with its key in ssh-agent")
        let absent = SSHSigner(key: "/nowhere/key", environment: environment)
        #expect(throws: Problem.self) { _ = try absent.signature(of: [1], for: .commit) }
        let toolless = SSHSigner(key: "/nowhere/key", environment: ["PATH": "/nowhere"])
        #expect(
            #expect(throws: Problem.self) { _ = try toolless.signature(of: [1], for: .commit) }?.description
                == "nothing can be signed: there is no 'ssh-keygen'; install openssh-client")
    }
}
