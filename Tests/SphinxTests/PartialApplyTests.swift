import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@testable import sphinx

/// A merged plan of two resources, of which the second cannot be made until a file is there.
@Suite("Applies that fail half-way", .timeLimit(.minutes(30)))
struct PartialApplyTests {
    private let stage: LoopStage
    private let key: ProposalKey

    init() async throws {
        stage = try await LoopStage.oneMachine()
        try await Shell.git("push", "-q", "origin", "HEAD:refs/heads/feature", in: stage.person)
        let late = """
            resource "terraform_data" "late" {
              depends_on = [terraform_data.early]

              provisioner "local-exec" {
                command = "test -e '\(stage.folder.file("quota"))'"
              }
            }

            """
        try await stage.commit(
            on: "feature", "workspaces/web/more.tf", "resource \"terraform_data\" \"early\" {\n}\n\n\(late)")
        let report = try await stage.proposing { try await $0.plan(branch: "feature", trusting: true) }
        key = try #require(report.proposals.first).key
    }

    private func apply() async throws -> RunReport { try await stage.reconcile { $0.only = .apply } }

    private func rows(_ filter: HistoryFilter) throws -> [HistoryEntry] {
        try stage.world().history.rows(filter).map(\.entry)
    }

    private func refs(_ part: String) async throws -> [String] {
        try await stage.refs().keys.filter { $0.contains(part) }.sorted()
    }

    @Test("say what was done and what is left, keep the log, and are tried again only after a new approval")
    func half() async throws {
        try await stage.merge("feature")
        let failed = try await apply()
        #expect(failed.applies.map(\.result) == [.failed])
        let reason = try #require(failed.applies.first?.reason)
        #expect(reason.hasPrefix("web: terraform apply said: local-exec provisioner error: Error running command "))
        #expect(reason.hasSuffix("; done: terraform_data.early; left: terraform_data.late"))
        let log = try #require(try rows(HistoryFilter(action: "log")).first?.details["log"]?.string)
        #expect(log.contains("terraform_data.early: Creation complete"))
        #expect(try await refs("/failed/").count == 1)
        #expect(try await refs("/locks/") + refs("/applying/") == [])

        let state = try stage.state("web")
        let asked = try await apply()
        #expect(asked.applies.map(\.result) == [.needsApproval] && asked.proposals.map(\.state) == [.created])
        let branch = try #require(asked.proposals.first).branch
        let page = try await stage.show("proposals/web/\(key)/README.md", on: branch)
        #expect(page.contains("The last apply failed at 2025-11-24T16:00:00Z: web: terraform apply said: "))
        #expect(page.contains("| `terraform_data.early` | done before the apply failed |"))
        #expect(page.contains("| `terraform_data.late` | approved, but planned differently now |"))
        #expect(!page.contains("nothing was applied"))
        #expect(try await apply().proposals.map(\.state) == [.unchanged])
        #expect(try stage.state("web") == state)

        try stage.folder.write("", to: "quota")
        try await stage.merge(branch)
        let applied = try await apply()
        #expect(applied.applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("\"tainted\"") == false)
        #expect(try await refs("/failed/").isEmpty)
        #expect(try await refs("/applied/").count == 1)
        #expect(try await apply().applies.isEmpty)
    }

    @Test("hold back the other proposals of their workspace, which are planned again once all is done")
    func siblings() async throws {
        let sibling = try #require(try await stage.reconcile().proposals.first)
        let old = try await stage.refs()["refs/heads/\(sibling.branch)"]
        try await stage.merge("feature")
        #expect(try await apply().applies.map(\.result) == [.failed])
        let held = try await stage.reconcile()
        let word = "base not applied (merged: \(key))"
        #expect(held.proposals.first { $0.key == sibling.key }?.reason == word)
        #expect(try await stage.refs()["refs/heads/\(sibling.branch)"] == old)

        try stage.folder.write("", to: "quota")
        try await stage.merge("sphinx/web/approve-\(key)")
        #expect(try await apply().applies.map(\.result) == [.applied])
        let after = try await stage.reconcile()
        #expect(after.proposals.map(\.key) == [sibling.key] && after.proposals.map(\.state) == [.refreshed])
        try await stage.merge(sibling.branch)
        #expect(try await apply().applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("\"size\": \"small\""))
    }

    @Test("that fail again ask again, for what is left then")
    func again() async throws {
        try await stage.merge("feature")
        _ = try await apply()
        _ = try await apply()
        try await stage.merge("sphinx/web/approve-\(key)")
        let failed = try await apply()
        #expect(failed.applies.map(\.result) == [.failed])
        #expect(failed.applies.first?.reason?.hasSuffix("; left: terraform_data.late") == true)
        #expect(try await apply().applies.map(\.result) == [.needsApproval])
        try stage.folder.write("", to: "quota")
        try await stage.merge("sphinx/web/approve-\(key)")
        #expect(try await apply().applies.map(\.result) == [.applied])
        #expect(try await refs("/failed/").isEmpty)
    }
}
