import Domain
import Reports
import TestSupport
import Testing

@Suite("What propose prints")
struct ProposeFormatTests {
    private func report(_ state: ProposalOutcome.State, _ reason: String?) -> RunReport {
        var report = RunReport(run: "run-1", baseBranch: "main", isDryRun: false)
        let key = ProposalKey(workspace: "web", rule: "request", address: "x")
        report.base = Sample.id
        report.proposals = [
            ProposalOutcome(
                key: key, branch: "sphinx/web/request-\(key)", workspace: "web", rule: "request", address: "",
                title: "t",
                state: state, reason: reason)
        ]
        return report
    }

    @Test("questions in Markdown and JSON, harmless")
    func questions() async throws {
        var report = report(.needInformation, "Open. \(Sample.hostile)")
        report.questions = ["How large? \(Sample.hostile)"]
        let markdown = report.proposeMarkdown
        try await Golden.expect(markdown, "propose.md")
        for word in ["@everyone", "https://evil", "<img", "[link]("] { #expect(!markdown.contains(word)) }
        #expect(report.proposeJSON["questions"]?.array?.count == 1)
        #expect(!report.proposeText.unicodeScalars.contains { $0.properties.generalCategory == .format })
    }

    @Test("findings before everything else, those at plan time marked")
    func findings() throws {
        var report = report(.failed, "not planned")
        report.proposals[0].rule = "branch"
        report.findings = [
            Finding(workspace: "web", sentence: "main.tf: x: it runs a program", runsAtPlan: true),
            Finding(workspace: "web", sentence: "t.n is destroyed", runsAtPlan: false),
        ]
        #expect(
            report.proposeText.hasPrefix(
                "Findings\n- web: main.tf: x: it runs a program (at plan time)\n- web: t.n is destroyed\n\nrun run-1 on main"
            ))
        #expect(
            report.proposeMarkdown.hasSuffix(
                "## Findings\n\n- web: main.tf: x: it runs a program (at plan time)\n- web: t.n is destroyed\n"))
        #expect(report.proposeJSON.value(at: "findings.0.runsAtPlan") == .bool(true))
    }

    @Test("what was written like a run's report, under a schema of its own")
    func written() throws {
        let report = report(.created, nil)
        #expect(report.proposeText == report.text)
        #expect(report.proposeJSON["schema"]?.string == "sphinx.propose/1")
        #expect(report.proposeJSON["statuses"] == nil && report.json["questions"] == nil)
    }
}
