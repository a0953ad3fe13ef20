import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Whether a change is still called for")
struct ResolutionLoopTests {
    private static let reason =
        "the rule does not fire any more; revert the merge, or insist with the trailer 'Sphinx-Force: apply' in the merge's message or 'Sphinx-Force: <key>' in a later commit"

    /// A stage whose one proposal is merged.
    private static func merged() async throws -> (stage: LoopStage, proposal: ProposalOutcome) {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        try await stage.merge(proposal.branch)
        return (stage, proposal)
    }

    private static func busy(_ stage: LoopStage) { stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.9)]) }

    @Test("what was merged is not applied where its rule was measured again and is clear")
    func resolved() async throws {
        let (stage, proposal) = try await Self.merged()
        Self.busy(stage)
        for _ in 0..<2 {
            let report = try await stage.reconcile()
            #expect(report.applies.map(\.result) == [.resolved] && report.applies.map(\.reason) == [Self.reason])
            #expect(report.pushes == 0)
        }
        #expect(try stage.state("web").contains("\"large\""))
        // The measurement comes back, and with it the reason.
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        let report = try await stage.reconcile()
        #expect(report.applies.map(\.key) == [proposal.key] && report.applies.map(\.result) == [.applied])
    }

    @Test("a person insists in the merge, or later by the proposal's key", arguments: [true, false])
    func forced(inMerge: Bool) async throws {
        let stage = try await LoopStage.oneMachine()
        let proposal = try #require(try await stage.reconcile().proposals.first)
        let branch = "origin/\(proposal.branch)"
        try await Shell.git("fetch", "-q", "origin", in: stage.person)
        let message = inMerge ? "Merge it\n\nSphinx-Force: apply" : "Merge it"
        try await Shell.git("merge", "-q", "--no-ff", "-m", message, branch, in: stage.person)
        if !inMerge {
            try await Shell.git(
                "commit", "-q", "--allow-empty", "-m", "Insist\n\nSphinx-Force: \(proposal.key)", in: stage.person)
        }
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: stage.person)
        Self.busy(stage)
        #expect(try await stage.reconcile().applies.map(\.result) == [.applied])
        #expect(try stage.state("web").contains("\"small\""))
    }

    @Test("the trailer of another commit or another key insists on nothing")
    func notForced() async throws {
        let (stage, _) = try await Self.merged()
        for trailer in ["apply", "0123456789"] {
            try await Shell.git(
                "commit", "-q", "--allow-empty", "-m", "Other\n\nSphinx-Force: \(trailer)", in: stage.person)
        }
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: stage.person)
        Self.busy(stage)
        #expect(try await stage.reconcile().applies.map(\.result) == [.resolved])
    }

    @Test("a question that fails, or finds nothing, is never a reason to hold a merge back")
    func unasked() async throws {
        let (stage, _) = try await Self.merged()
        stage.metrics.fail(with: Problem(.passing, "Prometheus is away"))
        let report = try await stage.reconcile { $0.only = .apply }
        #expect(report.applies.map(\.result) == [.applied])
        #expect(report.problems.map(\.message).contains { $0.contains("Prometheus is away") })
        let (other, _) = try await Self.merged()
        other.metrics.set(LoopStage.query, [])
        #expect(try await other.reconcile().applies.map(\.result) == [.applied])
    }

    @Test("what was merged beside it waits, as the workspace's plan is both")
    func siblings() async throws {
        let text = LoopStage.machine("one", id: "i-1") + LoopStage.machine("two", id: "i-2")
        let stage = try await LoopStage(["workspaces/web/main.tf": text])
        let idle: (String) -> (labels: Labels, value: Double) = { (["id": $0], 0.01) }
        stage.metrics.set(LoopStage.query, [idle("i-1"), idle("i-2")])
        let proposals = try await stage.reconcile().proposals
        #expect(proposals.map(\.state) == [.created, .created])
        for proposal in proposals { try await stage.merge(proposal.branch) }
        stage.metrics.set(LoopStage.query, [idle("i-1"), (["id": "i-2"], 0.9)])
        let report = try await stage.reconcile()
        #expect(Set(report.applies.map(\.result)) == [.resolved, .waiting])
        #expect(
            report.applies.first { $0.result == .waiting }?.reason
                == "another merged proposal of the workspace is resolved")
    }

    @Test("the measurement is frozen in the manifest, and its digest is that of the samples")
    func frozen() async throws {
        func manifest(_ value: Double) async throws -> Manifest {
            let stage = try await LoopStage.oneMachine()
            stage.metrics.set(LoopStage.query, [(["id": "i-1"], value)])
            let proposal = try #require(try await stage.reconcile().proposals.first)
            let text = try await stage.show("proposals/web/\(proposal.key)/proposal.json", on: proposal.branch)
            return try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
        }
        let (first, same, other) = (try await manifest(0.01), try await manifest(0.01), try await manifest(0.02))
        let evidence = try #require(first.evidence)
        #expect(evidence.query == "cpu" && evidence.condition == "value less than 0.05 for 10m")
        #expect(evidence.end - evidence.start >= 600 && evidence.step == 60)
        #expect(evidence == same.evidence && evidence.samples != other.evidence?.samples)
    }

    private static let stateRule = """
        rules:
          - id: large
            name: Large machine
            source: state
            resource: {type: terraform_data, where: {attributes: {input.size: large}}}
            fix: {attribute: input.size, hint: smaller}

        """

    @Test("an edit that leaves a rule on state firing goes back to the model with the planned value")
    func stillFiring() async throws {
        let stage = try await LoopStage(
            ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], rules: Self.stateRule)
        let path = "workspaces/web/main.tf"
        let writer = ScriptedWriter([
            .success(.edits([Edit(path: path, search: "\"i-1\"", replace: "\"i-9\"")])),
            .success(.edits([Edit(path: path, search: "\"large\"", replace: "\"small\"")])),
        ])
        let report = try await stage.reconcile(writer: writer)
        #expect(report.proposals.map(\.state) == [.created], "\(report.proposals.map(\.reason))")
        let sentence =
            "terraform_data.one: the rule 'large' would still fire: 'input.size is large' still holds: input.size is large"
        #expect(writer.conversations.last?.turns.last == .user("{\"refused\":[\"\(sentence)\"]}"))
    }
}
