import Domain
import Foundation
import TestSupport
import Testing

@Suite("Signatures of manifests, by the command", .serialized)
struct SignedManifestTests {
    private static func merged(_ way: LoopStage.Merge = .squash, signs: Bool = true) async throws -> (
        stage: ProvenanceStage, proposal: ProvenanceStage.Proposed
    ) {
        let stage = try await ProvenanceStage("manifests", signs: signs)
        let proposal = try await stage.proposed()
        try await stage.stage.merge(proposal.branch, by: way)
        return (stage, proposal)
    }

    @Test("a manifest's signature survives a squash, and holds the digests of what the reviewer read")
    func signed() async throws {
        let (stage, proposal) = try await Self.merged()
        let manifest = try await stage.stage.show(proposal.manifest, on: "main")
        let plan = try await stage.stage.show(proposal.plan, on: "main")
        let files = try JSONDecoder().decode(JSONValue.self, from: Data(manifest.utf8))["files"]
        #expect(files?["plan.txt"] == .string(Digest(ofBytes: plan.utf8).description))
        #expect(files?["README.md"] != nil)
        #expect(try await stage.applied() == "applied")
        #expect(try stage.verified()?["signers"] == .array([.string("sphinx")]))
        #expect(try stage.verified()?["signed"] == .array([.string("manifests")]))
    }

    @Test("an unsigned manifest is refused by name")
    func unsigned() async throws {
        let (stage, proposal) = try await Self.merged(signs: false)
        let report = try await stage.run(["--only", "propose"])
        #expect(
            report.value(at: "problems.0.message")?.string
                == "manifests have to be signed, and this machine has no key to sign proposals with")
        #expect(try await stage.applied() == "unverified: \(proposal.manifest) is not signed\(proposal.restoring)")
        #expect(try stage.stage.state("web").contains("\"size\": \"large\""))
    }

    @Test("an edited manifest and a swapped plan are refused by name, and applied as they were")
    func edited() async throws {
        let (stage, proposal) = try await Self.merged()
        let manifest = try await stage.stage.show(proposal.manifest, on: "main")
        let plan = try await stage.stage.show(proposal.plan, on: "main")
        try await stage.stage.commit(
            [proposal.manifest: manifest.replacing("\"terraform_data.one is", with: "\"terraform_data.two is") + " "],
            "Edit")
        #expect(
            try await stage.applied()
                == "unverified: \(proposal.manifest) carries a signature of something else\(proposal.restoring)")
        try await stage.stage.commit([proposal.manifest: manifest, proposal.plan: "No changes.\n"], "Swap")
        #expect(
            try await stage.applied()
                == "unverified: \(proposal.plan) is not the one whose digest the signed manifest holds"
                + proposal.restoring)
        try await stage.stage.commit([proposal.plan: plan], "Restore")
        #expect(try await stage.applied() == "applied")
    }

    @Test("a signature by another key, for another use, or of a manifest without its plan is refused")
    func forged() async throws {
        let (stage, proposal) = try await Self.merged()
        let manifest = try await stage.stage.show(proposal.manifest, on: "main")
        let bare = manifest.replacing("\"plan.txt\"", with: "\"plan.old\"")
        for (text, key, namespace, sentence) in [
            (
                manifest, stage.stranger, "sphinx-manifest",
                " is signed with a key that SPHINX_MANIFEST_SIGNERS does not hold"
            ),
            (manifest, stage.sphinx, "git", " carries a signature that was made for something else"),
            (bare, stage.sphinx, "sphinx-manifest", " holds no digest of plan.txt"),
        ] {
            let signature = try await stage.keys.signature(of: text, by: key, for: namespace)
            try await stage.stage.commit(
                [proposal.manifest: text, "\(proposal.manifest).sig": signature], "Forge \(namespace)")
            #expect(
                try await stage.applied() == "unverified: \(proposal.manifest)\(sentence)\(proposal.restoring)")
        }
    }

    @Test("the doctor says what this machine signs with, whose signatures it knows, and what it wants signed")
    func doctor() async throws {
        let stage = try await ProvenanceStage(nil)
        let good = try await stage.doctor(["SPHINX_REQUIRE_SIGNATURES": "merges"])
        #expect(
            good == "signatures  OK      signs, knows SPHINX_ALLOWED_SIGNERS, knows SPHINX_MANIFEST_SIGNERS, "
                + "wants merges signed")
        let bad = try await stage.doctor(["SPHINX_MANIFEST_SIGNERS": "/nowhere/list"])
        #expect(bad.contains("FAILED  SPHINX_MANIFEST_SIGNERS names '/nowhere/list', which cannot be read"))
    }

    @Test("fresh plans that ask for approval are signed like the first ones")
    func approval() async throws {
        let (stage, proposal) = try await Self.merged()
        try stage.stage.drift("\"id\": \"web\"", to: "\"id\": \"moved\"")
        #expect(try await stage.applied() == "needs_approval: planned differently now: terraform_data.one")
        try await stage.stage.merge("sphinx/web/approve-\(proposal.key)", by: .squash)
        #expect(try await stage.applied() == "applied")
    }
}
