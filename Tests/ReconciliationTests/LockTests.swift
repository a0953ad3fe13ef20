import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

/// Jobs on other machines, whose clocks differ, meet one that holds a workspace's lock.
@Suite("Locks of workspaces")
struct LockTests {
    private let stage: MemoryStage

    /// A request that is merged and waits for its apply.
    init() async throws {
        stage = try await MemoryStage()
        let answer = RequestTests.added("resource \"terraform_data\" \"three\" {\n}\n", path: "workspaces/web/three.tf")
        let report = try await stage.propose("Add three", writer: ScriptedWriter([answer]))
        try stage.merge(try #require(report.proposals.first).branch)
    }

    private func world(_ skew: Double, _ infrastructure: (any Infrastructure)? = nil) -> World {
        var world = stage.world()
        let now = world.now
        world.now = { now() + skew }
        if let infrastructure { world.infrastructure = infrastructure }
        return world
    }

    private func apply(_ world: World) async throws -> RunReport {
        var settings = stage.settings()
        settings.only = .apply
        return try await Reconciler(world: world, settings: settings).run()
    }

    /// How a second job fares that comes when the first one is at a step and some seconds have gone by.
    private func meeting(at step: Meeting.Step, after seconds: Double, skew: Double) async throws -> (
        first: RunReport, second: RunReport?
    ) {
        let second = Mutex<RunReport?>(nil)
        let meeting = Meeting(stage.infrastructure, step) {
            stage.pass(seconds)
            let report = try? await apply(world(skew))
            second.withLock { $0 = report }
        }
        let first = try await apply(world(0, meeting))
        return (first, second.withLock { $0 })
    }

    private var refs: [String] { stage.refs.filter { $0.contains("/locks/") || $0.contains("/applying/") } }

    @Test(
        "clocks that differ by five minutes break neither a lock that was just taken nor that of an apply at its deadline",
        arguments: [
            (Meeting.Step.plan, 0.0, -300.0, 1_800.0), (.plan, 0, 0, 1_800), (.plan, 0, 300, 1_800),
            (.plan, 1_499, 300, 1_800), (.apply, 0, -300, 5_400), (.apply, 0, 300, 5_400),
            // An hour of deadline, ten minutes of patience.
            (.apply, 4_200, 300, 5_400), (.apply, 4_200, -300, 5_400),
        ])
    func skew(step: Meeting.Step, seconds: Double, skew: Double, lease: Double) async throws {
        let start = stage.world().now().timeIntervalSince1970
        let (first, second) = try await meeting(at: step, after: seconds, skew: skew)
        #expect(first.applies.map(\.result) == [.applied])
        #expect(second?.applies.map(\.result) == [.locked])
        let until = UTC.text(start + lease)
        #expect(second?.applies.map(\.reason) == ["locked by run-3, until \(until)"])
        #expect(refs.isEmpty)
    }

    @Test("a plan that outlives its lock is not applied: the job that broke it applies, once")
    func outlived() async throws {
        let (first, second) = try await meeting(at: .plan, after: 1_501, skew: 300)
        #expect(second?.applies.map(\.result) == [.applied])
        #expect(first.applies.map(\.result) == [.locked])
        #expect(first.applies.map(\.reason) == ["another job took the lock before the apply"])
        #expect(stage.infrastructure.applies == 1 && refs.isEmpty)
    }

    @Test("that of an apply which Terraform refused goes with what was written ahead, and the next run applies")
    func refused() async throws {
        let reason = "web: the state changed after the plan was made"
        var failure = TerraformFailure(step: "apply", diagnostics: [], problem: Problem(.passing, reason))
        failure.isRefused = true
        let report = try await apply(world(0, Meeting(stage.infrastructure, .apply, refusal: failure) {}))
        #expect(report.applies.map(\.result) == [.failed] && report.applies.map(\.reason) == [reason])
        #expect(stage.infrastructure.applies == 0 && refs.isEmpty)
        #expect(!stage.refs.contains { $0.contains("/failed/") })
        #expect(try await apply(world(0)).applies.map(\.result) == [.applied])
        #expect(stage.infrastructure.applies == 1 && refs.isEmpty)
    }

    @Test(
        "that of a job that died is broken once it is over, by a clock that is behind, later", arguments: [0.0, -300])
    func died(skew: Double) async throws {
        let keeper = LockKeeper(
            world: stage.world(), settings: stage.settings(), publisher: Publisher(remote: stage.repository),
            workspace: "web")
        guard case .held = try await keeper.take(over: nil) else {
            Issue.record("the lock was refused")
            return
        }
        stage.pass(1_799 - skew)
        #expect(try await apply(world(skew)).applies.map(\.result) == [.locked])
        stage.pass(1)
        #expect(try await apply(world(skew)).applies.map(\.result) == [.applied])
        #expect(refs.isEmpty)
    }
}

/// Terraform during which, once, something else happens.
struct Meeting: Infrastructure {
    enum Step: Sendable { case plan, apply }

    private let infrastructure: MemoryInfrastructure
    fileprivate let step: Step
    fileprivate let refusal: TerraformFailure?
    fileprivate let happening: @Sendable () async -> Void

    init(
        _ infrastructure: MemoryInfrastructure, _ step: Step, refusal: TerraformFailure? = nil,
        _ happening: @escaping @Sendable () async -> Void
    ) {
        self.infrastructure = infrastructure
        self.refusal = refusal
        self.step = step
        self.happening = happening
    }

    func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
        try await infrastructure.state(of: files)
    }

    func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
        MeetingWorkbench(workbench: try await infrastructure.workbench(for: files), meeting: self)
    }
}

private struct MeetingWorkbench: Workbench {
    let workbench: any Workbench
    let meeting: Meeting

    func formatted() async throws(TerraformFailure) -> [SourceFile] { try await workbench.formatted() }
    func validate() async throws(TerraformFailure) { try await workbench.validate() }
    func schema(of type: String) async throws(TerraformFailure) -> JSONValue? { nil }
    func planDocument() async throws(TerraformFailure) -> JSONValue { try await workbench.planDocument() }
    func close() async { await workbench.close() }

    func plan(_ options: PlanOptions) async throws(TerraformFailure) -> Plan {
        let plan = try await workbench.plan(options)
        if meeting.step == .plan { await meeting.happening() }
        return plan
    }

    func apply() async throws(TerraformFailure) -> ApplyResult {
        if meeting.step == .apply { await meeting.happening() }
        if let refusal = meeting.refusal { throw refusal }
        return try await workbench.apply()
    }
}
