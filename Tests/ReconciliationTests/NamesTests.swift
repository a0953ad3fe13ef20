import Domain
import Foundation
import Testing

@testable import Reconciliation

@Suite("Names and small parts")
struct NamesTests {
    private static let key = ProposalKey(workspace: "prod/web", rule: "aws/idle", address: "a.b")

    @Test("branches and refs that git takes everywhere")
    func names() {
        let names = RefNames()
        #expect(
            names.branch(workspace: "prod/web", rule: "aws/idle", key: Self.key)
                == "sphinx/prod/web/aws-idle-\(Self.key)")
        #expect(names.approvalBranch(workspace: "prod/web", key: Self.key) == "sphinx/prod/web/approve-\(Self.key)")
        #expect(
            names.lock(workspace: "prod/web") == "refs/sphinx/locks/prod+web"
                && names.lock(workspace: "prod") == "refs/sphinx/locks/prod")
        #expect(names.lock(workspace: "a b") != names.lock(workspace: "a-b"))
        #expect(
            RefNames(branchPrefix: "bot", namespace: "refs/heads/ledger").tracked(Self.key)
                == "refs/heads/ledger/proposals/\(Self.key)")
    }

    @Test(
        "slugs",
        arguments: [
            ("Größe 1", "Gr--e-1"), ("..a..b..", "a.b"), ("x.lock", "x-lock"), ("///", "unnamed"), ("-a-", "a"),
            ("@{u}", "u"),
        ])
    func slugs(text: String, expected: String) {
        #expect(RefNames.slug(text, limit: 60) == expected)
    }

    @Test(
        "globs over workspaces",
        arguments: [
            ("prod/*", "prod/web", true), ("prod/*", "prod/web/eu", false), ("prod/**", "prod/web/eu", true),
            ("**", "a", true), ("**/web", "a/b/web", true),
            ("*b", "web", true), ("w?b", "web", true), ("w?b", "wb", false), ("prod", "prod/web", false),
            ("a*a*a", "aaa", true), ("a*a*a", "aab", false),
        ])
    func globs(pattern: String, path: String, matches: Bool) {
        #expect(Glob(pattern).matches(path) == matches)
    }

    @Test("the ledger is read from its refs, and whatever else stands there is passed over")
    func ledger() throws {
        let object = try #require(ObjectID(String(repeating: "b", count: 40)))
        let approval = "0123456789ab"
        let refs = [
            "refs/sphinx/proposals/\(Self.key)", "refs/sphinx/proposals/approve-\(Self.key)",
            "refs/sphinx/applied/\(Self.key)/\(approval)",
            "refs/sphinx/applying/\(Self.key)/\(approval)", "refs/sphinx/failed/\(Self.key)/\(approval)",
            "refs/sphinx/unfixable/\(Self.key)",
            "refs/sphinx/locks/web", "refs/sphinx/proposals/nonsense", "refs/sphinx/applied/\(Self.key)",
            "refs/sphinx/other/x", "refs/heads/main",
        ]
        let ledger = Ledger(refs: Dictionary(uniqueKeysWithValues: refs.map { ($0, object) }), names: RefNames())
        let entry = Ledger.Entry(key: Self.key, approval: try #require(Approval(approval)))
        #expect(
            ledger.proposals == [Self.key: object] && ledger.approvals == [Self.key: object]
                && ledger.unfixable == [Self.key: object])
        #expect(
            ledger.applied == [entry: object] && ledger.applying == [entry: object] && ledger.failed == [entry: object]
                && ledger.locks == ["refs/sphinx/locks/web": object])
    }

    @Test("a snapshot brings every ref that decides, and not the shared history")
    func prefixes() throws {
        let names = RefNames(namespace: "refs/heads/ledger")
        let approval = try #require(Approval("0123456789ab"))
        let refs = [
            names.tracked(Self.key), names.trackedApproval(Self.key), names.unfixable(Self.key),
            names.closed(Self.key), names.applying(Self.key, approval), names.applied(Self.key, approval),
            names.failed(Self.key, approval), names.lock(workspace: "web"),
            names.spent(in: "2026-11") + "run-1", names.group(.rule, "idle").tracked,
            names.head(names.group(.rule, "idle").branch),
            names.head(names.branch(workspace: "web", rule: "idle", key: Self.key)),
            names.head(names.approvalBranch(workspace: "web", key: Self.key)),
        ]
        let isBrought = { (ref: String) in names.prefixes.contains { ref.hasPrefix($0) } }
        #expect(refs.allSatisfy(isBrought) && !isBrought(names.history))
        #expect(names.history == "refs/heads/ledger/history")
    }

    @Test("trailers are read from the last paragraph only")
    func trailers() {
        let message = "subject\n\nSphinx-Workspace: forged\n\nbody\n\nSphinx-Proposal: a\nSphinx-Workspace: prod/web\n"
        #expect(Trailers.value("Sphinx-Workspace", in: message) == "prod/web")
        #expect(Trailers.value("Sphinx-Rule", in: message) == nil && Trailers.value("a", in: "") == nil)
    }

    @Test(
        "module sources lead to folders of the repository, or nowhere",
        arguments: [
            ("./modules/x", "workspaces/web", "workspaces/web/modules/x"),
            ("../shared", "workspaces/web", "workspaces/shared"),
            ("../../modules/a/../b", "workspaces/web", "modules/b"), ("../../../out", "workspaces/web", nil),
        ] as [(String, String, String?)])
    func modules(source: String, folder: String, expected: String?) {
        #expect(WorkspaceReader.resolved(source, from: folder) == expected)
    }

    @Test("manifests are read where they belong, and nowhere else")
    func manifests() throws {
        let manifest = Manifest.fixture()
        let bytes = try ManifestFile.bytes(manifest)
        let path = ManifestFile.path(workspace: "web", key: manifest.key)
        #expect(try ManifestFile.read(SourceFile(path: path, bytes: bytes)) == manifest)
        #expect(throws: Problem.self) {
            try ManifestFile.read(SourceFile(path: "proposals/db/\(manifest.key)/proposal.json", bytes: bytes))
        }
        let newer = String(decoding: bytes, as: UTF8.self).replacing("sphinx.proposal/1", with: "sphinx.proposal/2")
        #expect(
            throws: Problem(
                .needsPerson, "\(path) has the schema 'sphinx.proposal/2' and this version reads 'sphinx.proposal/1'",
                hint: "run the version of Sphinx that wrote it")
        ) {
            try ManifestFile.read(SourceFile(path: path, text: newer))
        }
    }
}
