import Domain
import Foundation
import Reports
import TestSupport
import Testing

@testable import Reconciliation

@Suite("A person's own branch")
struct BranchTests {
    private static let more = "resource \"terraform_data\" \"more\" {\n  input = 1\n}\n"
    private static let path = "workspaces/web/more.tf"

    private func stage(_ files: [String: String] = [path: more]) async throws -> MemoryStage {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "workspaces/db/main.tf": "resource \"terraform_data\" \"db\" {\n}\n",
        ])
        try stage.fork("feature")
        try stage.write(files, on: "feature")
        return stage
    }

    @Test("gets one commit with the plan of each workspace that it changes, and is applied by its merge")
    func attached() async throws {
        let stage = try await stage([
            Self.path: Self.more, "workspaces/db/main.tf": "resource \"terraform_data\" \"db\" {\n  input = 2\n}\n",
        ])
        let head = try #require(stage.repository.refs["refs/heads/feature"])
        let report = try await stage.plan("feature")
        #expect(report.proposals.map(\.workspace) == ["db", "web"] && report.pushes == 1)
        #expect(
            report.proposals.map(\.state) == [.created, .created]
                && report.proposals.map(\.rule) == ["branch", "branch"])
        #expect(
            report.proposals.map(\.planSummary) == [
                "0 to add, 1 to change, 0 to destroy", "1 to add, 0 to change, 0 to destroy",
            ])
        let now = try #require(stage.repository.refs["refs/heads/feature"])
        #expect(
            try stage.repository.summary(of: now).parents == [head] && report.proposals.map(\.commit) == [now, now])
        #expect(stage.refs == ["refs/heads/feature"])
        let keys = ["db", "web"].map { ProposalKey(workspace: $0, rule: "branch", address: "feature") }
        #expect(report.proposals.map(\.key) == keys)
        let files = try stage.files(on: "feature").map(\.path).filter { $0.hasPrefix("proposals/") }
        #expect(
            files
                == zip(["db", "web"], keys).flatMap { workspace, key in
                    ["README.md", "plan.txt", "proposal.json"].map { "proposals/\(workspace)/\(key)/\($0)" }
                })
        try await Golden.expect(try #require(report.proposals[0].message), "branch-commit.txt")
        try await Golden.expect(
            try #require(try stage.text("proposals/web/\(keys[1])/README.md", on: "feature")), "branch-page.md")

        try stage.merge("feature")
        let run = try await stage.reconcile()
        #expect(run.applies.map(\.result) == [.applied, .applied] && run.applies.map(\.key) == keys)
        #expect(stage.infrastructure.resources(of: "web")["terraform_data.more"] != nil)
        // The branch is the person's to delete.
        #expect(stage.refs.first == "refs/heads/feature")
    }

    @Test("is left alone where nothing changed since, and planned again where something did")
    func again() async throws {
        let stage = try await stage()
        let first = try await stage.plan("feature")
        let refs = stage.repository.refs
        try stage.write(["elsewhere.txt": "x"])
        let plans = stage.infrastructure.plans.count
        let same = try await stage.plan("feature")
        #expect(same.proposals.map(\.state) == [.unchanged] && same.pushes == 0)
        #expect(same.proposals.map(\.planDigest) == first.proposals.map(\.planDigest))
        #expect(stage.infrastructure.plans.count == plans)
        #expect(stage.repository.refs["refs/heads/feature"] == refs["refs/heads/feature"])

        try stage.write([Self.path: Self.more.replacing("1", with: "2")], on: "feature")
        let changed = try await stage.plan("feature")
        #expect(
            changed.proposals.map(\.state) == [.refreshed] && changed.proposals.map(\.key) == first.proposals.map(\.key)
        )
        #expect(changed.proposals.map(\.planDigest) != first.proposals.map(\.planDigest))

        try stage.write([Self.path: "# nothing\n"], on: "feature")
        let emptied = try await stage.plan("feature")
        #expect(emptied.proposals.map(\.planSummary) == ["0 to add, 0 to change, 0 to destroy"])
        try stage.merge("feature")
        #expect(try await stage.reconcile().applies.map(\.result) == [.alreadyApplied])
    }

    @Test("a change of comments needs no plan, and no workspace is no failure")
    func nothing() async throws {
        let comment = try await stage([Self.path: "# a comment\n"]).plan("feature")
        #expect(comment.proposals.map(\.state) == [.noChange] && comment.pushes == 0)
        #expect(comment.proposals.map(\.reason) == ["the plan is empty: there is nothing to approve"])
        let elsewhere = try await stage(["README.md": "x"]).plan("feature")
        #expect(elsewhere.proposals.isEmpty && elsewhere.notices == ["'feature' changes no workspace"])
    }

    @Test("may destroy and replace; that stands first, in the page and in the report")
    func destroys() async throws {
        let code = MemoryStage.code.replacing("forces = \"a\"", with: "forces = \"b\"").replacing(
            "resource \"terraform_data\" \"two\" {\n  input = local.size\n}\n", with: "")
        let stage = try await stage([MemoryStage.main: code])
        let report = try await stage.plan("feature")
        #expect(report.proposals.map(\.state) == [.created])
        #expect(
            report.findings.map(\.sentence) == ["terraform_data.one is replaced", "terraform_data.two is destroyed"])
        let key = try #require(report.proposals.first).key
        let page = try #require(try stage.text("proposals/web/\(key)/README.md", on: "feature"))
        #expect(
            page.contains(
                """
                > [!WARNING]
                > This plan destroys or replaces:
                > - `terraform_data.two`: **destroyed**
                > - `terraform_data.one`: **replaced**, forced by `forces`
                """))
        try stage.merge("feature")
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        #expect(stage.infrastructure.resources(of: "web").keys.sorted() == ["terraform_data.one"])
    }

    @Test("what it brings in is told and not refused")
    func findings() async throws {
        let code = Self.more.replacing("}\n", with: "  lifecycle {\n    ignore_changes = [input]\n  }\n}\n")
        let stage = try await stage([Self.path: code])
        let report = try await stage.plan("feature")
        #expect(report.proposals.map(\.state) == [.created])
        let sentence =
            "workspaces/web/more.tf: 'lifecycle' of terraform_data.more is new or changed: it lifts the guards on "
            + "destruction and drift"
        #expect(report.findings == [Finding(workspace: "web", sentence: sentence, runsAtPlan: false)])
        #expect(report.proposeText.hasPrefix("Findings\n- web: \(sentence)\n\nrun run-"))
        #expect(report.proposeJSON.value(at: "findings.0.message")?.string == sentence)
    }

    static let dangerous: [(name: String, files: [String: String], sentence: String)] = [
        (
            "a program", ["workspaces/web/more.tf": "data \"external\" \"x\" {}\n"],
            "workspaces/web/more.tf: data.external.x is new or changed: it runs a program"
        ),
        (
            "a file of the machine", ["workspaces/web/more.tf": "locals {\n  x = file(\"/etc/passwd\")\n}\n"],
            "workspaces/web/more.tf: 'file(\"/etc/passwd\")' is new or changed: it reads files of the machine"
        ),
        (
            "a template that reads one", ["workspaces/web/x.tpl": "${file(\"/etc/passwd\")}"],
            "workspaces/web/x.tpl: a call in a template is new or changed: a template may call functions that read "
                + "files of the machine"
        ),
        (
            "other providers' code", ["workspaces/web/.terraform.lock.hcl": "# x\n"],
            "workspaces/web/.terraform.lock.hcl: the lock file is new or changed: it decides which providers' code is run"
        ),
        (
            "a module's program",
            [
                "workspaces/web/more.tf": "module \"m\" {\n  source = \"../../modules/m\"\n}\n",
                "modules/m/main.tf": "data \"external\" \"x\" {}\n",
            ], "modules/m/main.tf: data.external.x is new or changed: it runs a program"
        ),
    ]

    @Test("what would run or read at plan time is told, and planned only where it is trusted", arguments: dangerous)
    func untrusted(name: String, files: [String: String], sentence: String) async throws {
        let stage = try await stage(files.merging(["workspaces/web/add.tf": Self.more]) { first, _ in first })
        let benches = stage.infrastructure.benches
        let head = stage.repository.refs["refs/heads/feature"]
        let report = try await stage.plan("feature")
        #expect(report.findings == [Finding(workspace: "web", sentence: sentence, runsAtPlan: true)])
        #expect(report.proposals.map(\.state) == [.failed] && report.pushes == 0)
        #expect(
            report.proposals.map(\.reason) == [
                "not planned: a finding would run code or read files at plan time; look at it, and run again with --trust"
            ])
        #expect(stage.infrastructure.benches == benches && stage.repository.refs["refs/heads/feature"] == head)

        let trusted = try await stage.plan("feature", trusting: true)
        #expect(trusted.proposals.map(\.state) == [.created] && trusted.findings == report.findings)
        let key = try #require(trusted.proposals.first).key
        let page = try #require(try stage.text("proposals/web/\(key)/README.md", on: "feature"))
        #expect(page.contains("(**at plan time**, planned with `--trust`)"))
    }

    @Test("waits for a base that is applied")
    func waits() async throws {
        let stage = try await stage()
        stage.infrastructure.forget("terraform_data.one", in: "web")
        let report = try await stage.plan("feature")
        #expect(report.proposals.map(\.state) == [.waiting])
        #expect(report.proposals.map(\.reason) == ["base not applied (1 to add, 0 to change, 0 to destroy)"])
        #expect(report.pushes == 0)
    }

    @Test("a workspace that cannot be planned keeps no other from it")
    func partial() async throws {
        let stage = try await stage([
            Self.path: Self.more, "workspaces/db/main.tf": "resource \"terraform_data\" \"db\" {\n  broken = 2\n}\n",
        ])
        let report = try await stage.plan("feature")
        #expect(report.proposals.map(\.state) == [.failed, .created])
        #expect(report.problems.map(\.message) == ["db: terraform validate said: Unsupported argument"])
    }

    @Test("in a targeted workspace only what it changes is planned, what it removes with it")
    func targeted() async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, Self.path: Self.more,
            "workspaces/web/workspace.yml": "targeted: true\n",
        ])
        stage.infrastructure.forget("terraform_data.one", in: "web")
        try stage.fork("feature")
        try stage.repository.replace(try stage.files(on: "main").filter { $0.path != Self.path }, on: "feature")
        let report = try await stage.plan("feature")
        #expect(report.proposals.map(\.planSummary) == ["0 to add, 0 to change, 1 to destroy"])
        #expect(stage.infrastructure.plans.map(\.targets) == [["terraform_data.more"]])
    }

    @Test("that moved meanwhile is not overwritten")
    func lease() async throws {
        let stage = try await stage()
        let moving = MovingRemote(stage.repository) {
            try stage.write(["workspaces/web/late.tf": "# late\n"], on: "feature")
        }
        var world = stage.world()
        world.remote = moving
        let report = try await Proposer(world: world, settings: stage.settings()).plan(branch: "feature")
        #expect(report.proposals.map(\.state) == [.failed])
        #expect(
            report.proposals.map(\.reason) == [
                "not published: refs/heads/feature: it is not where it was when this run looked"
            ])
        #expect(try stage.text("workspaces/web/late.tf", on: "feature") == "# late\n")
    }

    // MARK: Branches that get no plan

    static let refused: [(name: String, problem: String)] = [
        ("main", "'main' is the base branch; name a branch of your own, or another --base"),
        (
            "sphinx/web/idle-0123456789",
            "'sphinx/web/idle-0123456789' is a proposal branch of Sphinx, which has its plan already; merge it, or delete it"
        ),
        ("none", "the remote has no branch 'none'; push it first"),
        ("a..b", "'a..b' is no name of a branch; write it like --branch feature"),
        ("-x", "'-x' is no name of a branch; write it like --branch feature"),
        ("same", "'same' has nothing that main has not; commit the change to it first"),
        (
            "alien",
            "'alien' and main have no commit in common that is known here; a shallow clone knows too little: run "
                + "'git fetch --unshallow'"
        ),
        (
            "conflicting",
            "'conflicting' conflicts with main in workspaces/web/main.tf; merge main into it, and run again"
        ),
        ("behind", "'behind' is behind main in web; merge main into it, and run again"),
        (
            "removing",
            "'removing' removes the workspace db with its code; remove its resources first, and its folder once that "
                + "is applied"
        ),
    ]

    @Test("gets a sentence where no plan can be attached", arguments: refused)
    func refusals(name: String, problem: String) async throws {
        let stage = try await stage()
        for name in ["same", "conflicting", "behind", "removing"] { try stage.fork(name) }
        try stage.write([MemoryStage.main: "# theirs\n"], on: "conflicting")
        try stage.write([Self.path: Self.more], on: "behind")
        try stage.write([Self.path: Self.more], on: "alien")
        let kept = try stage.files(on: "main").filter { !$0.path.hasPrefix("workspaces/db/") }
        try stage.repository.replace(kept, on: "removing")
        if name != "removing" { try stage.write([MemoryStage.main: "# ours\n"]) }
        let refs = stage.repository.refs
        await #expect {
            try await stage.plan(name)
        } throws: { error in
            (error as? Problems)?.all.map(\.description) == [problem]
        }
        #expect(stage.repository.refs == refs)
    }
}

/// A remote on which something happens just before a push.
private struct MovingRemote: Remote {
    let remote: any Remote
    let move: @Sendable () throws -> Void

    init(_ remote: any Remote, _ move: @escaping @Sendable () throws -> Void) {
        self.remote = remote
        self.move = move
    }

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        try? move()
        return try await remote.push(updates)
    }
}
