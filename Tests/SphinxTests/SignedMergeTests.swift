import ChildProcess
import Domain
import Foundation
import TestSupport
import Testing

@Suite("Signatures of merges, by the command", .serialized)
struct SignedMergeTests {
    @Test("a merge that an allowed signer signed is applied, however it was made", arguments: LoopStage.Merge.allCases)
    func signed(way: LoopStage.Merge) async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await stage.sign(with: stage.person)
        try await stage.stage.merge(proposal.branch, by: way)
        #expect(try await stage.applied() == "applied")
        #expect(try stage.verified()?["signers"] == .array([.string("person@example.com")]))
    }

    @Test("so is one that was signed with OpenPGP")
    func openPGP() async throws {
        let stage = try await ProvenanceStage("[merges]")
        try await stage.keys.openPGP("Person <person@localhost>")
        let keyring = try await stage.keys.keyring("keyring", of: "person@localhost")
        let proposal = try await stage.proposed()
        try await Shell.git("config", "gpg.program", try stage.keys.gpgProgram(), in: stage.stage.person)
        try await stage.sign(with: "person@localhost", format: "openpgp")
        try await stage.stage.merge(proposal.branch)
        #expect(
            try await stage.applied()
                == "unverified: commit \(try await stage.head()) is signed with an OpenPGP key, and none may sign here"
                + proposal.vouching)
        #expect(try await stage.applied(["SPHINX_ALLOWED_KEYRING": keyring]) == "applied")
        try await stage.keys.endAgent()
    }

    @Test("unsigned, or signed by a stranger: not applied, until an allowed signer vouches for it by name")
    func unsigned() async throws {
        for key in [nil, \ProvenanceStage.stranger] {
            let stage = try await ProvenanceStage("merges")
            let proposal = try await stage.proposed()
            try await stage.sign(with: key.map { stage[keyPath: $0] })
            try await stage.stage.merge(proposal.branch)
            let fault =
                key == nil ? "is not signed" : "is signed with a key that SPHINX_ALLOWED_SIGNERS does not hold"
            let sentence = "unverified: commit \(try await stage.head()) \(fault)\(proposal.vouching)"
            #expect(try await stage.applied() == sentence)
            #expect(try stage.stage.state("web").contains("\"size\": \"large\""))
            #expect(try await stage.stage.refs().keys.allSatisfy { !$0.contains("/locks/") })
            try await stage.vouch(for: proposal.key, by: stage.stranger)
            #expect(try await stage.applied() == sentence)
            try await stage.vouch(for: "0123456789", by: stage.person)
            #expect(try await stage.applied() == sentence)
            try await stage.vouch(for: proposal.key, by: stage.person)
            #expect(try await stage.applied() == "applied")
        }
    }

    @Test("Sphinx's own signature is no approval: a branch that was only fast-forwarded is not applied")
    func fastForward() async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await Shell.git("fetch", "-q", "origin", in: stage.stage.person)
        try await Shell.git("push", "-q", "origin", "origin/\(proposal.branch):main", in: stage.stage.person)
        let sentence = "commit \(try await stage.head()) is signed with a key that SPHINX_ALLOWED_SIGNERS does not hold"
        #expect(try await stage.applied() == "unverified: \(sentence)\(proposal.vouching)")
    }

    @Test("a good signature that was copied from another commit is refused")
    func copied() async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await stage.sign(with: stage.person)
        try await stage.stage.commit(["notes.txt": "a\n"], "Signed")
        let signed = try await Shell.git("cat-file", "commit", "HEAD", in: stage.stage.person)
        let header = try #require(signed.firstMatch(of: /gpgsig (?:.|\n)*?END SSH SIGNATURE-----\n/)).0
        try await stage.sign(with: nil)
        try await stage.stage.merge(proposal.branch)
        let merge = try await Shell.git("cat-file", "commit", "HEAD", in: stage.stage.person)
        let forged = merge.replacing("\n\n", with: "\n\(header)\n", maxReplacements: 1)
        let file = try stage.stage.folder.write(forged, to: "forged")
        let id = try await Shell.git("hash-object", "-t", "commit", "-w", file, in: stage.stage.person).trimmed
        try await Shell.git("push", "-q", "-f", "origin", "\(id):main", in: stage.stage.person)
        let sentence = "commit \(id.prefix(10)) carries a signature of something else"
        #expect(try await stage.applied() == "unverified: \(sentence)\(proposal.vouching)")
    }

    @Test(
        "code of the workspace that came unsigned after the merge is refused, and what others commit elsewhere is not")
    func later() async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await stage.sign(with: stage.person)
        try await stage.stage.merge(proposal.branch)
        try await stage.sign(with: nil)
        let code = try await stage.stage.show("workspaces/web/main.tf", on: "main")
        try await stage.stage.commit(["workspaces/web/main.tf": code + "\n# By the way.\n"], "A remark")
        let head = try await stage.head()
        try await stage.stage.commit(["workspaces/db/README.md": "Elsewhere.\n"], "Another workspace")
        #expect(try await stage.applied() == "unverified: commit \(head) is not signed\(proposal.vouching)")
        try await stage.vouch(for: proposal.key, by: stage.person)
        #expect(try await stage.applied() == "applied")
    }

    @Test("a merge that lifts the policy lifts nothing of what the machine wants")
    func lifted() async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await stage.stage.merge(proposal.branch)
        let head = try await stage.head()
        try await stage.stage.commit(["rules.yml": ProvenanceStage.rules], "No signatures, please")
        #expect(
            try await stage.applied(["SPHINX_REQUIRE_SIGNATURES": "merges, manifests"])
                == "unverified: commit \(head) is not signed\(proposal.vouching)")
        let completion = try await stage.stage.sphinx(["reconcile"], ["SPHINX_REQUIRE_SIGNATURES": "merge"])
        #expect(
            completion.errorText.contains(
                "SPHINX_REQUIRE_SIGNATURES holds 'merge', which is nothing that is signed; "
                    + "write merges, manifests or both with a comma between"))
        #expect(try await stage.applied() == "applied")
    }

    @Test("a machine that does not know who may sign applies nothing")
    func noList() async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await stage.sign(with: stage.person)
        try await stage.stage.merge(proposal.branch)
        #expect(
            try await stage.applied(["SPHINX_ALLOWED_SIGNERS": ""])
                == "failed: signatures are wanted, and this machine does not say who may sign")
        // Nor one whose list a merge could have written.
        try FileManager.default.removeItem(atPath: stage.stage.folder.file("job.git"))
        try await Shell.git("clone", "-q", stage.stage.remote, stage.stage.folder.file("job.git"))
        let list = try stage.stage.folder.write("", to: "job.git/allowed_signers")
        #expect(
            try await stage.applied(["SPHINX_ALLOWED_SIGNERS": list])
                == "failed: SPHINX_ALLOWED_SIGNERS names a file of the checkout, where a merge could add its own signer"
        )
    }

    @Test("a shallow clone is made deeper until the merge is found")
    func shallow() async throws {
        let stage = try await ProvenanceStage("merges")
        let proposal = try await stage.proposed()
        try await stage.sign(with: stage.person)
        try await stage.stage.merge(proposal.branch)
        try await stage.sign(with: nil)
        for number in 1...3 { try await stage.stage.commit(["notes.txt": "\(number)\n"], "Note \(number)") }
        try FileManager.default.removeItem(atPath: stage.stage.folder.file("job.git"))
        try await Shell.git(
            "clone", "-q", "--bare", "--depth", "1", "file://\(stage.stage.remote)", stage.stage.folder.file("job.git"))
        #expect(try await stage.applied() == "applied")
    }
}
