import Domain
import Reports
import Testing

@Suite("A run as a step of GitHub Actions")
struct GitHubStepTests {
    private static func proposal(_ state: ProposalOutcome.State, _ branch: String, title: String = "idle") throws
        -> ProposalOutcome
    {
        ProposalOutcome(
            key: try #require(ProposalKey("0123456789")), branch: branch, workspace: "web", rule: "idle",
            address: "t.one", title: title, state: state, reason: state == .failed ? "Gemini is down" : nil)
    }

    private static func report() throws -> RunReport {
        var report = RunReport(run: "run-1", baseBranch: "main", isDryRun: false)
        report.proposals = [
            try proposal(.created, "sphinx/web/a", title: "100% idle\n::error::forged"),
            try proposal(.unchanged, "sphinx/web/b"),
            try proposal(.failed, "sphinx/web/c"), try proposal(.waiting, "sphinx/web/d"),
        ]
        report.applies = [
            ApplyOutcome(key: nil, approval: nil, workspace: "web", result: .failed, reason: "quota"),
            ApplyOutcome(key: nil, approval: nil, workspace: "db", result: .applied, reason: "done"),
            ApplyOutcome(key: nil, approval: nil, workspace: "x", result: .needsApproval, reason: "moved"),
            ApplyOutcome(
                key: nil, approval: nil, workspace: "y", result: .unverified, reason: "commit c is not signed"),
        ]
        report.problems = [
            Problem(
                .needsPerson, "unknown key 'a'", hint: "did you mean 'b'?",
                location: SourceLocation(file: "a,b:c.yml", line: 4, column: 2)),
            Problem(.needsPerson, "rules.yml has no rules"), Problem(.passing, "the server hangs"),
        ]
        return report
    }

    @Test("annotations stand at their place, and no text begins a command of its own")
    func annotations() throws {
        #expect(
            GitHubStep.annotations(try Self.report()) == """
                ::error file=a%2Cb%3Ac.yml,line=4,col=2::unknown key 'a'; did you mean 'b'?
                ::warning::rules.yml has no rules
                ::error::the server hangs
                ::error title=Sphinx%3A apply failed::web: quota
                ::warning title=Sphinx%3A needs approval::x: moved
                ::warning title=Sphinx%3A not verified::y: commit c is not signed
                ::notice title=Sphinx%3A proposed::100%25 idle%0A::error::forged (sphinx/web/a)
                ::error title=Sphinx%3A not proposed::web t.one: Gemini is down

                """)
    }

    @Test("outputs name the branches of new and of open proposals, and count applies and failures")
    func outputs() throws {
        #expect(
            GitHubStep.outputs(try Self.report()) == """
                created=sphinx/web/a
                open=sphinx/web/a sphinx/web/b
                applied=1
                failed=2

                """)
        #expect(
            GitHubStep.outputs(RunReport(run: "r", baseBranch: "main", isDryRun: false))
                == "created=\nopen=\napplied=0\nfailed=0\n")
    }
}
