import Domain
import Foundation
import Reports
import TestSupport
import Testing

@testable import Reconciliation

@Suite("A person's request")
struct RequestTests {
    static let cache = "resource \"terraform_data\" \"cache\" {\n  input = \"2 GB\"\n}\n"
    static let words = "Add a cache\nof @2 GB <b>now</b>, fixes #1"
    private static let path = "workspaces/web/cache.tf"

    static func added(_ text: String = cache, path: String = path) -> Result<ModelReply, ModelFailure> {
        .success(.edits([Edit(path: path, search: "", replace: text)], analysis: "A cache is missing."))
    }

    @Test("becomes a branch with one commit: the change, the manifest, the page and the plan, and no chart")
    func created() async throws {
        let stage = try await MemoryStage()
        let report = try await stage.propose(Self.words, writer: ScriptedWriter([Self.added()]))
        let proposal = try #require(report.proposals.first)
        let key = ProposalKey(
            workspace: "web", rule: "request", address: Digest(of: ["Add a cache of @2 GB <b>now</b>, fixes #1"]).hex)
        #expect(proposal.key == key && proposal.branch == "sphinx/web/request-\(key)")
        #expect(proposal.state == .created && proposal.planSummary == "1 to add, 0 to change, 0 to destroy")
        #expect(proposal.address == "terraform_data.cache" && proposal.rule == "request")
        #expect(stage.refs == ["refs/heads/sphinx/web/request-\(key)", "refs/sphinx/proposals/\(key)"])
        #expect(
            try stage.files(on: proposal.branch).map(\.path) == [
                "proposals/web/\(key)/README.md", "proposals/web/\(key)/plan.txt", "proposals/web/\(key)/proposal.json",
                "rules.yml", Self.path, MemoryStage.main,
            ])
        #expect(try stage.text(Self.path, on: proposal.branch) == Self.cache)
        #expect(report.pushes == 1 && report.usage.calls == 1)
        try await Golden.expect(try #require(proposal.message), "request-commit.txt")
        try await Golden.expect(
            try #require(try stage.text("proposals/web/\(key)/README.md", on: proposal.branch)), "request-page.md")
        try await Golden.expect(
            try #require(try stage.text("proposals/web/\(key)/proposal.json", on: proposal.branch)), "request.json")
    }

    @Test("is applied after the merge by the same path, and its branch goes with it")
    func applied() async throws {
        let stage = try await MemoryStage()
        let proposal = try #require(
            try await stage.propose("Add a cache", writer: ScriptedWriter([Self.added()])).proposals.first)
        #expect(try await entries(stage).map(\.state) == ["open"])
        try stage.merge(proposal.branch)
        #expect(try await entries(stage).map(\.state) == ["merged"])
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.result) == [.applied] && report.applies.map(\.key) == [proposal.key])
        #expect(stage.infrastructure.resources(of: "web")["terraform_data.cache"] == "  input = \"2 GB\"\n")
        #expect(stage.refs.map { $0.hasPrefix("refs/sphinx/applied/\(proposal.key)/") } == [true])
        #expect(try await entries(stage).map(\.state) == ["applied"])
        let rows = stage.history.all.filter { $0.subject == proposal.branch || $0.subject == proposal.key.text }
        #expect(
            rows.map { "\($0.action) \($0.status)" } == [
                "ask answered", "propose created", "parity equal", "apply started", "apply applied",
            ])
    }

    @Test("asked again in another layout is unchanged, and costs nothing")
    func unchanged() async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter([Self.added()])
        let first = try await stage.propose("Füge  einen\n Cache hinzu ", writer: writer)
        let again = try await stage.propose("Fu\u{308}ge einen Cache\u{200B} hinzu", writer: writer)
        #expect(
            again.proposals.map(\.state) == [.unchanged] && again.proposals.map(\.key) == first.proposals.map(\.key))
        #expect(again.usage == Usage() && again.pushes == 0 && writer.conversations.count == 1)
    }

    @Test("asked again with another permission is written anew on the same branch")
    func otherPermission() async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter([Self.added(), Self.added("resource \"terraform_data\" \"other\" {\n}\n")])
        let branch = try await stage.propose("Add a cache", writer: writer).proposals.map(\.branch)
        let again = try await stage.propose("Add a cache", writer: writer, destroy: true)
        #expect(again.proposals.map(\.state) == [.refreshed] && again.proposals.map(\.branch) == branch)
        #expect(again.proposals.map(\.address) == ["terraform_data.other"])
    }

    @Test("tells the model what it needs, and nothing that it need not know")
    func conversation() async throws {
        let secret = "resource \"terraform_data\" \"vault\" {\n  password = \"canary-secret\"\n}\n"
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "workspaces/web/vault.tf": secret,
            "workspaces/web/values.tfvars": "a = 1",
        ])
        let writer = ScriptedWriter([Self.added()])
        try await stage.propose("Add a cache", writer: writer, file: "cache.tf", replace: true)
        let conversation = try #require(writer.conversations.first)
        guard case .user(let text) = conversation.turns[0] else { return }
        let turn = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(conversation.instructions == RequestPrompt.instructions && !text.contains("canary-secret"))
        #expect(turn["request"]?.string == "Add a cache" && turn["file"]?.string == Self.path)
        #expect(turn["mayDestroy"] == .bool(false) && turn["mayReplace"] == .bool(true))
        #expect(
            turn["files"]?.array?.compactMap { $0["path"]?.string } == [MemoryStage.main, "workspaces/web/vault.tf"])
        try await Golden.expect(conversation.instructions + "\n", "prompt-request.txt")
    }

    @Test("spends no token again on an answer that was accepted, as a dry run's is")
    func remembered() async throws {
        let stage = try await MemoryStage()
        let writer = ScriptedWriter([Self.added()])
        let branch = try #require(try await stage.propose("Add a cache", writer: writer).proposals.first).branch
        for ref in stage.refs {
            _ = try await stage.repository.push([RefUpdate(ref, from: stage.repository.refs[ref], to: nil)])
        }
        let again = try await stage.propose("Add a cache", writer: writer)
        #expect(again.proposals.map(\.state) == [.created] && again.usage == Usage())
        #expect(try stage.text(Self.path, on: branch) == Self.cache)
    }

    private func entries(_ stage: MemoryStage) async throws -> [ProposalEntry] {
        try await Inspection(world: stage.world(), settings: stage.settings()).observed().proposals
    }
}
