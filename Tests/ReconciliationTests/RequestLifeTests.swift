import Domain
import Foundation
import TestSupport
import Testing

@testable import Reconciliation

@Suite("The life of a request's proposal")
struct RequestLifeTests {
    private static let path = "workspaces/web/cache.tf"
    private static let words = "Add a cache"

    private static func grow(_ from: String = "large") -> Result<ModelReply, ModelFailure> {
        .success(
            .edits([
                Edit(path: MemoryStage.main, search: "input = \"\(from)\"", replace: "input = \"huge\"")
            ]))
    }

    /// An open proposal for a new file.
    private func opened(
        _ answers: [Result<ModelReply, ModelFailure>] = [RequestTests.added()], rules: RuleSet = RuleSet()
    ) async throws -> (stage: MemoryStage, writer: ScriptedWriter, proposal: ProposalOutcome) {
        let stage = try await MemoryStage(rules: rules)
        let writer = ScriptedWriter(answers)
        let report = try await stage.propose(Self.words, writer: writer)
        return (stage, writer, try #require(report.proposals.first))
    }

    @Test("no analysis closes it, though no rule made it")
    func open() async throws {
        let (stage, writer, proposal) = try await opened()
        let refs = stage.repository.refs
        for model in [nil, writer] {
            let report = try await stage.reconcile(writer: model)
            #expect(report.proposals.map(\.state) == [.unchanged] && report.proposals.map(\.reason) == [nil])
            #expect(report.proposals.map(\.key) == [proposal.key] && report.pushes == 0)
        }
        #expect(stage.repository.refs == refs && writer.conversations.count == 1)
    }

    @Test("a deleted branch means no, until the code changed and the cool-down is over")
    func rejected() async throws {
        let (stage, _, proposal) = try await opened()
        try await stage.delete(proposal.branch)
        let analysis = try await stage.reconcile()
        #expect(analysis.proposals.map(\.state) == [.rejected])
        #expect(analysis.proposals.map(\.reason) == ["the branch was deleted"])
        let again = try await stage.propose(Self.words, writer: ScriptedWriter([]))
        #expect(again.proposals.map(\.state) == [.rejected])
        #expect(again.proposals.map(\.reason) == ["the branch was deleted; ask in other words to ask anew"])

        try stage.write(["workspaces/web/notes.txt": "a"])
        let early = try await stage.propose(Self.words, writer: ScriptedWriter([]))
        #expect(
            early.proposals.map(\.reason) == [
                "the branch was deleted; not proposed again before 2025-12-24T16:00:00Z; ask in other words to ask anew"
            ])
        stage.pass(31 * 86_400)
        let late = try await stage.propose(Self.words, writer: ScriptedWriter([RequestTests.added()]))
        #expect(late.proposals.map(\.state) == [.created])
    }

    @Test("a base that changed its workspace brings it along without a token, with or without a key")
    func refreshed() async throws {
        let (stage, writer, proposal) = try await opened()
        try stage.write([MemoryStage.main: MemoryStage.code + "# A note.\n"])
        let report = try await stage.reconcile()
        #expect(report.proposals.map(\.state) == [.refreshed] && report.usage == Usage())
        #expect(try stage.text(MemoryStage.main, on: proposal.branch) == MemoryStage.code + "# A note.\n")
        #expect(try stage.text(Self.path, on: proposal.branch) == RequestTests.cache)
        let page = try #require(try stage.text("proposals/web/\(proposal.key)/README.md", on: proposal.branch))
        #expect(page.contains("A person asked:\n\n> Add a cache\n"))
        #expect(try await stage.reconcile().proposals.map(\.state) == [.unchanged])
        #expect(try await stage.propose(Self.words, writer: writer).proposals.map(\.state) == [.refreshed])
        #expect(try await stage.propose(Self.words, writer: writer).proposals.map(\.state) == [.unchanged])
        #expect(writer.conversations.count == 1)
    }

    @Test("a base that conflicts with it waits for the person, and is asked about anew with that person")
    func conflict() async throws {
        let (stage, writer, proposal) = try await opened([Self.grow(), Self.grow("small")])
        try stage.write([MemoryStage.main: MemoryStage.code.replacing("\"large\"", with: "\"small\"")])
        try await stage.applyBase()
        for model in [nil, writer] {
            let waiting = try await stage.reconcile(writer: model)
            #expect(waiting.proposals.map(\.state) == [.waiting] && waiting.usage == Usage())
            #expect(
                waiting.proposals.map(\.reason) == ["it conflicts with the base; run 'sphinx propose' again"])
        }
        #expect(try await stage.propose(Self.words, writer: writer).proposals.map(\.state) == [.refreshed])
        #expect(
            try stage.text(MemoryStage.main, on: proposal.branch)
                == MemoryStage.code.replacing("\"large\"", with: "\"huge\""))
        #expect(writer.conversations.count == 2)
    }

    @Test("a base on which it would do more than it may keeps it waiting, and one that cannot be planned fails it")
    func outgrown() async throws {
        let forcing = RequestTests.cache.replacing("}\n", with: "  forces = \"b\"\n}\n")
        let (stage, _, proposal) = try await opened([RequestTests.added(forcing)])
        try stage.write(["workspaces/web/a.tf": forcing.replacing("\"b\"", with: "\"a\"")])
        try await stage.applyBase()
        let waiting = try await stage.reconcile()
        #expect(waiting.proposals.map(\.state) == [.waiting] && waiting.proposals.map(\.key) == [proposal.key])
        #expect(
            waiting.proposals.map(\.reason) == [
                "terraform_data.cache would be replaced (forced by forces); that needs --allow-replace; "
                    + "run 'sphinx propose' again"
            ])

        try stage.write(["workspaces/web/a.tf": "# broken\n"])
        let failed = try await stage.reconcile()
        #expect(failed.proposals.map(\.state) == [.failed])
        #expect(failed.proposals.map(\.reason) == ["web: terraform validate said: Unsupported argument"])
        #expect(stage.repository.refs["refs/heads/\(proposal.branch)"] == proposal.commit)
    }

    @Test("it stays open where the base has its change already, and where its workspace is gone")
    func withoutPurpose() async throws {
        let (stage, _, proposal) = try await opened()
        try stage.write([Self.path: RequestTests.cache])
        try await stage.applyBase()
        let there = try await stage.reconcile()
        #expect(there.proposals.map(\.state) == [.unchanged])
        #expect(there.proposals.map(\.reason) == ["the base has the change already"])

        let files = try stage.files(on: "main").filter { $0.folder != "workspaces/web" }
        try stage.repository.replace(files)
        let gone = try await stage.reconcile()
        #expect(gone.proposals.map(\.state) == [.unchanged])
        #expect(gone.proposals.map(\.reason) == ["the base has no workspace 'web' that can be read"])
        #expect(stage.repository.refs["refs/heads/\(proposal.branch)"] != nil)
    }

    @Test("someone's commit on the branch keeps Sphinx off, also where the same is asked again")
    func edited() async throws {
        let (stage, writer, proposal) = try await opened()
        try stage.write(["workspaces/web/notes.txt": "mine"], on: proposal.branch)
        let head = stage.repository.refs["refs/heads/\(proposal.branch)"]
        #expect(try await stage.reconcile().proposals.map(\.state) == [.edited])
        #expect(try await stage.propose(Self.words, writer: writer).proposals.map(\.state) == [.edited])
        #expect(stage.repository.refs["refs/heads/\(proposal.branch)"] == head)
    }

    @Test("it waits for a base that is applied, and for room")
    func waits() async throws {
        let (stage, writer, proposal) = try await opened(rules: RuleSet(limits: Limits(openProposals: 1)))
        let limited = try await stage.propose("Add another", writer: writer)
        #expect(limited.proposals.map(\.state) == [.waiting])
        #expect(limited.proposals.map(\.reason) == ["limit: open_proposals 1"])

        try stage.merge(proposal.branch)
        let merged = try await stage.propose("Add another", writer: writer)
        #expect(merged.proposals.map(\.reason) == ["base not applied (merged: \(proposal.key))"])
        #expect(try await stage.propose(Self.words, writer: writer).proposals.map(\.state) == [.merged])

        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        try stage.write(["workspaces/web/more.tf": "resource \"terraform_data\" \"more\" {\n}\n"])
        let unclean = try await stage.propose("Add another", writer: writer)
        #expect(unclean.proposals.map(\.reason) == ["base not applied (1 to add, 0 to change, 0 to destroy)"])
        #expect(writer.conversations.count == 1)
    }

    @Test("the model's budget holds for it, too")
    func budget() async throws {
        let stage = try await MemoryStage(rules: RuleSet(limits: Limits(geminiCalls: 1)))
        let wrong = RequestTests.added(path: "x.tf")
        let report = try await stage.propose(Self.words, writer: ScriptedWriter([wrong, RequestTests.added()]))
        #expect(report.proposals.map(\.state) == [.waiting])
        #expect(report.proposals.map(\.reason) == ["limit: gemini_calls 1"] && report.usage.calls == 1)
    }

    @Test("in a targeted workspace only what it edits is planned and applied")
    func targeted() async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "workspaces/web/workspace.yml": "targeted: true\n",
        ])
        try stage.write([MemoryStage.main: MemoryStage.code.replacing("\"small\"", with: "\"medium\"")])
        let locals = Edit(path: Self.path, search: "", replace: "locals {\n  x = 1\n}\n")
        let refused = try await stage.propose(
            "Name it", writer: ScriptedWriter([.success(.edits([locals])), .success(.edits([locals]))]))
        #expect(
            refused.proposals.map(\.reason) == ["web: with 'targeted: true' a resource or a module call has to change"])
        let report = try await stage.propose(Self.words, writer: ScriptedWriter([RequestTests.added()]))
        try stage.merge(try #require(report.proposals.first).branch)
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        #expect(stage.infrastructure.plans.map(\.targets) == [["terraform_data.cache"], ["terraform_data.cache"]])
    }

    static let wrong: [(words: String, workspace: String, file: String?, problem: String)] = [
        (" \n", "web", nil, "the request is empty; say what should change"),
        (
            String(repeating: "x", count: 8_001), "web", nil,
            "the request has 8001 characters; 8000 are allowed; ask for one change at a time"
        ),
        ("Add", "wep", nil, "there is no workspace 'wep'; did you mean 'web'?"),
        ("Add", "other/thing", nil, "there is no workspace 'other/thing'; known: web"),
        (
            "Add", "web", "../x.tf",
            "'../x.tf' is no name of a file in the workspace's own folder; write it like --file cache.tf"
        ),
        (
            "Add", "web", ".terraform/x.tf",
            "'.terraform/x.tf' is no name of a file in the workspace's own folder; write it like --file cache.tf"
        ),
        ("Add", "web", "x.txt", "'x.txt' does not end in .tf; write it like --file cache.tf"),
        (
            "Add", "web", ".x.tf",
            "'.x.tf' begins with a dot, so that Terraform would not read it; write it like --file cache.tf"
        ),
        (
            "Add", "web", "a b.tf",
            "'a b.tf' has more in it than letters, digits, '-', '_' and '.'; write it like --file cache.tf"
        ),
        (
            "Add", "web", "x_override.tf",
            "'x_override.tf' is an override file, which changes the blocks of other files unseen; "
                + "write it like --file cache.tf"
        ),
        ("Add", "web", "sub.tf", "'sub.tf' is a folder; name a file of workspaces/web"),
        (
            "Use the key AKIAIOSFODNN7EXAMPLE.", "web", nil,
            "the request holds what looks like a secret; leave it out, and give it to Terraform as a sensitive variable"
        ),
    ]

    @Test("what cannot be asked is told in one sentence, before anyone is", arguments: wrong)
    func mistakes(words: String, workspace: String, file: String?, problem: String) async throws {
        let stage = try await MemoryStage([
            MemoryStage.main: MemoryStage.code, "workspaces/web/sub.tf/x.txt": "x",
        ])
        let writer = ScriptedWriter([])
        do {
            try await stage.propose(words, in: workspace, writer: writer, file: file)
            Issue.record("it was asked")
        } catch let error as Problem {
            #expect(error.description == problem)
        } catch let error as Problems {
            #expect(error.all.map(\.description) == [problem])
        }
        #expect(writer.conversations.isEmpty && stage.refs.isEmpty)
        #expect(stage.history.all.allSatisfy { !"\($0.details)".contains("AKIA") })
    }

    @Test("without a key it says what to set")
    func noKey() async throws {
        let stage = try await MemoryStage()
        await #expect(
            throws: Problems([
                Problem(
                    .needsPerson, "a request needs a model, and there is no Gemini key",
                    hint: "set GOOGLE_API_KEY, or change the code yourself and run 'sphinx propose --branch NAME'")
            ])
        ) {
            try await stage.propose(Self.words, writer: nil)
        }
    }

    @Test("the folder's name is taken for its workspace's, and a repository without rules has limits")
    func folder() async throws {
        let stage = try await MemoryStage()
        try stage.repository.replace(try stage.files(on: "main").filter { $0.path != "rules.yml" })
        let report = try await stage.propose(
            Self.words, in: "workspaces/web/", writer: ScriptedWriter([RequestTests.added()]))
        #expect(report.proposals.map(\.state) == [.created])
    }
}
