import Domain
import Foundation
import Testing

@testable import Reports

/// Every state and result in every form.
@Suite("A run's report in its forms")
struct RunFormatTests {
    private static let key = ProposalKey(workspace: "web", rule: "idle", address: "t.one")

    private static func report(_ change: (inout RunReport) -> Void = { _ in }) -> RunReport {
        var report = RunReport(run: "run-1", baseBranch: "main", isDryRun: false)
        change(&report)
        return report
    }

    private static func proposal(_ state: ProposalOutcome.State, _ reason: String? = nil) -> ProposalOutcome {
        ProposalOutcome(
            key: key, branch: "sphinx/web/idle", workspace: "web", rule: "idle", address: "t.one", title: "t",
            state: state, reason: reason)
    }

    private static func apply(_ result: ApplyOutcome.Result, _ reason: String?, isProposal: Bool = true) -> ApplyOutcome
    {
        ApplyOutcome(
            key: isProposal ? key : nil, approval: isProposal ? Approval("0123456789ab") : nil, workspace: "web",
            result: result, reason: reason)
    }

    @Test("nothing to do is a line, a page and a whole document")
    func empty() {
        let report = Self.report()
        #expect(
            report.text == "run run-1 on main \n\nnothing to do; pushes: 0; Gemini: 0 calls, 0 tokens, $0.0000\n")
        #expect(
            report.markdown
                == "# Sphinx: run run-1\n\nnothing to do; pushes: 0; Gemini: 0 calls, 0 tokens, $0.0000\n")
        #expect(
            report.json.object?.keys.sorted() == [
                "applies", "base", "dryRun", "groups", "notices", "problems", "proposals", "pushes", "run", "schema",
                "statuses", "usage",
            ])
        #expect(report.json["base"] == .null && report.json["proposals"] == .array([]))
        #expect(GitHubStep.annotations(report) == "")
        #expect(GitHubStep.outputs(report) == "created=\nopen=\napplied=0\nfailed=0\n")
        #expect(Self.report { $0.isDryRun = true }.text.hasPrefix("dry run run-1 on main"))
    }

    @Test("each state of a proposal", arguments: ProposalOutcome.State.allCases)
    func proposals(state: ProposalOutcome.State) {
        let report = Self.report { $0.proposals = [Self.proposal(state, "a | reason")] }
        #expect(
            report.text == """
                run run-1 on main 

                Proposals
                STATE\(String(repeating: " ", count: max(0, state.rawValue.count - 5)))  WORKSPACE  ADDRESS  BRANCH           REASON
                \(state.rawValue)\(String(repeating: " ", count: max(0, 5 - state.rawValue.count)))  web        t.one    sphinx/web/idle  a | reason

                1 \(state.rawValue); pushes: 0; Gemini: 0 calls, 0 tokens, $0.0000

                """)
        #expect(
            report.markdown.contains(
                "| \(state.rawValue.replacing("_", with: "_")) | web | t.one | sphinx/web/idle | a \\| reason |"))
        #expect(report.json.value(at: "proposals.0.state") == .string(state.rawValue))
        #expect(report.json.value(at: "proposals.0.reason") == .string("a | reason"))
        #expect(report.proposeJSON.value(at: "proposals.0.state") == .string(state.rawValue))
    }

    /// What a step of a forge says of it; nil where it says nothing.
    static let results: [(result: ApplyOutcome.Result, annotation: String?)] = [
        (.applied, nil), (.alreadyApplied, nil), (.locked, nil), (.waiting, nil),
        (.failed, "::error title=Sphinx%3A apply failed::web: why"),
        (.needsApproval, "::warning title=Sphinx%3A needs approval::web: why"),
        (.unverified, "::warning title=Sphinx%3A not verified::web: why"),
        (.resolved, "::warning title=Sphinx%3A held back::web: why"),
        (.unplannedChange, "::warning title=Sphinx%3A not as merged::web: why"),
        (.drift, "::warning title=Sphinx%3A not as merged::web: why"),
    ]

    @Test("each result of an apply", arguments: results)
    func applies(result: ApplyOutcome.Result, annotation: String?) {
        for isProposal in [true, false] {
            let report = Self.report { $0.applies = [Self.apply(result, "why", isProposal: isProposal)] }
            let title = isProposal ? "Merged proposals" : "Infrastructure"
            let row =
                isProposal ? "| \(result.rawValue) | web | \(Self.key) | why |" : "| \(result.rawValue) | web | why |"
            #expect(report.text.contains("\n\(title)\nRESULT"))
            #expect(report.markdown.contains("## \(title)\n") && report.markdown.contains(row))
            #expect(report.summary.hasPrefix("1 \(result.rawValue); pushes: 0"))
            #expect(report.json.value(at: "applies.0.result") == .string(result.rawValue))
            #expect(report.json.value(at: "applies.0.key") == (isProposal ? .string(Self.key.text) : .null))
            #expect(GitHubStep.annotations(report) == (annotation.map { "\($0)\n" } ?? ""))
        }
    }

    @Test("every result has its row here")
    func complete() {
        #expect(Set(Self.results.map(\.result)) == Set(ApplyOutcome.Result.allCases))
    }

    @Test("each state of a group", arguments: GroupOutcome.State.allCases)
    func groups(state: GroupOutcome.State) {
        let group = GroupOutcome(branch: "sphinx/+rule/idle", state: state, members: [Self.key], reason: "why")
        let report = Self.report { $0.groups = [group] }
        #expect(report.markdown.contains("| \(state.rawValue) | sphinx/+rule/idle | \(Self.key) | why |"))
        #expect(report.json.value(at: "groups.0.state") == .string(state.rawValue))
        #expect(report.json.value(at: "groups.0.members") == .array([.string(Self.key.text)]))
        let open = [.created, .refreshed, .unchanged].contains(state)
        #expect(GitHubStep.outputs(report).contains("open=\(open ? "sphinx/+rule/idle" : "")\n"))
    }

    @Test("each status of a rule", arguments: RuleStatus.Status.allCases)
    func statuses(status: RuleStatus.Status) {
        let statuses = [RuleStatus(workspace: nil, rule: "idle", status: status, count: 3, reason: "why")]
        let report = Self.report { $0.statuses = statuses }
        #expect(report.markdown.contains("| \\- | idle | \(status.rawValue) | 3 | why |"))
        let analysis = AnalysisResult(at: 0, statuses: statuses, opportunities: [], problems: [])
        #expect(analysis.text.contains("\(status.rawValue)") && analysis.markdown.contains("| \\- | idle |"))
        #expect(analysis.json.value(at: "statuses.0.status") == .string(status.rawValue))
        #expect(analysis.json.value(at: "statuses.0.workspace") == .null)
        let notes = analysis.sarif.value(at: "runs.0.invocations.0.toolExecutionNotifications")?.array ?? []
        let isJudged = status == .firing || status == .clear
        #expect(
            notes.compactMap { $0.value(at: "message.text")?.string } == (isJudged ? [] : ["\(status.rawValue) 3: why"])
        )
        #expect(
            analysis.sarif.value(at: "runs.0.invocations.0.executionSuccessful") == .bool(status != .error))
    }

    @Test("problems come with their place and their way out, and a price that is not known says so")
    func problems() {
        let place = SourceLocation(file: "rules.yml", line: 2, column: 3)
        let report = Self.report {
            $0.problems = [
                Problem(.needsPerson, "broken", hint: "mend it", location: place), Problem(.passing, "away"),
                Problem(.needsPerson, "later"),
            ]
            $0.notices = ["an emulator\nanswered"]
            $0.usage = Usage(calls: 1, inputTokens: 2, outputTokens: 3, isPriceKnown: false)
        }
        #expect(
            report.text == """
                run run-1 on main 

                Problems
                - rules.yml:2:3: broken; mend it
                - away
                - later

                notice: an emulator answered

                nothing to do; pushes: 0; Gemini: 1 calls, 5 tokens, price unknown

                """)
        #expect(
            GitHubStep.annotations(report) == """
                ::error file=rules.yml,line=2,col=3::broken; mend it
                ::error::away
                ::warning::later

                """)
        #expect(report.json.value(at: "problems.0.location.line") == .integer(2))
        #expect(report.json.value(at: "problems.1.location") == .null)
    }

    @Test("hostile text makes no line and no row of its own, in any form", arguments: HostileText.all)
    func hostile(text: String) {
        let benign = Self.poisoned("x")
        let report = Self.poisoned(text)
        let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false).count }
        #expect(lines(report.text) == lines(benign.text))
        #expect(lines(report.markdown) == lines(benign.markdown))
        #expect(lines(GitHubStep.annotations(report)) == lines(GitHubStep.annotations(benign)))
        let rows = { (text: String) in text.replacing("\\|", with: "").count { $0 == "|" } }
        #expect(rows(report.markdown) == rows(benign.markdown))
        #expect(!report.text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
        #expect(report.json.value(at: "proposals.0.reason") == .string(text))
    }

    private static func poisoned(_ text: String) -> RunReport {
        report {
            $0.proposals = [proposal(.failed, text)]
            $0.applies = [apply(.failed, text), apply(.drift, text, isProposal: false)]
            $0.statuses = [RuleStatus(workspace: "web", rule: "r", status: .error, count: 0, reason: text)]
            $0.notices = [text]
        }
    }
}
