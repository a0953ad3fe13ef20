import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("A dry run")
struct DryRunTests {
    @Test("changes no byte of remote, clone, state and history, and shows what the real run then makes")
    func noEffects() async throws {
        let stage = try await LoopStage.oneMachine()
        try stage.world().history.append(
            HistoryEntry(run: "r", time: Date(timeIntervalSince1970: 0), action: "a", status: "s"))
        let before = try prints(stage)
        let dry = try await stage.reconcile(dry: true)
        #expect(try prints(stage) == before)
        let real = try await stage.reconcile()
        #expect(dry.proposals.map(\.branch) == real.proposals.map(\.branch))
        #expect(dry.proposals.map(\.message) == real.proposals.map(\.message))
        #expect(dry.proposals.map(\.difference) == real.proposals.map(\.difference))
        #expect(dry.proposals.map(\.commit) == real.proposals.map(\.commit))
        #expect(real.proposals.allSatisfy { $0.message != nil && $0.difference != nil })
    }

    @Test("of an apply shows it and leaves everything as it is")
    func apply() async throws {
        let stage = try await LoopStage.oneMachine()
        try await stage.merge(try #require(try await stage.reconcile().proposals.first).branch)
        let before = try prints(stage)
        let dry = try await stage.reconcile(dry: true)
        #expect(dry.applies.map(\.result) == [.applied])
        #expect(dry.applies.map(\.reason) == ["dry run: the approved plan would be applied"])
        #expect(try prints(stage) == before)
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
    }

    @Test("spends tokens once: the real run after it asks no more")
    func tokens() async throws {
        let stage = try await LoopStage.oneMachine()
        let edit = Edit(path: "workspaces/web/main.tf", search: "\"large\"", replace: "\"small\"")
        let writer = ScriptedWriter([.success(.edits([edit]))])
        let dry = try await stage.reconcile(writer: writer, dry: true)
        #expect(dry.usage.calls == 1)
        let real = try await stage.reconcile(writer: writer)
        #expect(real.proposals.map(\.state) == [.created])
        #expect(real.usage == Usage() && writer.conversations.count == 1)
        #expect(real.proposals.map(\.message) == dry.proposals.map(\.message))
    }

    @Test("of the analysis stops before the model")
    func analysisOnly() async throws {
        let stage = try await LoopStage.oneMachine()
        let writer = ScriptedWriter([])
        let report = try await stage.reconcile(writer: writer, dry: true) { $0.analysisOnly = true }
        #expect(report.opportunities.map(\.address) == ["terraform_data.one"])
        #expect(report.proposals.isEmpty && writer.conversations.isEmpty)
    }

    private func prints(_ stage: LoopStage) throws -> [String: [String: Digest]] {
        try ["remote.git", "job.git", "state", "person"].reduce(into: [:]) { result, name in
            result[name] = try Fingerprint.of(stage.folder.file(name))
        }.merging(["history": try history(stage)]) { first, _ in first }
    }

    private func history(_ stage: LoopStage) throws -> [String: Digest] {
        ["sphinx.db": Digest(ofBytes: try Data(contentsOf: URL(filePath: stage.folder.file("sphinx.db"))))]
    }
}
