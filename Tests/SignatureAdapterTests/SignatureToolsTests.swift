import Domain
import Foundation
import SignatureAdapter
import TestSupport
import Testing

@Suite("Signatures, judged by ssh-keygen and gpg")
struct SignatureToolsTests {
    private static let text = "tree 0\n\nMerge it\n"

    private let keys: ThrowawayKeys

    init() throws {
        keys = try ThrowawayKeys()
    }

    private func tools(
        signers: String? = nil, keyring: String? = nil, manifests: String? = nil, workTree: String? = nil,
        path: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    ) -> SignatureTools {
        SignatureTools(
            SignatureTools.Settings(
                allowedSigners: .init(setting: "SIGNERS", path: signers),
                allowedKeyring: .init(setting: "KEYRING", path: keyring),
                manifestSigners: .init(setting: "MANIFESTS", path: manifests), path: path,
                scratchFolder: keys.folder.file("scratch"), workTree: workTree))
    }

    private func message(_ signature: String, of text: String = text) -> SignedMessage {
        SignedMessage(bytes: Array(text.utf8), signature: signature)
    }

    private func problem(_ body: () async throws -> SignatureVerdict) async -> String? {
        do {
            Issue.record("there was a verdict: \(try await body())")
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("an SSH signature is good for its purpose, and for the list that allows it")
    func ssh() async throws {
        let (alice, sphinx) = (try await keys.ssh("alice"), try await keys.ssh("sphinx"))
        let people = try keys.signers("people", [("alice@example.com,al", "", alice)])
        let machines = try keys.signers("machines", [("sphinx", "namespaces=\"sphinx-manifest\"", sphinx)])
        let tools = tools(signers: people, manifests: machines)
        let commit = message(try await keys.signature(of: Self.text, by: alice, for: "git"))
        #expect(try await tools.verdict(on: commit, for: .commit) == .valid(signer: "alice@example.com"))
        let manifest = message(try await keys.signature(of: Self.text, by: sphinx, for: "sphinx-manifest"))
        #expect(try await tools.verdict(on: manifest, for: .manifest) == .valid(signer: "sphinx"))
        // Sphinx's own key signs its commits, too; that is nobody's merge.
        let own = message(try await keys.signature(of: Self.text, by: sphinx, for: "git"))
        #expect(
            try await tools.verdict(on: own, for: .commit)
                == .refused("is signed with a key that SIGNERS does not hold"))
    }

    @Test(
        "an SSH signature that proves nothing is refused, and told why",
        arguments: [
            ("other bytes", "", "git", Self.text + "more", "carries a signature of something else"),
            ("another use", "", "file", Self.text, "carries a signature that was made for something else"),
            (
                "a key for other things", "namespaces=\"sphinx-manifest\"", "git", Self.text,
                "is signed with a key that SIGNERS allows for other things only"
            ),
            (
                "an expired key", "valid-before=\"20200101\"", "git", Self.text,
                "is signed with a key that has expired in SIGNERS"
            ),
            (
                "a key of the future", "valid-after=\"29991231\"", "git", Self.text,
                "is signed with a key that is not valid yet in SIGNERS"
            ),
        ])
    func sshRefused(label: String, options: String, namespace: String, said: String, sentence: String) async throws {
        let alice = try await keys.ssh("alice")
        let tools = tools(signers: try keys.signers("people", [("alice", options, alice)]))
        let signature = try await keys.signature(of: Self.text, by: alice, for: namespace)
        #expect(
            try await tools.verdict(on: message(signature, of: said), for: .commit) == .refused(sentence), "\(label)")
    }

    @Test("what is no signature, or of a key that nobody knows, is refused")
    func strangers() async throws {
        let (alice, mallory) = (try await keys.ssh("alice"), try await keys.ssh("mallory"))
        let tools = tools(signers: try keys.signers("people", [("alice", "", alice)]))
        let unknown = try await keys.signature(of: Self.text, by: mallory, for: "git")
        let whole = try await keys.signature(of: Self.text, by: alice, for: "git")
        for (signature, sentence) in [
            (unknown, "is signed with a key that SIGNERS does not hold"),
            (String(whole.prefix(120)), "carries a signature that cannot be read"),
            ("", "carries a signature that is neither SSH's nor OpenPGP's"),
            ("-----BEGIN SIGNED MESSAGE-----\n", "carries a signature that is neither SSH's nor OpenPGP's"),
            ("-----BEGIN PGP SIGNATURE-----\n", "is signed with an OpenPGP key, and none may sign here"),
        ] {
            #expect(try await tools.verdict(on: message(signature), for: .commit) == .refused(sentence))
        }
    }

    @Test("an OpenPGP signature is good where the keyring holds its key, and the key is in force")
    func openPGP() async throws {
        for (who, expired) in [
            ("Alice <alice@example.com>", false), ("Old <old@example.com>", true), ("Mallory", false),
        ] {
            try await keys.openPGP(who, expired: expired)
        }
        let tools = tools(keyring: try await keys.keyring("keyring", of: "alice@example.com", "old@example.com"))
        let alice = try await keys.openPGPSignature(of: Self.text, by: "alice@example.com")
        let cases: [(String, String, SignatureVerdict)] = [
            (alice, Self.text, .valid(signer: "Alice <alice@example.com>")),
            (alice, Self.text + "more", .refused("carries a signature of something else")),
            (
                try await keys.openPGPSignature(of: Self.text, by: "old@example.com", expired: true), Self.text,
                .refused("is signed with a key that has expired")
            ),
            (
                try await keys.openPGPSignature(of: Self.text, by: "Mallory"), Self.text,
                .refused("is signed with a key that KEYRING does not hold")
            ),
            (
                "-----BEGIN PGP SIGNATURE-----\n\nnonsense", Self.text,
                .refused("carries a signature that cannot be read")
            ),
        ]
        for (signature, text, verdict) in cases {
            #expect(try await tools.verdict(on: message(signature, of: text), for: .commit) == verdict)
        }
        let ssh = try await keys.signature(of: Self.text, by: try await keys.ssh("alice"), for: "git")
        #expect(
            try await tools.verdict(on: message(ssh), for: .commit)
                == .refused("is signed with an SSH key, and none may sign here"))
        #expect(
            await problem {
                try await self.tools(keyring: try keys.folder.write("nonsense", to: "no-keys"))
                    .verdict(on: message(alice), for: .commit)
            } == "KEYRING holds no keys that gpg can read; write it with 'gpg --export --armor NAME…'")
        try await keys.endAgent()
    }

    @Test("without a list, with one that a merge could change, or without the command there is no verdict")
    func undecidable() async throws {
        let alice = try await keys.ssh("alice")
        let people = try keys.signers("people", [("alice", "", alice)])
        let commit = message(try await keys.signature(of: Self.text, by: alice, for: "git"))
        #expect(
            await problem { try await tools().verdict(on: commit, for: .commit) }
                == "signatures are wanted, and this machine does not say who may sign; "
                + "set SIGNERS or KEYRING to a file outside of the repository")
        #expect(
            await problem { try await tools(signers: people).verdict(on: commit, for: .manifest) }
                == "signatures are wanted, and this machine does not say who may sign; "
                + "set MANIFESTS to a file outside of the repository")
        #expect(
            await problem { try await tools(signers: "/nowhere/people").verdict(on: commit, for: .commit) }
                == "SIGNERS names '/nowhere/people', which cannot be read")
        try FileManager.default.createSymbolicLink(
            atPath: keys.folder.file("link"), withDestinationPath: keys.folder.path)
        for tree in [keys.folder.path + "/", keys.folder.file("link")] {
            #expect(
                await problem { try await tools(signers: people, workTree: tree).verdict(on: commit, for: .commit) }
                    == "SIGNERS names a file of the checkout, where a merge could add its own signer; "
                    + "keep it with the job's settings, outside of the repository")
        }
        #expect(
            await problem { try await tools(signers: people, path: "/nowhere").verdict(on: commit, for: .commit) }
                == "signatures cannot be judged: there is no 'ssh-keygen' command; install openssh-client")
        #expect(try FileManager.default.contentsOfDirectory(atPath: keys.folder.file("scratch")).isEmpty)
    }
}
