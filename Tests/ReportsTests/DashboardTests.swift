import Domain
import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite("The dashboard")
struct DashboardTests {
    private static let empty = Dashboard(
        at: 0, baseBranch: "main", base: Sample.id, version: "0.1.0", entries: [], statuses: [], workspaces: [],
        history: RecordedHistory(absence: "There is no history at /x."), problems: [])

    @Test("as Markdown, as HTML, as JSON and in a terminal")
    func goldens() async throws {
        let dashboard = try SampleDashboard.dashboard()
        try await Golden.expect(dashboard.markdown, "report.md")
        try await Golden.expect(HTMLReport(dashboard).html, "report.html")
        try await Golden.expect(JSONText.pretty(dashboard.json), "report.json")
        try await Golden.expect(TerminalPage(dashboard.markdown).text, "report.txt")
    }

    @Test(
        "what somebody has to do something about comes first, and what was applied last before what was applied first")
    func order() throws {
        let entries = try SampleDashboard.dashboard().entries
        #expect(entries.map(\.standing) == [.failed, .merged, .open, .waiting, .reported, .rejected, .applied])
        let applied = ([1, 3, 2] as [Double]).map { time in
            Dashboard.Entry(
                standing: .applied, key: ProposalKey(workspace: "\(time)", rule: "r", address: "a"), workspace: "w",
                rule: "r", address: "a", title: "t", branch: "", reason: "", time: time)
        }
        #expect(applied.sorted(by: Dashboard.Entry.comesBefore).compactMap(\.time) == [3, 2, 1])
    }

    @Test("nothing to tell is told, too")
    func nothing() {
        #expect(
            Self.empty.markdown.contains("No rule fires, and no proposal is open.")
                && Self.empty.markdown.contains("There is no history at /x."))
        let html = HTMLReport(Self.empty).html
        #expect(html.contains("<p>No rule fires.</p>") && html.contains("There is no history at /x."))
        #expect(!html.contains("<table"))
    }

    @Test("the history's rows become runs, the newest first, and an unfinished one says so")
    func runs() {
        let row = { (run: String, time: Double, status: String, details: [String: JSONValue]) in
            HistoryRow(
                sequence: 1,
                entry: HistoryEntry(
                    run: run, time: Date(timeIntervalSince1970: time), action: "run", status: status,
                    details: .object(details)), hash: "")
        }
        let history = RecordedHistory(
            runs: [
                row("a", 10, "started", [:]),
                row(
                    "a", 75, "done",
                    [
                        "calls": .integer(2), "inputTokens": .integer(100), "outputTokens": .integer(20),
                        "costUSD": .number(0.5), "proposals": .integer(3), "problems": .array([.string("x")]),
                    ]), row("b", 90, "started", ["calls": .string("nonsense")]),
            ], steps: [], applies: [], proposals: [])
        #expect(history.runs.map(\.name) == ["b", "a"] && history.runs.map(\.status) == ["started", "done"])
        #expect(history.runs.map(\.ended) == [nil, 75] && history.runs.map(\.proposals) == [0, 3])
        #expect(history.runs.map(\.problems) == [0, 1])
        #expect(history.usage == Usage(calls: 2, inputTokens: 100, outputTokens: 20, costUSD: 0.5))
    }

    @Test("costs that are not known are shown as tokens, and runs without a model as a sentence")
    func cost() {
        let run = { (tokens: Int, cost: Double, isKnown: Bool) in
            RecordedHistory.Run(
                name: "r", started: 0, ended: 1, status: "done",
                usage: Usage(calls: 1, inputTokens: tokens, costUSD: cost, isPriceKnown: isKnown), proposals: 0,
                applies: 0, problems: 0)
        }
        #expect(CostChart([run(0, 0, true)]) == nil && CostChart([]) == nil)
        #expect(
            CostChart([run(1_234, 0, false)])?.figure.written.contains(
                "Tokens of the last 1 run; the highest is 1\u{202F}234.")
                == true)
        #expect(
            CostChart([run(5, 0.25, true), run(5, 1, true)])?.figure.written
                .contains("Cost of the last 2 runs; the highest is $1.0000.") == true)
    }
}

@Suite("HTML")
struct MarkupTests {
    @Test("texts and attributes are escaped, nil attributes left out, lists and conditions built")
    func writing() {
        let isShown = [true, false]
        let markup = Markup("div", ["class": nil, "title": "a\"b'<>&\u{301}"]) {
            for shown in isShown { if shown { Markup("b", "<i>") } else { "plain & \u{202E}text" } }
            Markup("meta", ["charset": "utf-8"])
        }
        #expect(
            markup.written
                == "<div title=\"a&quot;b&#39;&lt;&gt;&amp;\u{301}\"><b>&lt;i&gt;</b>plain &amp; text<meta charset=\"utf-8\">\n</div>\n"
        )
    }

    @Test("no hostile text makes an element or an attribute", arguments: HostileText.all)
    func hostile(text: String) throws {
        let found = try SampleDashboard.dashboard()
        let poisoned = { (text: String) in
            Dashboard(
                at: 0, baseBranch: text, base: Sample.id, version: text,
                entries: found.entries.map { entry in
                    Dashboard.Entry(
                        standing: entry.standing, key: entry.key, workspace: text, rule: text, address: text,
                        title: text,
                        branch: text, reason: text, opportunity: nil, time: 0)
                }, statuses: [RuleStatus(workspace: text, rule: text, status: .error, count: 0, reason: text)],
                workspaces: [
                    Dashboard.WorkspaceLine(path: text, resources: 1, backend: text, apply: text, lock: text)
                ], history: RecordedHistory(absence: text), problems: [Problem(.bug, text, hint: text)])
        }
        let tags = { (text: String) in
            HTMLReport(poisoned(text)).html.matches(of: /<[^>]*>/).map { $0.0.replacing(/"[^"]*"/, with: "") }
                .filter { $0 != "<wbr>" }
        }
        // A value that is empty is shown as a dash.
        let shown = text.isEmpty || Escaping.line(text, limit: 9).trimmed.isEmpty ? "" : "benign"
        if shown.isEmpty { return }
        #expect(tags(text) == tags(shown))
    }
}
