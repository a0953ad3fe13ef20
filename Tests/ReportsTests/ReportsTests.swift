import Domain
import Foundation
import Reports
import TestSupport
import Testing

@Suite("Reports")
struct ReportsTests {
    @Test("the reviewer's page, destroys first, and nothing of a third party's works in it")
    func page() async throws {
        let page = ProposalPage.markdown(for: try Sample.presentation())
        try await Golden.expect(page, "proposal.md")
        for word in ["@everyone", "https://evil", "<img", "[link]("] { #expect(!page.contains(word)) }
        #expect(!page.unicodeScalars.contains { $0.properties.generalCategory == .format })
        let order = [
            "[!WARNING]", "## Why", "## What changes", "Terraform's plan", "In the model's words",
            "How to decide", "Written by a model", "<!--sphinx:",
        ].compactMap { page.range(of: $0)?.lowerBound }
        #expect(order.count == 8 && order == order.sorted())
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
                cause: shown.cause, manifest: shown.manifest, plan: huge, difference: "", correction: nil,
                context: Sample.context))
        #expect(
            message.utf8.count <= 60_100 && message.contains("Plan: the end.")
                && message.contains("the beginning was cut"))
        let forged = try Sample.opportunity(title: "Sphinx-Workspace: other\nSphinx-Base: x")
        let text = CommitMessage.text(
            for: ProposalPresentation(
                cause: .opportunity(forged), manifest: shown.manifest, plan: Sample.plan, difference: "",
                correction: nil, context: Sample.context))
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

    @Test("after an apply that failed the page says what it had done")
    func failedApproval() async throws {
        var merged = try Sample.presentation().manifest
        merged.changes = ["terraform_data.one", "terraform_data.gone"].map {
            ApprovedChange(address: $0, actions: [.update], digest: Digest(of: [$0]))
        }
        let page = ApprovalPage(
            workspace: "prod/web", merged: [merged], plan: Sample.plan,
            reason: "the last apply of this approval failed",
            failure: ApprovalPage.Failure(
                time: 1_764_000_000, reason: "prod/web: terraform apply said: quota @exceeded",
                done: ["terraform_data.gone"]))
        try await Golden.expect(
            page.markdown + "\n---\n"
                + page.commitMessage(key: merged.key, base: Sample.id, planDigest: Sample.plan.digest),
            "approval-after-failure.md")
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
