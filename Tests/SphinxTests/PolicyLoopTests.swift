import Domain
import Reconciliation
import TestSupport
import Testing

@Suite("A policy in the whole loop")
struct PolicyLoopTests {
    private static func reconcile(_ policy: String, files: [String: String] = [:]) async throws -> (
        report: RunReport, stage: LoopStage
    ) {
        let machine = ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")]
        let stage = try await LoopStage(machine.merging(files) { first, _ in first }, rules: policy + LoopStage.rules)
        stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
        let report = try await stage.reconcile()
        return (report, stage)
    }

    @Test("its command sees the plan that the proposal would carry, and lets it pass")
    func passes() async throws {
        let check = #"sh, -c, 'grep -q "\"address\":\"terraform_data.one\"" && exit 0; echo no plan; exit 1'"#
        let (report, stage) = try await Self.reconcile("policy: {check: {command: [\(check)]}}\n")
        #expect(report.proposals.map(\.state) == [.created], "\(report.proposals.map(\.reason))")
        let proposal = try #require(report.proposals.first)
        let page = try await stage.show("proposals/web/\(proposal.key)/README.md", on: proposal.branch)
        #expect(page.contains(" · workspace `web` · policy ok\n"), "\(page)")
    }

    @Test("a page says nothing of a policy that is not there")
    func absent() async throws {
        let (report, stage) = try await Self.reconcile("")
        let proposal = try #require(report.proposals.first)
        let page = try await stage.show("proposals/web/\(proposal.key)/README.md", on: proposal.branch)
        #expect(page.contains(" · workspace `web`\n"))
    }

    @Test("what its command objects to is no branch, and is not asked again until the policy is another one")
    func objects() async throws {
        let script = "#!/bin/sh\ncat > /dev/null\necho 'not in the freeze'\nexit 1\n"
        let policy = "policy: {check: {command: [sh, policy/check], files: policy}}\n"
        let (report, stage) = try await Self.reconcile(policy, files: ["policy/check": script])
        #expect(report.proposals.map(\.state) == [.unfixable])
        #expect(report.proposals.map(\.reason) == ["the policy's command: not in the freeze"])
        #expect(try await stage.refs().keys.allSatisfy { !$0.hasPrefix("refs/heads/sphinx/") })
        let again = try await stage.reconcile()
        #expect(again.proposals.map(\.state) == [.unfixable] && again.pushes == 0)
        try await stage.commit(["rules.yml": LoopStage.rules], "Lift the freeze")
        #expect(try await stage.reconcile().proposals.map(\.state) == [.created])
    }

    @Test("a command that does not work is a problem of the run, never a pass")
    func broken() async throws {
        let report = try await Self.reconcile("policy: {check: {command: [sh, -c, 'exit 7']}}\n").report
        #expect(report.proposals.map(\.state) == [.failed])
        #expect(report.proposals.map(\.reason) == ["the policy's command ended with exit code 7"])
        let absent = try await Self.reconcile("policy: {check: {command: [sh], files: policy}}\n").report
        #expect(absent.proposals.map(\.reason) == ["the policy's folder 'policy' is not in the repository"])
    }

    @Test("addresses that it leaves out are reported, and cost nothing")
    func addresses() async throws {
        let report = try await Self.reconcile("policy: {addresses: ['aws_*.*']}\n").report
        #expect(report.proposals.map(\.state) == [.reported])
        #expect(report.proposals.map(\.reason) == ["the policy's addresses leave out terraform_data.one"])
    }

    @Test("a replacement is proposed where the policy names the rule")
    func replacement() async throws {
        let code = """
            resource "terraform_data" "one" {
              input            = { id = "i-1", size = "large" }
              triggers_replace = ["large"]
            }

            """
        let rules = LoopStage.rules.replacing("value: small", with: "value: small, set: {triggers_replace.0: small}")
        for (policy, state) in [("", ProposalOutcome.State.unfixable), ("policy: {replace: [idle]}\n", .created)] {
            let stage = try await LoopStage(["workspaces/web/main.tf": code], rules: policy + rules)
            stage.metrics.set(LoopStage.query, [(["id": "i-1"], 0.01)])
            let report = try await stage.reconcile()
            #expect(report.proposals.map(\.state) == [state], "\(report.proposals.map(\.reason))")
        }
    }
}
