import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// Signatures are words here: `by ann` is ann's, and only ann and ben may sign.
@Suite("Who signed what is merged")
struct ProvenanceTests {
    private struct Verifier: SignatureVerifier {
        func verdict(on message: SignedMessage, for purpose: SignaturePurpose) async throws(Problem) -> SignatureVerdict
        {
            if message.signature == "?" { throw Problem(.needsPerson, "there is no list of signers") }
            let name = String(message.signature.dropFirst(3))
            guard ["ann", "ben"].contains(name) else { return .refused("is signed by \(name), who may not") }
            return .valid(signer: name)
        }
    }

    private struct Signing: Signer {
        func signature(of bytes: [UInt8], for purpose: SignaturePurpose) throws(Problem) -> String { "by ann" }
    }

    /// A commit's message says who signed it, in its second line, and whether this clone has it.
    private struct Objects: DecoratedObjects {
        let objects: any ObjectStore
        var cut: ObjectID?

        func signature(of commit: ObjectID) throws(Problem) -> SignedMessage? {
            let lines = try summary(of: commit).message.split(separator: "\n")
            return lines.first { $0.hasPrefix("by ") || $0 == "?" }
                .map { SignedMessage(bytes: [], signature: String($0)) }
        }

        func contains(_ object: ObjectID) -> Bool { object != cut && objects.contains(object) }
        func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID { try objects.commit(draft) }
    }

    private static let one = Manifest.fixture()
    private static let two = Manifest.fixture(
        key: ProposalKey(workspace: "web", rule: "idle", address: "t.m"), address: "t.m")

    /// What one commit of the base changes, and who signed it.
    enum Change {
        case manifest(Manifest)
        case code(String)
        case vouch(String)
    }

    /// Commits on top of one another, the last of which is the base.
    private static func line(_ commits: [(Change, String?)]) throws -> (MemoryRepository, [ObjectID]) {
        let repository = MemoryRepository()
        var commits = commits
        commits.insert((.code("workspaces/web/main.tf"), nil), at: 0)
        var made: [ObjectID] = []
        for (change, signer) in commits {
            var (writes, words) = ([SourceFile](), "")
            switch change {
            case .manifest(let manifest):
                writes = [
                    SourceFile(
                        path: ManifestFile.path(workspace: "web", key: manifest.key),
                        bytes: try ManifestFile.bytes(manifest))
                ]
            case .code(let path): writes = [SourceFile(path: path, text: "# \(made.count)\n")]
            case .vouch(let keys): words = "\n\nSphinx-Vouch: \(keys)"
            }
            let message = "subject\n\n\(signer.map { $0 == "?" ? "?" : "by \($0)" } ?? "unsigned")\(words)\n"
            made.append(
                try repository.commit(
                    CommitDraft(
                        parent: made.last, writes: writes, message: message,
                        time: Date(timeIntervalSince1970: Double(made.count)))))
        }
        return (repository, made)
    }

    private static func finding(
        _ commits: [(Change, String?)], _ manifests: [Manifest] = [one], cutAfter cut: Int? = nil,
        modules: [String: ObjectID] = [:]
    ) async throws -> (finding: Provenance.Finding, commits: [ObjectID]) {
        let (repository, made) = try line(commits)
        let world = World(
            objects: Objects(objects: repository, cut: cut.map { made[$0] }), remote: repository,
            rules: MemoryRuleBook(), metrics: ConstantMetrics(), writer: nil, infrastructure: MemoryInfrastructure(),
            verifier: Verifier(), history: MemoryHistory(), cache: MemoryCache(),
            now: { Date(timeIntervalSince1970: 0) })
        let workspace = Workspace(path: "web", folder: "workspaces/web", tree: .of("a"), modules: modules)
        let merged = try manifests.map {
            MergedManifest(manifest: $0, approval: Approval(ofManifest: try ManifestFile.bytes($0)))
        }
        let finding = try await Provenance(
            world: world, base: try #require(made.last), workspace: workspace, manifests: merged, parts: [.merges]
        ).finding()
        return (finding, made)
    }

    private static func refusal(_ commit: ObjectID, _ fault: String, _ keys: [Manifest] = [one]) -> Provenance.Finding {
        .refused(
            "commit \(commit.short) \(fault); an allowed signer can vouch for what stands there: git commit -S --allow-empty -m Vouch --trailer 'Sphinx-Vouch: \(keys.map(\.key.text).joined(separator: " "))'"
        )
    }

    static let signed: [(name: String, commits: [(Change, String?)], manifests: [Manifest], signers: [String])] = [
        ("its merge is signed", [(.manifest(one), "ann")], [one], ["ann"]),
        (
            "others merge elsewhere without a signature",
            [(.manifest(one), "ann"), (.code("README.md"), nil), (.code("workspaces/db/main.tf"), nil)], [one], ["ann"]
        ),
        (
            "somebody else signed a change of the workspace",
            [(.manifest(one), "ann"), (.code("workspaces/web/a.tf"), "ben")],
            [one], ["ann", "ben"]
        ),
        (
            "what came before the merge needs no signature",
            [(.code("workspaces/web/a.tf"), nil), (.manifest(one), "ann")], [one], ["ann"]
        ),
        ("somebody vouches for it by name", [(.manifest(one), nil), (.vouch(one.key.text), "ben")], [one], ["ben"]),
        (
            "somebody vouches for two at once",
            [(.manifest(one), nil), (.manifest(two), nil), (.vouch("\(one.key) \(two.key)"), "ben")], [one, two],
            ["ben"]
        ),
        (
            "somebody vouches for one, and the other is signed",
            [(.manifest(two), "ann"), (.manifest(one), "ann"), (.vouch(one.key.text), "ben")], [one, two],
            ["ann", "ben"]
        ),
        (
            "both are signed by different people", [(.manifest(one), "ann"), (.manifest(two), "ben")], [one, two],
            ["ann", "ben"]
        ),
        (
            "a vouching that is not signed harms nothing", [(.manifest(one), "ann"), (.vouch(one.key.text), nil)],
            [one],
            ["ann"]
        ),
    ]

    @Test("is vouched for where", arguments: signed)
    func valid(name: String, commits: [(Change, String?)], manifests: [Manifest], signers: [String]) async throws {
        #expect(try await Self.finding(commits, manifests).finding == .vouched(signers: signers))
    }

    /// `commit` counts from the first of the row, 1.
    static let refusals:
        [(name: String, commits: [(Change, String?)], manifests: [Manifest], commit: Int, fault: String)] = [
            ("its merge is not signed", [(.manifest(one), nil)], [one], 1, "is not signed"),
            (
                "its merge is signed by somebody else", [(.manifest(one), "eve")], [one], 1,
                "is signed by eve, who may not"
            ),
            (
                "the workspace changed since without a signature",
                [(.manifest(one), "ann"), (.code("workspaces/web/a.tf"), nil)], [one], 2, "is not signed"
            ),
            (
                "another proposal of the workspace changed since", [(.manifest(one), "ann"), (.manifest(two), "eve")],
                [one], 2, "is signed by eve, who may not"
            ),
            (
                "the older of two is not signed", [(.manifest(one), nil), (.manifest(two), "ann")], [one, two], 1,
                "is not signed"
            ),
            (
                "somebody vouches for another one", [(.manifest(one), nil), (.vouch(two.key.text), "ben")], [one], 1,
                "is not signed"
            ),
            (
                "a vouching without a signature", [(.manifest(one), nil), (.vouch(one.key.text), nil)], [one], 1,
                "is not signed"
            ),
            (
                "somebody who may not vouches", [(.manifest(one), nil), (.vouch(one.key.text), "eve")], [one], 1,
                "is not signed"
            ),
            (
                "it changed after somebody vouched",
                [(.manifest(one), nil), (.vouch(one.key.text), "ben"), (.code("workspaces/web/a.tf"), nil)], [one], 3,
                "is not signed"
            ),
            (
                "a key that only begins like its own", [(.manifest(one), nil), (.vouch("\(one.key)0"), "ben")], [one],
                1,
                "is not signed"
            ),
        ]

    @Test("is refused with the commit and the way out where", arguments: refusals)
    func invalid(
        name: String, commits: [(Change, String?)], manifests: [Manifest], commit: Int, fault: String
    ) async throws {
        let (finding, made) = try await Self.finding(commits, manifests)
        #expect(finding == Self.refusal(made[commit], fault, manifests))
    }

    @Test("a module that the workspace uses counts as its own")
    func modules() async throws {
        let commits: [(Change, String?)] = [(.manifest(Self.one), "ann"), (.code("modules/net/main.tf"), nil)]
        #expect(try await Self.finding(commits).finding == .vouched(signers: ["ann"]))
        let (finding, made) = try await Self.finding(commits, modules: ["modules/net": .of("d")])
        #expect(finding == Self.refusal(made[2], "is not signed"))
    }

    @Test("where a clone ends and nothing older can be had, the last commit that is there has to be signed")
    func shallow() async throws {
        let signed: [(Change, String?)] = [(.manifest(Self.one), nil), (.code("README.md"), "ann")]
        #expect(try await Self.finding(signed, cutAfter: 1).finding == .vouched(signers: ["ann"]))
        let (finding, made) = try await Self.finding(
            [(.manifest(Self.one), nil), (.code("README.md"), nil)], cutAfter: 1)
        #expect(finding == Self.refusal(made[2], "is not signed"))
    }

    @Test("a verifier that cannot tell is a problem, not a refusal; without any it is a bug")
    func unable() async throws {
        await #expect(throws: Problem(.needsPerson, "there is no list of signers")) {
            try await Self.finding([(.manifest(Self.one), "?")])
        }
        let stage = try await MemoryStage()
        let provenance = Provenance(
            world: stage.world(), base: .of("b"), workspace: .sample(), manifests: [], parts: [.merges])
        await #expect(throws: Problem(.bug, "signatures are wanted, and nothing here can judge them")) {
            try await provenance.finding()
        }
    }

    // MARK: Manifests

    private static let folder = "proposals/web/\(one.key)"

    /// A manifest that was sealed with its plan, and what somebody then made of the folder.
    private static func seal(
        _ tamper: (inout [String: String]) -> Void = { _ in }, signer: (any Signer)? = Signing(),
        beside: [String] = ["plan.txt"]
    ) async throws -> Provenance.Finding {
        let repository = MemoryRepository()
        let sealing = SealingObjects(objects: repository, signer: signer)
        let sealed = try sealing.commit(
            CommitDraft(
                parent: nil,
                writes: [SourceFile(path: "\(folder)/proposal.json", bytes: try ManifestFile.bytes(one))]
                    + beside.map { SourceFile(path: "\(folder)/\($0)", text: "the \($0)\n") },
                message: "", time: Date(timeIntervalSince1970: 0)))
        var files = Dictionary(try repository.files(below: "", in: sealed).map { ($0.path, $0.text) }) { first, _ in
            first
        }
        let manifest = try ManifestFile.read(
            SourceFile(path: "\(folder)/proposal.json", text: files["\(folder)/proposal.json"] ?? ""))
        tamper(&files)
        let base = try repository.replace(files.map { SourceFile(path: $0.key, text: $0.value) })
        return try await ManifestSeal(objects: repository, verifier: Verifier(), base: base, manifest: manifest)
            .finding()
    }

    @Test("a manifest that Sphinx sealed is vouched for by its signer, with and without further files")
    func sealed() async throws {
        #expect(try await Self.seal() == .vouched(signers: ["ann"]))
        #expect(try await Self.seal(beside: ["plan.txt", "README.md", "evidence.svg"]) == .vouched(signers: ["ann"]))
        // What was not there when it was sealed says nothing.
        #expect(try await Self.seal { $0["\(Self.folder)/notes.md"] = "mine" } == .vouched(signers: ["ann"]))
    }

    static let broken: [(name: String, change: @Sendable (inout [String: String]) -> Void, sentence: String)] = [
        ("no signature", { $0["\(folder)/proposal.json.sig"] = nil }, "\(folder)/proposal.json is not signed"),
        (
            "somebody else's signature", { $0["\(folder)/proposal.json.sig"] = "by eve" },
            "\(folder)/proposal.json is signed by eve, who may not"
        ),
        ("no manifest", { $0["\(folder)/proposal.json"] = nil }, "\(folder)/proposal.json is gone"),
        (
            "another plan", { $0["\(folder)/plan.txt"] = "nothing will change\n" },
            "\(folder)/plan.txt is not the one whose digest the signed manifest holds"
        ),
        (
            "no plan", { $0["\(folder)/plan.txt"] = nil },
            "\(folder)/plan.txt is not the one whose digest the signed manifest holds"
        ),
    ]

    @Test("a folder that was touched is refused with what is wrong and the way out", arguments: broken)
    func touched(
        name: String, change: @Sendable (inout [String: String]) -> Void, sentence: String
    ) async throws {
        #expect(
            try await Self.seal(change)
                == .refused("\(sentence); restore the folder as Sphinx signed it, or revert the merge"))
    }

    @Test("a manifest that was sealed without its plan approves nothing")
    func withoutPlan() async throws {
        #expect(
            try await Self.seal(beside: ["README.md"])
                == .refused(
                    "\(Self.folder)/proposal.json holds no digest of plan.txt; restore the folder as Sphinx signed it, or revert the merge"
                ))
    }

    // MARK: In a run

    @Test("a run applies what is signed alone, says so, and tells that its own proposals could not be")
    func run() async throws {
        let stage = try await RuleLoopTests.stage(policy: Policy(signatures: [.manifests]))
        let proposed = try await stage.reconcile()
        #expect(
            proposed.problems.map(\.description) == [
                "manifests have to be signed, and this machine has no key to sign proposals with; set SPHINX_SIGNING_KEY to an SSH key's file"
            ])
        try stage.merge(RuleLoopTests.branch)
        var world = stage.world()
        world.verifier = Verifier()
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(report.applies.map(\.result) == [.unverified] && stage.infrastructure.applies == 0)
        let path = "proposals/web/\(RuleLoopTests.key)/proposal.json"
        #expect(
            report.applies.map(\.reason) == [
                "\(path) is not signed; restore the folder as Sphinx signed it, or revert the merge"
            ])
        try stage.write(["\(path).sig": "by ben"])
        let signed = try await Reconciler(world: world, settings: stage.settings()).run()
        #expect(signed.applies.map(\.result) == [.applied])
        let row = stage.history.all.last { $0.action == "provenance" }
        #expect(row?.details["signers"] == .texts(["ben"]) && row?.details["signed"] == .texts(["manifests"]))
    }
}
