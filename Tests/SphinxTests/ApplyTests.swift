import Domain
import Foundation
import GitAdapter
import Reconciliation
import TestSupport
import Testing

@testable import sphinx

@Suite("Applying")
struct ApplyTests {
    /// The infrastructure changes behind everyone's back: another size in the state than anyone approved.
    private func drift(_ stage: LoopStage, size: String) async throws {
        try stage.drift("\"size\": \"large\"", to: "\"size\": \"\(size)\"")
    }

    @Test("infrastructure changed between review and apply: not applied, and a branch asks for approval anew")
    func needsApproval() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        try await drift(stage, size: "huge")
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.needsApproval])
        #expect(report.applies.map(\.reason) == ["planned differently now: terraform_data.one"])
        #expect(try stage.state("web").contains("\"size\": \"huge\""))

        let branch = "sphinx/web/approve-\(proposal.key)"
        let page = try await stage.show("proposals/web/\(proposal.key)/README.md", on: branch)
        #expect(page.contains("| `terraform_data.one` | approved, but planned differently now |"))
        #expect(page.contains("`input.size`: `huge` → `small`"))
        let refs = try await stage.refs()
        #expect(refs.keys.allSatisfy { !$0.contains("/locks/") && !$0.contains("/applied/") })

        let again = try await stage.reconcile { $0.only = .apply }
        #expect(again.proposals.map(\.state) == [.unchanged])
        #expect(try await stage.refs() == refs)

        try await stage.merge(branch)
        let applied = try await stage.reconcile { $0.only = .apply }
        #expect(applied.applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("\"size\": \"small\""))
        let left = Set(try await stage.refs().keys).subtracting(["refs/heads/main"])
        #expect(left.allSatisfy { $0.hasPrefix("refs/sphinx/applied/") } && left.count == 1)
    }

    @Test("a request for approval that was deleted is not made again for the same plan")
    func approvalRejected() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        try await drift(stage, size: "huge")
        _ = try await stage.reconcile { $0.only = .apply }
        try await stage.delete("sphinx/web/approve-\(proposal.key)")
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.proposals.map(\.state) == [.rejected])
        #expect(report.applies.map(\.result) == [.needsApproval])
    }

    @Test("what someone applied already is recorded, not applied again")
    func alreadyApplied() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.merge(try #require(try await stage.reconcile().proposals.first).branch)
        try await stage.applyBase()
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.alreadyApplied])
        #expect(try await stage.reconcile { $0.only = .apply }.applies.isEmpty)
    }

    @Test("a workspace that another job holds is left alone until its lock expires")
    func locked() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.merge(try #require(try await stage.reconcile().proposals.first).branch)
        let git = try stage.repository()
        let text = """
            sphinx: lock

            {"expires": 1764000600, "holder": "elsewhere/1", "kind": "lock", "run": "other", "workspace": "web"}
            """
        let commit = try git.objects.commit(
            CommitDraft(parent: nil, message: text, time: Date(timeIntervalSince1970: 1_764_000_000)))
        #expect(try await git.remote.push([RefUpdate("refs/sphinx/locks/web", from: nil, to: commit)]).isEmpty)
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.locked])
        #expect(report.applies.map(\.reason) == ["locked by other, until 2025-11-24T16:10:00Z"])
        #expect(try stage.state("web").contains("\"size\": \"large\""))
        stage.pass(601)
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
    }

    @Test("a run that died after the write-ahead is taken up by the next one", arguments: ["before", "after"])
    func interrupted(apply: String) async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.merge(try #require(try await stage.reconcile().proposals.first).branch)
        var world = try stage.world()
        world.infrastructure = DyingInfrastructure(infrastructure: stage.terraform, appliesFirst: apply == "after")
        world.remote = DeafRemote(remote: world.remote)
        var settings = stage.settings()
        settings.only = .apply
        let report = try await Reconciler(world: world, settings: settings).run()
        #expect(report.applies.map(\.result) == [.failed])
        #expect(try await stage.refs().keys.contains { $0.hasPrefix("refs/sphinx/applying/") })
        stage.pass(7_200)
        let next = try await stage.reconcile { $0.only = .apply }
        #expect(next.applies.map(\.result) == [apply == "after" ? .alreadyApplied : .applied])
        #expect(try stage.state("web").contains("\"size\": \"small\""))
        #expect(try await stage.refs().keys.allSatisfy { !$0.contains("/applying/") && !$0.contains("/locks/") })
    }

    @Test("a failed apply is never tried again by itself; what is left needs approval")
    func failed() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        var world = try stage.world()
        world.infrastructure = DyingInfrastructure(infrastructure: stage.terraform, appliesFirst: false)
        var settings = stage.settings()
        settings.only = .apply
        let report = try await Reconciler(world: world, settings: settings).run()
        #expect(report.applies.map(\.reason) == ["the provider went away; left: terraform_data.one"])
        #expect(try await stage.refs().keys.contains { $0.hasPrefix("refs/sphinx/failed/") })
        let next = try await stage.reconcile { $0.only = .apply }
        #expect(next.applies.map(\.reason) == ["the last apply of this approval failed"])
        #expect(next.applies.map(\.result) == [.needsApproval])
        try await stage.merge("sphinx/web/approve-\(proposal.key)")
        #expect(try await stage.reconcile { $0.only = .apply }.applies.map(\.result) == [.applied])
    }

    @Test("workspace.yml can say that nothing is applied")
    func never() async throws {
        let stage = try await LoopStage([
            "workspaces/web/main.tf": LoopStage.machine("one", id: "i-1"),
            "workspaces/web/workspace.yml": "apply: never\n",
        ])
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        try await stage.merge(try #require(try await stage.reconcile().proposals.first).branch)
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.reason) == ["workspace.yml says 'apply: never'"])
        #expect(report.applies.map(\.result) == [.waiting])
    }

    @Test("a manifest that was changed by hand is reported by name, and the rest goes on")
    func brokenManifest() async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        let path = "proposals/web/\(proposal.key)/proposal.json"
        try await stage.commit([path: "{"], "Break it")
        let report = try await stage.reconcile()
        #expect(
            report.problems.map(\.message) == ["\(path) is not a manifest that this version of Sphinx can read"])
        #expect(report.applies.isEmpty)
    }

    @Test("two jobs at once apply once")
    func overlap() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.merge(try #require(try await stage.reconcile().proposals.first).branch)
        let settings = (0..<4).map { _ in
            var settings = stage.settings()
            settings.only = .apply
            return settings
        }
        let results = try await withThrowingTaskGroup(of: [ApplyOutcome.Result].self) { group in
            for settings in settings {
                let world = try stage.world(history: MemoryHistory())
                group.addTask { try await Reconciler(world: world, settings: settings).run().applies.map(\.result) }
            }
            return try await group.reduce(into: [ApplyOutcome.Result]()) { $0 += $1 }
        }
        #expect(results.count { $0 == .applied } == 1)
        #expect(results.allSatisfy { [.applied, .locked, .waiting].contains($0) })
    }
}

/// Terraform that dies at the apply, before or after it has done its work.
private struct DyingInfrastructure: Infrastructure {
    let infrastructure: any Infrastructure
    let appliesFirst: Bool

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        try await infrastructure.state(of: files)
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        DyingWorkbench(workbench: try await infrastructure.workbench(for: files), appliesFirst: appliesFirst)
    }
}

private struct DyingWorkbench: Workbench {
    let workbench: any Workbench
    let appliesFirst: Bool

    func formatted() async throws(TerraformFailure) -> [SourceFile] { try await workbench.formatted() }
    func validate() async throws(TerraformFailure) { try await workbench.validate() }
    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan { try await workbench.plan(options) }
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? { nil }
    func planDocument() async throws(TerraformFailure) -> JSONValue { try await workbench.planDocument() }
    func close() async { await workbench.close() }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        if appliesFirst { _ = try await workbench.apply() }
        throw TerraformFailure(step: "apply", diagnostics: [], problem: Problem(.needsPerson, "the provider went away"))
    }
}

/// A remote that stops answering once something is being applied, as for a job that was killed.
private struct DeafRemote: Remote {
    let remote: any Remote

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
        guard !updates.contains(where: { $0.name.contains("/failed/") || $0.name.contains("/applied/") }) else {
            throw Problem(.passing, "the job was killed")
        }
        return try await remote.push(updates)
    }
}
