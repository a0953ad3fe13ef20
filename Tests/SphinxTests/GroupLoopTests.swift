import Domain
import Reconciliation
import TestSupport
import Testing

@Suite("Branches of several proposals")
struct GroupLoopTests {
    private static let byRule = "sphinx/+rule/idle"

    private static func fleet(_ machines: [String], group: String = "rule") throws -> Fleet {
        let fleet = try Fleet(["a", "b"], rules: "group: \(group)\n")
        fleet.idle(machines)
        return fleet
    }

    private static func text(_ path: String, on branch: String, _ fleet: Fleet) throws -> String {
        let head = try #require(fleet.repository.refs["refs/heads/\(branch)"])
        return try #require(try fleet.repository.file(at: path, in: head)).text
    }

    /// Of the group's branch and of what tracks it.
    private static func refs(_ fleet: Fleet) -> [String] {
        fleet.repository.refs.keys.filter { $0.contains("/+") || $0.contains("/groups/") }.sorted()
    }

    @Test("hold the changes and pages of all members, which keep their own; the next run writes nothing")
    func union() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        let report = try await fleet.reconcile()
        let keys = report.proposals.map(\.key)
        #expect(report.proposals.map(\.state) == [.created, .created] && report.pushes == 1)
        #expect(report.groups == [GroupOutcome(branch: Self.byRule, state: .created, members: keys)])
        #expect(Self.refs(fleet) == ["refs/heads/\(Self.byRule)", "refs/sphinx/groups/rule/idle"])
        for (workspace, key) in [("a", keys[0]), ("b", keys[1])] {
            #expect(try Self.text("workspaces/\(workspace)/main.tf", on: Self.byRule, fleet).contains("\"small\""))
            let own = try #require(report.proposals.first { $0.key == key }).branch
            for name in ["proposal.json", "README.md", "plan.txt"] {
                let path = "proposals/\(workspace)/\(key)/\(name)"
                #expect(
                    try Self.text(path, on: Self.byRule, fleet) == (try Self.text(path, on: own, fleet)))
            }
        }
        let again = try await fleet.reconcile()
        #expect(again.pushes == 0 && again.groups.map(\.state) == [.unchanged])
    }

    @Test("say in their commit what they hold, and nothing of it can be a trailer or a mention")
    func message() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        let report = try await fleet.reconcile()
        let head = try #require(fleet.repository.refs["refs/heads/\(Self.byRule)"])
        let message = try fleet.repository.summary(of: head).message
        let (first, second) = (report.proposals[0], report.proposals[1])
        let digest = try #require(message.firstMatch(of: /Sphinx-Group-Digest: (sha256:[0-9a-f]{64})\n/)?.1)
        #expect(
            message == """
                sphinx: 2 proposals of the rule 'idle'

                Each one has its page in `proposals/`, with its own plan and evidence. Merging this branch approves all of them; to take only some, merge their own branches.

                - \(first.key) a: terraform_data.m1: terraform_data.m1 is idle
                - \(second.key) b: terraform_data.m2: terraform_data.m2 is idle

                Sphinx-Proposal: \(first.key)
                Sphinx-Proposal: \(second.key)
                Sphinx-Group-Digest: \(digest)

                """)
    }

    @Test("approve all members when they are merged, and go afterwards")
    func merged() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        let keys = try await fleet.reconcile().proposals.map(\.key)
        try fleet.merge(Self.byRule)
        let report = try await fleet.reconcile()
        #expect(report.applies.compactMap(\.key) == keys)
        #expect(report.groups.map(\.state) == [.withdrawn] && Self.refs(fleet).isEmpty)
    }

    @Test("follow their members, and go when one alone is left")
    func following() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        try await fleet.reconcile()
        fleet.idle(["a1", "b2", "b3"])
        let three = try await fleet.reconcile(at: Fleet.start + 60)
        #expect(three.groups.map(\.state) == [.refreshed])
        fleet.metrics.set(
            LoopStage.query, [(["id": "a1"], 0.01), (["id": "b2"], 0.9), (["id": "b3"], 0.9)])
        let one = try await fleet.reconcile(at: Fleet.start + 120)
        #expect(
            one.groups == [
                GroupOutcome(
                    branch: Self.byRule, state: .withdrawn, reason: "fewer than two proposals are open and go together")
            ])
        #expect(Self.refs(fleet).isEmpty)
    }

    @Test("leave out what conflicts; what is left alone is no group")
    func conflict() async throws {
        // In memory two changes of one file conflict.
        let fleet = try Self.fleet(["a1", "a2", "b1"])
        let report = try await fleet.reconcile()
        let group = try #require(report.groups.first)
        let inA = report.proposals.filter { $0.workspace == "a" }.map(\.key)
        #expect(group.members.count == 2 && group.reason == "left out, as they conflict: \(inA[1])")
        #expect(report.proposals.allSatisfy { $0.state == .created })

        let workspace = try Self.fleet(["a1", "a2"], group: "workspace")
        #expect(try await workspace.reconcile().groups.isEmpty && Self.refs(workspace).isEmpty)
    }

    @Test("that a person deleted come back only with other members; those that a person changed are left alone")
    func people() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        try await fleet.reconcile()
        #expect(try await fleet.delete([Self.byRule]).isEmpty)
        let deleted = try await fleet.reconcile(at: Fleet.start + 60)
        #expect(deleted.groups.map(\.state) == [.rejected] && deleted.pushes == 0)
        #expect(deleted.groups.map(\.reason) == ["the branch was deleted; its members are still open"])
        fleet.idle(["a1", "b2", "b3"])
        #expect(try await fleet.reconcile(at: Fleet.start + 120).groups.map(\.state) == [.created])

        try fleet.repository.write([SourceFile(path: "x", text: "mine")], on: Self.byRule)
        fleet.idle(["a1", "a2", "b2", "b3"])
        let edited = try await fleet.reconcile(at: Fleet.start + 180)
        #expect(
            edited.groups == [
                GroupOutcome(branch: Self.byRule, state: .edited, reason: "someone else's commit is on the branch")
            ])
        #expect(try Self.text("x", on: Self.byRule, fleet) == "mine")
    }

    @Test("go when the rules file names no grouping any more, and stay in a run about some workspaces")
    func ungrouped() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        try await fleet.reconcile()
        let scoped = try await fleet.reconcile { $0.workspaces = [Glob("a")] }
        #expect(scoped.groups.isEmpty && Self.refs(fleet).count == 2)
        try fleet.repository.write([SourceFile(path: "rules.yml", text: LoopStage.rules)])
        #expect(try await fleet.reconcile().groups.map(\.state) == [.withdrawn])
        #expect(Self.refs(fleet).isEmpty)
    }

    @Test("open one merge request for all of their members")
    func request() async throws {
        let fleet = try Self.fleet(["a1", "b2"])
        try await fleet.reconcile { $0.forge = .gitlab }
        #expect(fleet.repository.requests.map(\.branch) == [Self.byRule])
    }

    @Test("hold the very manifests and signatures of their members")
    func signed() async throws {
        struct Seal: Signer {
            func signature(of bytes: [UInt8], for purpose: SignaturePurpose) throws(Problem) -> String {
                "signed \(Digest(ofBytes: bytes))\n"
            }
        }
        let fleet = try Self.fleet(["a1", "b2"])
        let report = try await fleet.reconcile(signer: Seal())
        for proposal in report.proposals {
            for name in ["proposal.json", "proposal.json.sig"] {
                let path = "proposals/\(proposal.workspace)/\(proposal.key)/\(name)"
                #expect(
                    try Self.text(path, on: Self.byRule, fleet) == (try Self.text(path, on: proposal.branch, fleet)))
            }
        }
    }

    @Test("merge changes of one file with a real git, and both are applied by one merge")
    func realGit() async throws {
        let stage = try await LoopStage(
            [
                "workspaces/web/main.tf": LoopStage.machine("one", id: "i-1") + LoopStage.machine("two", id: "i-2")
            ], rules: LoopStage.rules + "group: workspace\n")
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01), (["id": "i-2"], 0.01)])
        let report = try await stage.reconcile()
        #expect(report.groups.map(\.branch) == ["sphinx/+workspace/web"] && report.groups[0].members.count == 2)
        let code = try await stage.show("workspaces/web/main.tf", on: "sphinx/+workspace/web")
        #expect(code.ranges(of: "\"small\"").count == 2 && !code.contains("\"large\""))
        try await stage.merge("sphinx/+workspace/web")
        let applied = try await stage.reconcile()
        #expect(applied.applies.map(\.result) == [.applied, .applied])
        #expect(applied.groups.map(\.state) == [.withdrawn])
        #expect(try await stage.refs().keys.filter { $0.hasPrefix("refs/heads/sphinx/") }.isEmpty)
    }
}
