import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

/// One merged proposal that adds `terraform_data.three`, and everything that may happen to it on its way.
@Suite("Applying what is merged")
struct ApplyStageTests {
    private static let three = "terraform_data.three"
    private let stage: MemoryStage
    private let proposal: ProposalOutcome
    private let approval: Approval

    init() async throws {
        stage = try await MemoryStage()
        let answer = RequestTests.added("resource \"terraform_data\" \"three\" {\n}\n", path: "workspaces/web/three.tf")
        let report = try await stage.propose("Add three", writer: ScriptedWriter([answer]))
        proposal = try #require(report.proposals.first)
        try stage.merge(proposal.branch)
        approval = try #require(
            try await Inspection(world: stage.world(), settings: stage.settings()).observed().merged.first
        ).approval
    }

    private var key: ProposalKey { proposal.key }
    private var head: ObjectID? { stage.repository.refs["refs/heads/main"] }

    private func apply(
        _ change: (inout World) -> Void = { _ in }, _ adjust: (inout RunSettings) -> Void = { _ in }
    ) async throws -> RunReport {
        var world = stage.world()
        change(&world)
        var settings = stage.settings()
        settings.only = .apply
        adjust(&settings)
        return try await Reconciler(world: world, settings: settings).run()
    }

    private func scripted(_ change: (inout ScriptedInfrastructure) -> Void) -> ScriptedInfrastructure {
        var infrastructure = ScriptedInfrastructure(memory: stage.infrastructure)
        change(&infrastructure)
        return infrastructure
    }

    private static func told(_ report: RunReport) -> [String] {
        report.applies.map { "\($0.result.rawValue): \($0.reason ?? "")" }
    }

    /// What the last run did, in words.
    private var steps: [String] {
        let all = stage.history.all
        return all.filter { $0.run == all.last?.run && !["run", "snapshot", "shared"].contains($0.action) }
            .map { "\($0.action) \($0.status)" }
    }

    /// Refs beside the proposal's own, without the hexadecimal parts that differ.
    private var ledger: [String] {
        stage.refs.filter { $0 != "refs/heads/\(proposal.branch)" && $0 != "refs/sphinx/proposals/\(key)" }
            .map { $0.replacing("\(key)", with: "KEY").replacing("\(approval)", with: "APPROVAL") }
    }

    // MARK: The ways to an end

    @Test("an equal plan is applied, step by step on record, and leaves one ref")
    func equal() async throws {
        let report = try await apply()
        #expect(Self.told(report) == ["applied: Apply complete!"] && report.problems.isEmpty)
        #expect(report.applies.map(\.approval) == [approval])
        #expect(steps == ["lock taken", "parity equal", "apply started", "apply applied"])
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
        #expect(!stage.refs.contains("refs/heads/\(proposal.branch)"))
        #expect(stage.infrastructure.plans.last == PlanOptions(lock: true))
        #expect(Self.told(try await apply()) == [] && stage.infrastructure.applies == 1)
    }

    @Test("what somebody applied already is recorded, and not applied again")
    func already() async throws {
        try await stage.applyBase()
        #expect(Self.told(try await apply()) == ["already_applied: the plan is empty"])
        #expect(steps == ["lock taken", "parity nothing_to_do", "apply already_applied"])
        #expect(stage.infrastructure.applies == 0 && ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
    }

    @Test("a plan that is not the approved one asks for approval, and its merge applies exactly that")
    func different() async throws {
        stage.infrastructure.forget("terraform_data.one", in: "web")
        let report = try await apply()
        #expect(Self.told(report) == ["needs_approval: not approved: terraform_data.one"])
        let asked = try #require(report.proposals.first)
        #expect(asked.state == .created && asked.branch == "sphinx/web/approve-\(key)")
        #expect(asked.planSummary == "2 to add, 0 to change, 0 to destroy")
        #expect(ledger == ["refs/heads/sphinx/web/approve-KEY", "refs/sphinx/proposals/approve-KEY"])
        #expect(stage.infrastructure.applies == 0)
        #expect(steps == ["lock taken", "parity different", "apply needs_approval", "approval created"])

        let again = try await apply()
        #expect(again.proposals.map(\.state) == [.unchanged] && again.proposals.map(\.reason) == [nil])
        try stage.merge(asked.branch)
        #expect(Self.told(try await apply()) == ["applied: Apply complete!"])
        #expect(
            stage.infrastructure.resources(of: "web").keys.sorted() == [
                "terraform_data.one", Self.three, "terraform_data.two",
            ])
        #expect(ledger.count == 1 && ledger[0].hasPrefix("refs/sphinx/applied/KEY/"))
    }

    @Test("a request for approval that somebody deleted or changed is left as it is; another plan asks anew")
    func asked() async throws {
        stage.infrastructure.forget("terraform_data.one", in: "web")
        let branch = try #require(try await apply().proposals.first).branch
        let pushed = try #require(stage.repository.refs["refs/heads/\(branch)"])

        stage.repository.point("refs/heads/\(branch)", to: try #require(head))
        let edited = try await apply().proposals
        #expect(edited.map(\.state) == [.edited])
        #expect(edited.map(\.reason) == ["someone else's commit is on the branch"])

        stage.repository.point("refs/heads/\(branch)", to: pushed)
        try await stage.delete(branch)
        let rejected = try await apply().proposals
        #expect(rejected.map(\.state) == [.rejected] && rejected.map(\.reason) == ["the branch was deleted"])

        stage.infrastructure.forget("terraform_data.two", in: "web")
        let anew = try await apply()
        #expect(anew.proposals.map(\.state) == [.refreshed])
        #expect(Self.told(anew) == ["needs_approval: not approved: terraform_data.one, terraform_data.two"])
    }

    @Test("a failed apply is recorded with what it did, and never tried again by itself")
    func failed() async throws {
        let failure = TerraformFailure.sample("web: no quota", done: ["terraform_data.one"])
        let report = try await apply { $0.infrastructure = scripted { $0.failures["apply"] = failure } }
        #expect(Self.told(report) == ["failed: web: no quota; left: terraform_data.three"])
        #expect(report.problems.map(\.message) == ["web: no quota"])
        #expect(steps == ["lock taken", "parity equal", "apply started", "apply failed", "log kept"])
        #expect(ledger == ["refs/sphinx/failed/KEY/APPROVAL"])

        let again = try await apply()
        #expect(Self.told(again) == ["needs_approval: the last apply of this approval failed"])
        #expect(stage.infrastructure.applies == 0)
        try stage.merge(try #require(again.proposals.first).branch)
        #expect(Self.told(try await apply()) == ["applied: Apply complete!"])
        #expect(ledger.count == 1 && ledger[0].hasPrefix("refs/sphinx/applied/KEY/"))
    }

    @Test("a failed apply that did everything is recorded as such by the next run")
    func failedAndDone() async throws {
        let failure = TerraformFailure.sample("web: killed", done: [Self.three])
        let report = try await apply {
            $0.infrastructure = scripted {
                $0.failures["apply"] = failure; $0.appliesFirst = true
            }
        }
        #expect(Self.told(report) == ["failed: web: killed; done: terraform_data.three"])
        #expect(Self.told(try await apply()) == ["already_applied: the plan is empty"])
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
    }

    // MARK: What keeps it from being applied

    static let hindrances: [(name: String, step: String, failure: TerraformFailure)] = [
        ("the files cannot be laid out", "open", .sample("web: no backend", step: "init")),
        ("the code is not valid", "validate", .sample("web: unsupported argument", step: "validate")),
        ("the plan fails", "plan", .sample("web: no credentials", step: "plan")),
    ]

    @Test("a step before the apply that fails gives the lock back, and the next run goes on", arguments: hindrances)
    func hindered(name: String, step: String, failure: TerraformFailure) async throws {
        let report = try await apply { $0.infrastructure = scripted { $0.failures[step] = failure } }
        #expect(Self.told(report) == ["failed: \(failure.problem.message)"] && report.problems == [failure.problem])
        #expect(ledger.isEmpty && steps == ["lock taken", "apply failed"])
        #expect(Self.told(try await apply()) == ["applied: Apply complete!"])
    }

    @Test("a kept state is brought back first")
    func keptState() async throws {
        stage.infrastructure.keep("/kept/errored.tfstate", of: "web")
        let report = try await apply()
        #expect(
            report.problems.map(\.description) == [
                "web: the state of an earlier apply could not be saved and is in /kept/errored.tfstate, so nothing is applied; recover it with 'sphinx state recover --workspace web', or remove the file"
            ])
        #expect(stage.infrastructure.applies == 0 && ledger.isEmpty)
    }

    @Test("a base that moves during the run is waited for where it concerns the workspace, and only there")
    func moved() async throws {
        let elsewhere = try await apply {
            $0.remote = Moving(stage.repository) { [stage] in try? stage.write(["README.md": "more"]) }
        }
        #expect(Self.told(elsewhere) == ["applied: Apply complete!"])
    }

    @Test(
        "a base that moves below the workspace or its proposals is read by the next run",
        arguments: [
            "workspaces/web/extra.tf", "proposals/web/other/README.md",
        ])
    func movedHere(path: String) async throws {
        let report = try await apply {
            $0.remote = Moving(stage.repository) { [stage] in try? stage.write([path: "# more\n"]) }
        }
        #expect(Self.told(report) == ["waiting: the base moved during this run"])
        #expect(ledger.isEmpty && stage.infrastructure.applies == 0 && steps == ["lock taken", "apply waiting"])
    }

    @Test("another job that was quicker with the ledger is not repeated")
    func ledgerMoved() async throws {
        let ref = "refs/sphinx/applied/\(key)/\(approval)"
        let report = try await apply {
            $0.remote = Moving(stage.repository) { [stage] in stage.repository.point(ref, to: .of("e")) }
        }
        #expect(Self.told(report) == ["waiting: the base moved during this run"])
        #expect(stage.infrastructure.applies == 0)
    }

    @Test("a run that is interrupted before it begins has done nothing")
    func interrupted() async throws {
        let report = try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await apply()
        }.value
        #expect(Self.told(report) == ["waiting: the run was interrupted"] && ledger.isEmpty)
    }

    @Test("workspaces that the run is not about stay as they are")
    func scoped() async throws {
        let report = try await apply({ _ in }) { $0.workspaces = [Glob("db")] }
        #expect(Self.told(report) == [] && ledger.isEmpty)
    }

    // MARK: Pushes that fail

    private static let down = Problem(.passing, "the remote hung up")

    @Test("a lock that cannot be pushed is a failure of that workspace, and leaves nothing")
    func lockDown() async throws {
        let report = try await apply {
            $0.remote = FaultyRemote(stage.repository, .breaks(Self.down)) { $0.name.contains("/locks/") }
        }
        #expect(Self.told(report) == ["failed: the remote hung up"] && report.problems == [Self.down])
        #expect(ledger.isEmpty && steps == [])
    }

    @Test("a write-ahead that is not taken keeps the apply from beginning")
    func writeAheadLost() async throws {
        let report = try await apply {
            $0.remote = FaultyRemote(stage.repository, .refuses("stale info")) { $0.name.contains("/applying/") }
        }
        #expect(Self.told(report) == ["locked: another job took the lock before the apply"])
        #expect(stage.infrastructure.applies == 0)
        #expect(steps == ["lock taken", "parity equal", "apply started", "apply locked"])
    }

    @Test("what is applied and cannot be recorded is found by the next run")
    func ledgerDown() async throws {
        let report = try await apply {
            $0.remote = FaultyRemote(stage.repository, .refuses("protected")) { $0.name.contains("/applied/") }
        }
        let message =
            "web is applied, but the ledger was not taken: refs/sphinx/applied/\(key)/\(approval): protected"
        #expect(Self.told(report) == ["failed: \(message)"])
        #expect(report.problems.map(\.hint) == ["the next run finds nothing left to change and records it"])
        #expect(ledger == ["refs/sphinx/applying/KEY/APPROVAL"])
        #expect(Self.told(try await apply()) == ["already_applied: the plan is empty"])
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"] && stage.infrastructure.applies == 1)
    }

    @Test("a branch that cannot be deleted with its proposal is told, and applied it is")
    func branchStays() async throws {
        let branch = proposal.branch
        let report = try await apply {
            $0.remote = FaultyRemote(stage.repository, .refuses("protected")) { $0.name == "refs/heads/\(branch)" }
        }
        #expect(Self.told(report) == ["applied: Apply complete!"])
        #expect(
            report.problems.map(\.description) == [
                "\(branch) was not deleted with its applied proposal: refs/heads/\(branch): protected; delete it by hand"
            ])
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
        #expect(stage.refs.contains("refs/heads/\(branch)"))
    }

    @Test("a failure that cannot be recorded leaves the write-ahead, from which the next run goes on")
    func failureDown() async throws {
        let report = try await apply {
            $0.infrastructure = scripted { $0.failures["apply"] = .sample("web: no quota") }
            $0.remote = FaultyRemote(stage.repository, .breaks(Self.down)) { $0.name.contains("/failed/") }
        }
        #expect(report.problems.map(\.message) == ["web: no quota", "the remote hung up"])
        #expect(ledger == ["refs/sphinx/applying/KEY/APPROVAL"])
        #expect(Self.told(try await apply()) == ["applied: Apply complete!"])
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
    }

    @Test("a failure whose record is refused says where what was written stayed")
    func failureRefused() async throws {
        let report = try await apply {
            $0.infrastructure = scripted { $0.failures["apply"] = .sample("web: no quota") }
            $0.remote = FaultyRemote(stage.repository, .refuses("protected")) { $0.name.contains("/failed/") }
        }
        #expect(
            report.problems.map(\.description) == [
                "web: no quota",
                "the failed apply was not recorded in refs/sphinx/failed/\(key)/\(approval): protected; the next run that gets the lock goes on from it",
            ])
    }

    @Test("an approval's branch that is not taken is a failed proposal, and the lock is given back")
    func approvalRefused() async throws {
        stage.infrastructure.forget("terraform_data.one", in: "web")
        let report = try await apply {
            $0.remote = FaultyRemote(stage.repository, .refuses("protected")) { $0.name.contains("/approve-") }
        }
        #expect(report.proposals.map(\.state) == [.failed] && ledger.isEmpty)
        #expect(report.proposals.map(\.reason) == ["refs/heads/sphinx/web/approve-\(key): protected"])
    }

    // MARK: A history that takes no more

    @Test(
        "a step that cannot be recorded is not taken, and the lock is given back",
        arguments: ["lock taken", "parity equal", "apply started"])
    func unrecorded(step: String) async throws {
        let report = try await apply { $0.history = FullHistory(history: stage.history, refused: step) }
        #expect(Self.told(report) == ["failed: no room is left for the history"])
        #expect(report.problems == [FullHistory.problem])
        #expect(stage.infrastructure.applies == 0 && ledger.isEmpty)
    }

    @Test("an apply that cannot be recorded any more is in the ledger")
    func unrecordedEnd() async throws {
        let report = try await apply { $0.history = FullHistory(history: stage.history, refused: "apply applied") }
        #expect(report.problems.contains(FullHistory.problem))
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
    }

    // MARK: An apply that outlived its run

    /// A run of this machine wrote ahead and died.
    private func die() throws {
        let record = Record(kind: "applying", run: "run-0", holder: "test/7", workspace: "web")
        stage.repository.point(
            "refs/sphinx/applying/\(key)/\(approval)",
            to: try stage.repository.commit(try record.draft(at: Date(timeIntervalSince1970: 0))))
    }

    @Test("that completed is recorded with its own words")
    func adopted() async throws {
        try die()
        try await stage.applyBase()
        let ending = ApplyEnding.completed(ApplyResult(summary: "1 added", log: "its log"))
        let report = try await apply { $0.infrastructure = scripted { $0.ending = .success(ending) } }
        #expect(Self.told(report) == ["applied: 1 added"])
        #expect(steps == ["lock taken", "apply adopted", "parity nothing_to_do", "apply applied", "log kept"])
        #expect(stage.infrastructure.applies == 0 && ledger == ["refs/sphinx/applied/KEY/APPROVAL"])
    }

    @Test("that failed is a failed apply, though this run applied nothing")
    func adoptedFailure() async throws {
        try die()
        let failure = TerraformFailure.sample("web: killed")
        let report = try await apply { $0.infrastructure = scripted { $0.ending = .success(.failed(failure)) } }
        #expect(Self.told(report) == ["failed: web: killed; left: terraform_data.three"])
        #expect(ledger == ["refs/sphinx/failed/KEY/APPROVAL"] && stage.infrastructure.applies == 0)
    }

    @Test("that cannot be waited for keeps everything as it is")
    func adoptionStopped() async throws {
        try die()
        let failure = TerraformFailure.sample("web: it still runs")
        let report = try await apply { $0.infrastructure = scripted { $0.ending = .failure(failure) } }
        #expect(Self.told(report) == ["failed: web: it still runs"])
        #expect(ledger == ["refs/sphinx/applying/KEY/APPROVAL"] && stage.infrastructure.applies == 0)
    }

    @Test("of which nothing is known any more is planned anew, and applied if the plan is the approved one")
    func adoptionUnknown() async throws {
        try die()
        #expect(Self.told(try await apply()) == ["applied: Apply complete!"])
        #expect(ledger == ["refs/sphinx/applied/KEY/APPROVAL"] && stage.infrastructure.applies == 1)
    }

    @Test("whose record is gone from this clone is planned anew")
    func adoptionLost() async throws {
        stage.repository.point("refs/sphinx/applying/\(key)/\(approval)", to: .of("e"))
        #expect(Self.told(try await apply()) == ["applied: Apply complete!"])
    }
}

/// A remote in which something happens once, after the first look at it.
private final class Moving: Remote {
    private let remote: MemoryRepository
    private let happening: @Sendable () -> Void
    private let looks = Mutex(0)

    init(_ remote: MemoryRepository, _ happening: @escaping @Sendable () -> Void) {
        self.remote = remote
        self.happening = happening
    }

    func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
        let look = looks.withLock { looks in
            looks += 1
            return looks
        }
        if look == 2 { happening() }
        return try await remote.snapshot(base: base, prefixes: prefixes)
    }

    func fetch(_ objects: [ObjectID]) async throws(Problem) {}
    func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] { try await remote.push(updates) }
}
