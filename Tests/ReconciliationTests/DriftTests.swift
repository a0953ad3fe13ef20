import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

/// The stage's clock begins on 2025-11-24 at 16:00 UTC, a Monday.
@Suite("Drift")
struct DriftTests {
    private static let found =
        "1 to add, 0 to change, 0 to destroy: terraform_data.two (create); as of 2025-11-24T16:00:00Z"

    /// A hand that took away a resource of the base.
    private static func drifted(_ rules: RuleSet = RuleSet()) async throws -> MemoryStage {
        let stage = try await MemoryStage(rules: rules)
        stage.infrastructure.forget("terraform_data.two", in: "web")
        return stage
    }

    private static func look(
        _ stage: MemoryStage, _ change: (inout RunSettings) -> Void = { _ in }
    ) async throws -> RunReport {
        var settings = stage.settings()
        settings.detectsDrift = true
        change(&settings)
        return try await Reconciler(world: stage.world(), settings: settings).run()
    }

    private static func rows(_ stage: MemoryStage) throws -> [String] {
        try stage.history.rows(HistoryFilter(action: "drift")).map {
            "\($0.entry.workspace ?? "") \($0.entry.status) \($0.entry.details["reason"]?.string ?? "")"
        }
    }

    @Test("is looked for on request alone, told, recorded, and never applied")
    func found() async throws {
        let stage = try await Self.drifted()
        let resources = stage.infrastructure.resources(of: "web")
        #expect(try await stage.reconcile().applies.isEmpty && stage.refs.isEmpty)
        for part in [nil, .apply, .propose] as [RunSettings.Part?] {
            let report = try await Self.look(stage) { $0.only = part }
            #expect(report.applies.map(\.result) == [.drift] && report.applies.map(\.key) == [nil])
            #expect(report.applies.map(\.reason) == [Self.found])
            #expect(report.pushes == (part == nil ? 1 : 0))
        }
        #expect(stage.infrastructure.resources(of: "web") == resources)
        #expect(stage.refs == ["refs/sphinx/drift/web"])
        let reason = String(Self.found.prefix { $0 != ";" })
        #expect(try Self.rows(stage) == ["web found \(reason)"])
    }

    @Test("a ref that leads to no record is replaced by the next look")
    func replaced() async throws {
        let stage = try await Self.drifted()
        let base = try #require(stage.repository.refs["refs/heads/main"])
        for object in [ObjectID.of("e"), base] {
            stage.repository.point("refs/sphinx/drift/web", to: object)
            let report = try await Self.look(stage)
            #expect(report.applies.map(\.reason) == [Self.found] && report.problems.isEmpty && report.pushes == 1)
            let now = try #require(stage.repository.refs["refs/sphinx/drift/web"])
            #expect(Record(message: try stage.repository.summary(of: now).message)?.kind == DriftLedger.kind)
        }
    }

    @Test("is looked for again after the interval, and not before")
    func interval() async throws {
        let stage = try await Self.drifted(RuleSet(schedule: Schedule(driftInterval: 3_600)))
        _ = try await Self.look(stage)
        try await stage.applyBase()
        stage.pass(3_599)
        #expect(try await Self.look(stage).applies.map(\.reason) == [Self.found])
        stage.pass(1)
        let later = try await Self.look(stage)
        #expect(later.applies.isEmpty && later.pushes == 1)
        #expect(try Self.rows(stage).map { $0.prefix(9) } == ["web found", "web none "])

        stage.infrastructure.forget("terraform_data.one", in: "web")
        #expect(try await Self.look(stage).applies.isEmpty)
        let forced = try await Self.look(stage) { $0.ignoresSchedule = true }
        #expect(forced.applies.map(\.result) == [.drift])
    }

    @Test("that is known ends with the code that it was found in")
    func changed() async throws {
        let stage = try await Self.drifted()
        _ = try await Self.look(stage)
        try stage.write([MemoryStage.main: MemoryStage.code + "# more\n"])
        let report = try await Self.look(stage)
        #expect(report.applies.isEmpty && report.pushes == 0)
        stage.pass(86_400)
        #expect(try await Self.look(stage).applies.count == 1)
    }

    @Test("a dry run tells it and remembers nothing")
    func dry() async throws {
        let stage = try await Self.drifted()
        let report = try await Self.look(stage) { $0.isDryRun = true }
        #expect(report.applies.map(\.reason) == [Self.found])
        #expect(stage.refs.isEmpty && report.pushes == 0)
    }

    @Test("waits for its hours, which a freeze does not close, and says so")
    func schedule() async throws {
        let tuesday = Schedule.Window(text: "tue", days: [1], start: 0, end: 1_440)
        let freeze = Schedule.Freeze(text: "always", days: 0...100_000, reason: nil)
        let stage = try await Self.drifted(
            RuleSet(schedule: Schedule(windows: [.drift: [tuesday]], freezes: [freeze])))
        let monday = try await Self.look(stage)
        #expect(monday.applies.isEmpty && monday.pushes == 0)
        #expect(monday.notices == ["drift: 1 workspace waits for a later look: schedule: drift only tue (GMT)"])
        stage.pass(86_400)
        #expect(try await Self.look(stage).applies.count == 1)
    }

    @Test("the limit of a run takes those first that were not looked at for longest")
    func limit() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: ["a", "b", "c"].map { ("workspaces/\($0)/main.tf", MemoryStage.code) })
        let stage = try await MemoryStage(
            files, rules: RuleSet(limits: Limits(driftChecks: 2), schedule: Schedule(driftInterval: 60)))
        let first = try await Self.look(stage)
        #expect(
            first.notices == ["drift: 1 workspace waits for a later look: limit: drift_checks_per_run 2"])
        stage.pass(60)
        _ = try await Self.look(stage)
        #expect(try Self.rows(stage) == ["a none ", "b none ", "a none ", "c none "])
    }

    @Test("a base that cannot be planned is a problem once in an interval, and no drift")
    func broken() async throws {
        let stage = try await MemoryStage()
        try stage.write(["workspaces/web/more.tf": "locals {\n  broken = 1\n}\n"])
        let report = try await Self.look(stage)
        #expect(report.applies.isEmpty)
        #expect(report.problems.map(\.message) == ["web: terraform validate said: Unsupported argument"])
        let again = try await Self.look(stage)
        #expect(again.applies.isEmpty && again.problems.isEmpty)
        #expect(try Self.rows(stage) == ["web failed web: terraform validate said: Unsupported argument"])
    }

    @Test("is not looked for where a merge waits, and what is known ends with its apply")
    func merged() async throws {
        let stage = try await MemoryStage()
        let answer = RequestTests.added(
            "resource \"terraform_data\" \"three\" {\n}\n", path: "workspaces/web/three.tf")
        let proposal = try #require(
            try await stage.propose("Add three", writer: ScriptedWriter([answer])).proposals.first)
        stage.infrastructure.forget("terraform_data.two", in: "web")
        #expect(try await Self.look(stage).applies.map(\.result) == [.drift])
        try stage.merge(proposal.branch)
        stage.pass(86_400)
        let merged = try await Self.look(stage)
        #expect(merged.applies.map(\.result) == [.needsApproval])
        try await stage.applyBase()
        #expect(try await Self.look(stage).applies.map(\.result) == [.alreadyApplied])
        #expect(try await Self.look(stage).applies.isEmpty)
    }

    @Test("a workspace that is gone takes its record with it")
    func gone() async throws {
        let stage = try await Self.drifted()
        _ = try await Self.look(stage)
        stage.repository.point(
            "refs/heads/main",
            to: try stage.repository.commit(
                CommitDraft(
                    parent: nil,
                    writes: [
                        SourceFile(path: "rules.yml", text: ""),
                        SourceFile(path: "workspaces/other/main.tf", text: MemoryStage.code),
                    ], message: "Move", time: Date(timeIntervalSince1970: 0))))
        stage.pass(86_400)
        #expect(try await Self.look(stage).applies.map(\.workspace) == ["other"])
        #expect(stage.refs == ["refs/sphinx/drift/other"])
    }

    @Test("two jobs at once look both, and one of them remembers")
    func race() async throws {
        let stage = try await Self.drifted()
        async let one = Self.look(stage)
        async let two = Self.look(stage)
        let reports = try await [one, two]
        #expect(reports.map { $0.applies.map(\.result) } == [[.drift], [.drift]])
        #expect(reports.allSatisfy { $0.problems.isEmpty } && stage.refs == ["refs/sphinx/drift/web"])
    }
}
