import Domain
import Foundation
import Reports
import TestSupport
import Testing

/// One proposal with everything that a reviewer may meet, hostile words among it.
enum Sample {
    static let id = ObjectID(String(repeating: "c", count: 40)).unsafelyUnwrapped
    static let hostile =
        "@everyone see https://evil.example <img src=x> [link](http://x) ```\n# heading | \u{202E}txt\u{200B}"

    static func opportunity(title: String = "terraform_data.one is idle") throws -> Opportunity {
        let rule = Rule(
            id: "idle", name: "Idle machine", query: "cpu{a=\"|\"}",
            condition: Rule.Condition(.lessThan, 0.05, duration: 3_600),
            severity: .high, fix: nil, title: try Template(parsing: "x"), description: try Template(parsing: "x"),
            location: SourceLocation(file: "rules.yml", line: 1, column: 1))
        let samples = (0..<10).map {
            Sample(time: 1_764_000_000 + Double($0) * 60, value: $0 == 4 ? .nan : 0.01 + Double($0) / 1_000)
        }
        return Opportunity(
            workspace: "prod/web", rule: rule, address: "terraform_data.one", title: title,
            description: "CPU is low. \(hostile)",
            since: 1_764_000_240, value: 0.012_345_678,
            evidence: Evidence(
                query: rule.expression, condition: rule.condition?.description ?? "", start: 1_764_000_000,
                end: 1_764_000_540, step: 60, threshold: 0.05,
                instances: ["terraform_data.one"],
                series: [Series(labels: ["id": "i-1"], samples: samples)], located: "label id = input.id in the state"))
    }

    private typealias Sample = Domain.Sample

    static let plan = Plan(
        changes: [
            ResourceChange(
                address: "terraform_data.one", actions: [.update],
                before: .object(["input": .object(["size": .string("large")])]),
                after: .object(["input": .object(["size": .string("small")])]),
                afterUnknown: .object(["output": .bool(true)])),
            ResourceChange(
                address: "terraform_data.two[\"a|b\"]", actions: [.delete, .create],
                before: .object(["x": .integer(1)]),
                after: .object(["x": .integer(2)]), replacePaths: ["x"]),
            ResourceChange(
                address: "terraform_data.old", actions: [.delete], before: .object(["x": .integer(1)]), after: .null),
            ResourceChange(
                address: "output.size", actions: [.update], before: .string("large"), after: .string("small")),
        ],
        text:
            "Terraform will perform:\n  ~ size = \"large\" -> \"small\"\n```\n# not a heading\nPlan: 1 to add, 1 to change, 2 to destroy.\n",
        terraformVersion: "1.11.4")

    static func presentation() throws -> ProposalPresentation {
        let opportunity = try opportunity()
        let manifest = Manifest(
            key: opportunity.key, workspace: "prod/web", rule: "idle", address: opportunity.address,
            title: opportunity.title, base: id,
            baseTree: id, plannedTree: id, modules: [:], inputDigest: Digest(of: ["i"]), ruleDigest: Digest(of: ["r"]),
            promptVersion: "1",
            author: .model, model: "gemini-3.8-flash", planDigest: plan.digest, changes: plan.approved, risk: "low",
            terraformVersion: "1.11.4", sphinxVersion: "0.1.0")
        return ProposalPresentation(
            cause: .opportunity(opportunity), manifest: manifest, plan: plan,
            difference: UnifiedDifference.text(before: "a\n", after: "b\n", path: "workspaces/prod/web/main.tf"),
            correction: Correction(
                analysis: "It is idle. \(hostile)", decision: .change, edits: [], impact: "Less capacity.", risk: .low))
    }

    static func report() throws -> RunReport {
        var report = RunReport(run: "run-1", baseBranch: "main", isDryRun: false)
        let opportunity = try opportunity()
        report.base = id
        report.statuses = [
            RuleStatus(workspace: "prod/web", rule: "idle", status: .firing, count: 1),
            RuleStatus(workspace: nil, rule: "x", status: .noData, count: 0, reason: "the query matched no series"),
        ]
        report.proposals = [
            ProposalOutcome(
                key: opportunity.key, branch: "sphinx/prod/web/idle-\(opportunity.key)", workspace: "prod/web",
                rule: "idle",
                address: "terraform_data.one", title: "t", state: .created, planDigest: plan.digest,
                planSummary: plan.summary, commit: id,
                message: "subject\n\nbody\n", difference: "--- a/x\n+++ b/x\n")
        ]
        report.applies = [
            ApplyOutcome(
                key: opportunity.key, approval: Approval(ofManifest: []), workspace: "prod/db", result: .locked,
                reason: "locked by other, until x")
        ]
        report.usage = Usage(calls: 2, inputTokens: 100, outputTokens: 20, costUSD: 0.012_34)
        report.pushes = 1
        report.problems = [
            Problem(
                .needsPerson, "wrong", hint: "mend it", location: SourceLocation(file: "rules.yml", line: 2, column: 3))
        ]
        report.notices = ["answered by an emulator, not by Gemini"]
        return report
    }
}

@Suite("Reports")
struct ReportsTests {
    @Test("the reviewer's page, destroys first, and nothing of a third party's works in it")
    func page() async throws {
        let page = ProposalPage.markdown(for: try Sample.presentation())
        try await Golden.expect(page, "proposal.md")
        for word in ["@everyone", "https://evil", "<img", "[link]("] { #expect(!page.contains(word)) }
        #expect(!page.unicodeScalars.contains { $0.properties.generalCategory == .format })
        let order = [
            "[!WARNING]", "## Why", "## What changes", "In the model's words", "Terraform's plan", "How to decide",
        ].compactMap { page.range(of: $0)?.lowerBound }
        #expect(order.count == 6 && order == order.sorted())
    }

    @Test("the commit: one subject, an indented plan, trailers last")
    func commit() async throws {
        let message = CommitMessage.text(for: try Sample.presentation())
        try await Golden.expect(message, "commit.txt")
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].count <= 100 && lines[1].isEmpty && !lines.contains { $0.hasPrefix("#") })
        #expect(
            lines.suffix(8).dropLast().map { $0.prefix { $0 != ":" } } == [
                "Sphinx-Proposal", "Sphinx-Rule", "Sphinx-Workspace", "Sphinx-Base", "Sphinx-Input",
                "Sphinx-Plan-Digest", "Sphinx-Model",
            ])
    }

    @Test("a description cannot forge a trailer, and a plan of any size leaves a bounded message")
    func bounded() throws {
        let shown = try Sample.presentation()
        let huge = Plan(
            changes: Sample.plan.changes, text: String(repeating: "x = 1\n", count: 50_000) + "Plan: the end.\n",
            terraformVersion: "1")
        let message = CommitMessage.text(
            for: ProposalPresentation(
                cause: shown.cause, manifest: shown.manifest, plan: huge, difference: "", correction: nil))
        #expect(
            message.utf8.count < 200_000 && message.contains("Plan: the end.")
                && message.contains("the beginning was cut"))
        let forged = try Sample.opportunity(title: "Sphinx-Workspace: other\nSphinx-Base: x")
        let text = CommitMessage.text(
            for: ProposalPresentation(
                cause: .opportunity(forged), manifest: shown.manifest, plan: Sample.plan, difference: "",
                correction: nil))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("Sphinx-") } == 7)
    }

    @Test("the page that asks for approval says what is different")
    func approval() async throws {
        let shown = try Sample.presentation()
        var merged = shown.manifest
        merged.changes = [
            ApprovedChange(address: "terraform_data.one", actions: [.update], digest: Digest(of: ["other"])),
            ApprovedChange(address: "terraform_data.gone", actions: [.update], digest: Digest(of: ["x"])),
        ]
        let page = ApprovalPage(
            workspace: "prod/web", merged: [merged], plan: Sample.plan,
            reason: "planned differently now: terraform_data.one")
        try await Golden.expect(
            page.markdown + "\n---\n"
                + page.commitMessage(key: merged.key, base: Sample.id, planDigest: Sample.plan.digest), "approval.md")
    }

    @Test("the chart is XML, breaks its line at gaps, and holds no word of a third party's unescaped")
    func chart() async throws {
        let svg = EvidenceChart.svg(for: try Sample.opportunity(title: "a <script> & \"b\""))
        try await Golden.expect(svg, "evidence.svg")
        #expect(!svg.contains("<script>") && svg.contains("prefers-color-scheme: dark"))
        let folder = try TemporaryFolder()
        try folder.write(svg, to: "chart.svg")
        try await Shell.run(
            "python3", ["-c", "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])", folder.file("chart.svg")])
    }

    @Test(
        "a chart of anything has finite places",
        arguments: [[], [Double.nan], [Double.infinity, -Double.infinity], [0], [1e300, -1e300], [5, 5, 5]]
            as [[Double]])
    func anyChart(values: [Double]) throws {
        let base = try Sample.opportunity()
        let evidence = Evidence(
            query: "q", condition: "value less than 5", start: 0, end: 0, step: 60, threshold: values.first ?? 0,
            instances: [],
            series: [
                Series(
                    labels: [:],
                    samples: values.enumerated().map { Domain.Sample(time: Double($0.offset), value: $0.element) })
            ], located: "x")
        let svg = EvidenceChart.svg(
            for: Opportunity(
                workspace: "w", rule: base.rule, address: "a.b", title: "t", description: "", since: 0, value: 0,
                evidence: evidence))
        #expect(!svg.contains("nan") && !svg.contains("inf\""))
    }

    @Test("a run as text, Markdown and JSON")
    func run() async throws {
        let report = try Sample.report()
        try await Golden.expect(report.text, "run.txt")
        try await Golden.expect(report.markdown, "run.md")
        try await Golden.expect(JSONText.pretty(report.json), "run.json")
        let decoded = try JSONDecoder().decode(JSONValue.self, from: Data(JSONText.pretty(report.json).utf8))
        #expect(decoded == report.json)
    }

    @Test("an analysis as text, Markdown and JSON")
    func analysis() async throws {
        let result = AnalysisResult(
            at: 1_764_000_540, statuses: try Sample.report().statuses, opportunities: [try Sample.opportunity()],
            problems: [])
        try await Golden.expect(result.text, "analysis.txt")
        try await Golden.expect(result.markdown, "analysis.md")
        try await Golden.expect(JSONText.pretty(result.json), "analysis.json")
    }

    @Test("random text stays harmless in Markdown and terminals")
    func escaping() {
        let alphabet = Array("@<>[]()`#*_|\\ \n\u{1B}\u{202E}\u{200B}ahttp://w.&!$~ü")
        var state: UInt64 = 3
        for _ in 0..<2_000 {
            let text = String(
                (0..<30).map { _ -> Character in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return alphabet[Int(state >> 33) % alphabet.count]
                })
            let markdown = Escaping.markdown(text)
            #expect(
                !markdown.contains("@") && !markdown.contains("<") && !markdown.contains("://")
                    && !markdown.contains("\n"))
            #expect(!Escaping.plain(text).unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
            let code = Escaping.code(text)
            let fence = code.prefix { $0 == "`" }
            #expect(code.hasSuffix(fence) && !code.dropFirst(fence.count).dropLast(fence.count).contains(fence))
            #expect(
                Escaping.fenced(text, as: "x").components(separatedBy: "\n").dropFirst().dropLast(2).allSatisfy {
                    !$0.hasPrefix(Escaping.fenced(text, as: "").prefix { $0 == "`" })
                })
        }
    }

    @Test(
        "differences as git writes them",
        arguments: [
            ("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"), ("", "x\n", "@@ -0,0 +1,1 @@\n+x\n"),
            ("x\n", "", "@@ -1,1 +0,0 @@\n-x\n"),
            ("a", "a\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"), ("same\n", "same\n", ""),
            ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nX\n", "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+X\n"),
        ])
    func differences(before: String, after: String, expected: String) {
        let text = UnifiedDifference.text(before: before, after: after, path: "f")
        #expect(
            text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).joined(separator: "\n")
                == expected)
    }

    @Test("git applies a random difference", arguments: 0..<12)
    func applies(seed: Int) async throws {
        var state = UInt64(seed) &+ 77
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let before = (0..<(1 + next(40))).map { _ in "line \(next(6))" }
        var after = before
        for _ in 0..<(1 + next(6)) {
            let place = next(after.count + 1)
            if next(2) == 0, place < after.count, after.count > 1 {
                after.remove(at: place)
            } else {
                after.insert("new \(next(6))", at: place)
            }
        }
        let texts = [before, after].map { $0.joined(separator: "\n") + "\n" }
        guard texts[0] != texts[1] else { return }
        let folder = try TemporaryFolder()
        try folder.write(texts[0], to: "f")
        try folder.write(UnifiedDifference.text(before: texts[0], after: texts[1], path: "f"), to: "patch")
        try await Shell.git("apply", "patch", in: folder.path)
        #expect(try folder.read("f") == texts[1])
    }

    @Test(
        "figures",
        arguments: [
            (0.012_345_678, "0.0123457"), (85, "85"), (-0.5, "-0.5"), (.nan, "NaN"), (Double.infinity, "+Inf"),
            (1e20, "100000000000000000000"),
        ])
    func figures(number: Double, text: String) {
        #expect(Figures.text(number) == text)
    }
}
