import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// Reads what stands in the refs, also where somebody else put it there.
@Suite("What a run observes")
struct ObservationTests {
    private static let added = "resource \"terraform_data\" \"three\" {\n}\n"

    /// One open request, such as `sphinx/web/request-…`.
    private static func proposed() async throws -> (stage: MemoryStage, proposal: ProposalOutcome) {
        let stage = try await MemoryStage()
        let answer = RequestTests.added(added, path: "workspaces/web/three.tf")
        let report = try await stage.propose("Add three", writer: ScriptedWriter([answer]))
        return (stage, try #require(report.proposals.first))
    }

    private static func observe(_ stage: MemoryStage) async throws -> Observation {
        try await Inspection(world: stage.world(), settings: stage.settings()).observed()
    }

    private static func commit(_ record: Record, in stage: MemoryStage) throws -> ObjectID {
        try stage.repository.commit(try record.draft(at: Date(timeIntervalSince1970: 5)))
    }

    @Test("a proposal from its opening to its apply, as its refs say")
    func life() async throws {
        let (stage, proposal) = try await Self.proposed()
        let open = try await Self.observe(stage)
        #expect(open.tracked[proposal.key]?.isOpen == true && open.proposals.map(\.state) == ["open"])
        #expect(open.proposals.map(\.branch) == [proposal.branch] && open.merged.isEmpty)

        stage.repository.point(
            "refs/heads/\(proposal.branch)", to: try #require(stage.repository.refs["refs/heads/main"]))
        let edited = try await Self.observe(stage)
        #expect(edited.tracked[proposal.key]?.isEdited == true && edited.proposals.map(\.state) == ["edited"])

        stage.repository.point("refs/heads/\(proposal.branch)", to: try #require(proposal.commit))
        try stage.merge(proposal.branch)
        let merged = try await Self.observe(stage)
        #expect(merged.pending.map(\.manifest.key) == [proposal.key])
        // What is merged is told once, though its branch is still there.
        #expect(merged.proposals.map(\.state) == ["merged"] && merged.proposals.map(\.branch) == [""])

        try await stage.delete(proposal.branch)
        #expect(try await Self.observe(stage).proposals.map(\.state) == ["merged"])
        try await stage.reconcile()
        let applied = try await Self.observe(stage)
        #expect(applied.pending.isEmpty && applied.proposals.map(\.state) == ["applied"])
        #expect(applied.merged.first?.appliedTree == applied.workspace("web")?.tree)
    }

    @Test("what the ledger says of a merged proposal, with its record and without")
    func ledger() async throws {
        let (stage, proposal) = try await Self.proposed()
        try stage.merge(proposal.branch)
        let approval = try #require(try await Self.observe(stage).merged.first).approval
        let failed = Record(
            kind: "failed", run: "r", holder: "h", workspace: "web", reason: "no room", done: ["terraform_data.three"])
        stage.repository.point("refs/sphinx/failed/\(proposal.key)/\(approval)", to: try Self.commit(failed, in: stage))
        let applying = Record(kind: "applying", run: "r", holder: "h", workspace: "web")
        stage.repository.point(
            "refs/sphinx/applying/\(proposal.key)/\(approval)", to: try Self.commit(applying, in: stage))
        let merged = try #require(try await Self.observe(stage).merged.first)
        #expect(merged.isApplying && !merged.isApplied)
        #expect(
            merged.failure
                == MergedManifest.Failure(
                    time: Date(timeIntervalSince1970: 5), reason: "no room", done: ["terraform_data.three"]))
        // A clone may lack the commits of the ledger; the refs say enough.
        stage.repository.point("refs/sphinx/failed/\(proposal.key)/\(approval)", to: .of("e"))
        stage.repository.point("refs/sphinx/applied/\(proposal.key)/\(approval)", to: .of("e"))
        let unknown = try #require(try await Self.observe(stage).merged.first)
        #expect(unknown.isApplied && unknown.appliedAt == nil && unknown.appliedTree == nil)
        #expect(unknown.failure == MergedManifest.Failure(time: .distantPast, reason: "", done: []))
    }

    @Test("the approval of another manifest is not this one's")
    func approvals() async throws {
        let (stage, proposal) = try await Self.proposed()
        try stage.merge(proposal.branch)
        stage.repository.point("refs/sphinx/applied/\(proposal.key)/0123456789ab", to: .of("e"))
        #expect(try await Self.observe(stage).merged.map(\.isApplied) == [false])
    }

    @Test("a ref that holds no proposal is one problem, and the rest is observed")
    func brokenProposals() async throws {
        let (stage, proposal) = try await Self.proposed()
        let head = try #require(stage.repository.refs["refs/heads/main"])
        stage.repository.point("refs/sphinx/proposals/aaaaaaaaaa", to: head)
        let observation = try await Self.observe(stage)
        #expect(observation.tracked.keys.map(\.text) == [proposal.key.text])
        #expect(
            observation.problems == [
                Problem(
                    .needsPerson, "refs/sphinx/proposals/aaaaaaaaaa points to \(head.short), which holds no proposal",
                    hint: "delete the ref if nobody needs it")
            ])
    }

    static let foreignRefs = [
        "refs/sphinx/locks/web", "refs/sphinx/unfixable/aaaaaaaaaa", "refs/sphinx/closed/aaaaaaaaaa",
    ]

    @Test(
        "a ref of the ledger that leads to no record is one problem, and the rest is observed", arguments: foreignRefs)
    func foreign(ref: String) async throws {
        let (stage, proposal) = try await Self.proposed()
        for (what, object) in [
            ("a commit", try #require(stage.repository.refs["refs/heads/main"])),
            ("a file", try #require(try stage.repository.entries(of: Self.tree(stage)).first { $0.kind == .file }).id),
        ] {
            let name = ref.replacing("aaaaaaaaaa", with: proposal.key.text)
            stage.repository.point(name, to: object)
            let observation = try await Self.observe(stage)
            #expect(
                observation.problems == [
                    Problem(
                        .needsPerson, "\(name) points to \(object.short), which is no record of Sphinx",
                        hint: "delete the ref if nobody needs it")
                ], "\(what)")
            #expect(observation.workspaces.map(\.path) == ["web"])
            #expect(observation.tracked.count == 1 && observation.tracked[proposal.key]?.closing == nil)
        }
    }

    private static func tree(_ stage: MemoryStage) throws -> ObjectID {
        try stage.repository.summary(of: try #require(stage.repository.refs["refs/heads/main"])).tree
    }

    @Test("a lock that nobody can read is nobody's to take: nothing is applied, and the sentence says where it is")
    func foreignLock() async throws {
        let (stage, proposal) = try await Self.proposed()
        try stage.merge(proposal.branch)
        let head = try #require(stage.repository.refs["refs/heads/main"])
        stage.repository.point("refs/sphinx/locks/web", to: head)
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.result) == [.locked])
        #expect(
            report.applies.map(\.reason) == ["another job took the lock: it is not where it was when this run looked"])
        #expect(
            report.problems.map(\.message) == [
                "refs/sphinx/locks/web points to \(head.short), which is no record of Sphinx"
            ])
        #expect(stage.infrastructure.applies == 0 && stage.repository.refs["refs/sphinx/locks/web"] == head)
    }

    static let ends: [(expires: Double?, until: String)] = [
        (nil, "1970-01-01T00:00:00Z"), (1_764_000_000, "2025-11-24T16:00:00Z"), (-5, "1969-12-31T23:59:55Z"),
        (1e300, "506713-02-07T00:00:00Z"),
    ]

    @Test("a lock ends when its record says, or has ended where it says nothing", arguments: ends)
    func locks(expires: Double?, until: String) async throws {
        let stage = try await MemoryStage()
        let record = Record(kind: "lock", run: "r", holder: "elsewhere/1", workspace: "web", expires: expires)
        stage.repository.point("refs/sphinx/locks/web", to: try Self.commit(record, in: stage))
        let lock = try #require(try await Self.observe(stage).locks["web"]).lock
        #expect(lock.holder == "elsewhere/1" && UTC.text(lock.expires.timeIntervalSince1970) == until)
    }

    @Test("manifests that cannot be read are told by name, one by one")
    func manifests() async throws {
        let (stage, proposal) = try await Self.proposed()
        try stage.merge(proposal.branch)
        try stage.write([
            "proposals/web/0000000000/proposal.json": "{}", "proposals/proposal.json": "x",
            "proposals/web/0000000000/other.json": "x",
        ])
        let observation = try await Self.observe(stage)
        #expect(observation.merged.map(\.manifest.key) == [proposal.key])
        #expect(
            observation.problems.map(\.message) == [
                "proposals/proposal.json is not a manifest that this version of Sphinx can read",
                "proposals/web/0000000000/proposal.json is not a manifest that this version of Sphinx can read",
            ])
    }

    @Test("a base that is not there is named, and a pinned one stays while its refs are read anew")
    func base() async throws {
        let (stage, proposal) = try await Self.proposed()
        var settings = stage.settings()
        settings.baseBranch = "trunk"
        await #expect(
            throws: Problem(
                .needsPerson, "the remote has no branch 'trunk'", hint: "name another one with --base")
        ) { try await Observer(world: stage.world(), settings: settings).observe() }

        let first = try await Self.observe(stage)
        try stage.write(["README.md": "more"])
        try await stage.delete(proposal.branch)
        let again = try await Observer(world: stage.world(), settings: stage.settings())
            .observe(pinned: first.snapshot)
        #expect(again.snapshot.base == first.snapshot.base)
        #expect(stage.repository.refs["refs/heads/main"] != first.snapshot.base)
        #expect(again.tracked[proposal.key]?.head == nil)
    }
}
