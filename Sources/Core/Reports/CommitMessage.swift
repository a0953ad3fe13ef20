import Domain

/// The one commit of a proposal: forges fill a merge request with it.
package enum CommitMessage {
    private static let longestSubject = 100
    private static let longestProse = 2_000
    /// GitHub takes no more than 65,536 in a merge request's text.
    private static let longest = 60_000

    package static func text(for shown: ProposalPresentation) -> String {
        let manifest = shown.manifest
        let (verb, title, reasons) =
            switch shown.cause {
            case .opportunity(let opportunity): ("change", opportunity.rule.name, words(opportunity))
            case .request(let request, _):
                (
                    shown.plan.verb, request.words,
                    ["A person asked: \(prose(request.text))"] + words(shown.correction)
                )
            }
        return assembled(
            "sphinx(\(manifest.workspace)): \(verb) \(manifest.address): \(title)",
            [Section(words: reasons + planned(shown.plan), plan: shown.plan)], trailers(manifest))
    }

    private static func words(_ opportunity: Opportunity) -> [String] {
        let description = prose(opportunity.description)
        return [description.isEmpty ? prose(opportunity.title) : description, measured(opportunity)]
    }

    private static func words(_ correction: Correction?) -> [String] {
        correction.map { ["The model says: \(prose($0.analysis))"] } ?? []
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

    /// What is said of one plan, and the plan, if it is to be shown.
    struct Section {
        let words: [String]
        var plan: Plan?
    }

    static func assembled(_ subject: String, _ sections: [Section], _ trailers: [(String, String)]) -> String {
        let head = Escaping.subject(subject, limit: longestSubject)
        let foot = trailers.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
        let fixed = ([head, foot] + sections.flatMap(\.words)).map(\.utf8.count).reduce(0, +)
        let room = max(1_000, (longest - fixed) / max(1, sections.count))
        let body = sections.flatMap { section in
            section.words + (section.plan.map { [planText($0, bytes: room)] } ?? [])
        }
        return ([head] + body + [foot]).joined(separator: "\n\n") + "\n"
    }

    static func trailers(_ manifest: Manifest) -> [(String, String)] {
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

extension Plan {
    /// What the plan does, in one word.
    var verb: String {
        let resources = changes.filter { !$0.isOutput }
        if resources.isEmpty { return "change" }
        if resources.allSatisfy({ $0.actions == [.create] }) { return "add" }
        if resources.allSatisfy({ $0.actions == [.delete] }) { return "destroy" }
        return resources.allSatisfy(\.replaces) ? "replace" : "change"
    }
}
