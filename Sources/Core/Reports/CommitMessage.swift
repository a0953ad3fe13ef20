import Domain

/// The one commit of a proposal: forges fill a merge request with it.
package enum CommitMessage {
    private static let longestSubject = 100
    private static let longestBody = 60_000

    package static func text(for shown: ProposalPresentation) -> String {
        let manifest = shown.manifest
        let (verb, title, reason) =
            switch shown.cause {
            case .opportunity(let opportunity): ("change", opportunity.rule.name, words(opportunity))
            case .request(let request, _):
                (
                    shown.plan.verb, calm(request.words),
                    ["A person asked: \(prose(request.text))"] + words(shown.correction)
                )
            }
        let body = (reason + ["Plan: \(shown.plan.summary).", planText(shown.plan)]).joined(separator: "\n\n")
        return assembled(
            "sphinx(\(manifest.workspace)): \(verb) \(manifest.address): \(title)", body, trailers(manifest))
    }

    /// For a subject, which no forge renders, but which may mention people and close issues.
    static func calm(_ words: String) -> String {
        words.replacing("@", with: "＠").replacing("#", with: "＃")
    }

    private static func words(_ opportunity: Opportunity) -> [String] {
        let description = prose(opportunity.description)
        return [description.isEmpty ? prose(opportunity.title) : description, measured(opportunity)]
    }

    private static func words(_ correction: Correction?) -> [String] {
        correction.map { ["The model says: \(prose($0.analysis))"] } ?? []
    }

    private static func measured(_ opportunity: Opportunity) -> String {
        let value = opportunity.value.map { "Measured \(Figures.text($0)); " } ?? ""
        let condition = prose(opportunity.evidence.condition)
        return "\(value)condition: \(condition); true since \(Figures.time(opportunity.since))."
    }

    static func assembled(_ subject: String, _ body: String, _ trailers: [(String, String)]) -> String {
        let lines = trailers.map { "\($0.0): \(Escaping.line($0.1, limit: 300))" }
        return "\(Escaping.line(subject, limit: longestSubject))\n\n\(body)\n\n\(lines.joined(separator: "\n"))\n"
    }

    static func trailers(_ manifest: Manifest) -> [(String, String)] {
        [
            ("Sphinx-Proposal", manifest.key.text), ("Sphinx-Rule", manifest.rule),
            ("Sphinx-Workspace", manifest.workspace), ("Sphinx-Base", manifest.base.hex),
            ("Sphinx-Input", manifest.inputDigest.description),
            ("Sphinx-Plan-Digest", manifest.planDigest.description), ("Sphinx-Model", manifest.model ?? "none"),
        ]
    }

    /// One escaped line: third-party text can neither begin a comment nor a trailer.
    static func prose(_ text: String) -> String {
        Escaping.markdown(Escaping.line(text, limit: 2_000)).replacing("Sphinx-", with: "Sphinx‑")
    }

    /// Indented, so that no line of it is a comment, a trailer or Markdown of its own.
    static func planText(_ plan: Plan, of plans: Int = 1) -> String {
        Figures.cutFromTop(Escaping.plain(plan.text), bytes: longestBody / plans).trimmingLines
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
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
