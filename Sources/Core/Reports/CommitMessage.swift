import Domain

/// The one commit of a proposal: forges fill a merge request with it.
package enum CommitMessage {
    private static let longestSubject = 100
    private static let longestProse = 2_000
    /// GitHub takes no more than 65,536 in a merge request's text.
    private static let longest = 60_000

    package static func text(for shown: ProposalPresentation) -> String {
        let (opportunity, manifest) = (shown.opportunity, shown.manifest)
        let description = prose(opportunity.description)
        let reasons = [
            description.isEmpty ? prose(opportunity.title) : description, measured(opportunity),
        ]
        return assembled(
            "sphinx(\(manifest.workspace)): change \(manifest.address): \(opportunity.rule.name)",
            reasons + planned(shown.plan), plan: shown.plan, trailers(manifest))
    }

    private static func measured(_ opportunity: Opportunity) -> String {
        let unit = MetricUnit(of: opportunity)
        let value = opportunity.value.map { "Measured \(unit.text($0)); " } ?? ""
        let condition = prose(opportunity.evidence.condition)
        let trend = opportunity.evidence.series.first.flatMap { Sparkline.text($0.samples) }
        return "\(value)condition: \(condition); true since \(Figures.time(opportunity.since))."
            + (trend.map { "\n\nTrend: `\($0)`" } ?? "")
    }

    /// What is destroyed stands before everything else of the plan.
    static func planned(_ plan: Plan) -> [String] {
        let warning = ProposalPage.warning(plan)
        return (warning.isEmpty ? [] : [warning]) + ["Plan: \(plan.summary)."]
    }

    static func assembled(_ subject: String, _ body: [String], plan: Plan, _ trailers: [(String, String)]) -> String {
        let head = ([Escaping.subject(subject, limit: longestSubject)] + body).joined(separator: "\n\n")
        let foot = trailers.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
        let room = max(1_000, longest - head.utf8.count - foot.utf8.count)
        return "\(head)\n\n\(planText(plan, bytes: room))\n\n\(foot)\n"
    }

    private static func trailers(_ manifest: Manifest) -> [(String, String)] {
        [
            ("Sphinx-Proposal", manifest.key.text), ("Sphinx-Rule", TrailerText.encoded(manifest.rule)),
            ("Sphinx-Workspace", TrailerText.encoded(manifest.workspace)), ("Sphinx-Base", manifest.base.hex),
            ("Sphinx-Input", manifest.inputDigest.description),
            ("Sphinx-Plan-Digest", manifest.planDigest.description),
            ("Sphinx-Model", TrailerText.encoded(Escaping.line(manifest.model ?? "none", limit: 100))),
        ]
    }

    /// One escaped line: third-party text can neither begin a comment nor a trailer.
    static func prose(_ text: String) -> String {
        Escaping.markdown(Escaping.line(text, limit: longestProse)).replacing("Sphinx-", with: "Sphinx‑")
    }

    /// Indented, so that no line of it is a comment, a trailer or Markdown of its own.
    private static func planText(_ plan: Plan, bytes: Int) -> String {
        let indented = Escaping.plain(plan.text).trimmingLines
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
        let cut = Figures.cutFromTop(indented, bytes: bytes)
        return cut.hasPrefix(" ") || cut.isEmpty ? cut : "    \(cut)"
    }
}
