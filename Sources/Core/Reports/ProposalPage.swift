import Domain
import Foundation

/// README.md of a proposal: what changes and why, with the dangerous parts first.
package enum ProposalPage {
    private static let longestPlan = 40_000

    package static func markdown(for shown: ProposalPresentation) -> String {
        [
            "# \(Escaping.markdown(shown.cause.title))",
            status(shown.plan, shown.manifest.workspace, shown.correction), warning(shown.plan), why(shown.cause),
            "## What changes\n\n\(PlanTable.markdown(shown.plan))",
            Escaping.fenced(shown.difference, as: "diff"), words(shown), plan(shown.plan), decide(shown),
            provenance(shown),
        ].filter { !$0.isEmpty }.joined(separator: "\n\n").trimmingLines + "\n"
    }

    /// What a reviewer reads in one breath.
    static func status(_ plan: Plan, _ workspace: String, _ correction: Correction? = nil) -> String {
        let destroys = plan.changes.count { $0.destroys }
        let risk = correction.map { " · risk: \($0.risk.rawValue)" } ?? ""
        return "**\(plan.summary)** · \(destroys == 0 ? "nothing is destroyed" : "\(destroys) destroyed") · "
            + "workspace \(Escaping.code(workspace))\(risk)"
    }

    static func warning(_ plan: Plan) -> String {
        let dangerous = PlanTable.sorted(plan.changes.filter(\.destroys))
        guard !dangerous.isEmpty else { return "" }
        let lines = dangerous.map { change in
            let cause =
                change.replacePaths.isEmpty
                ? "" : ", forced by \(change.replacePaths.map(Escaping.code).joined(separator: ", "))"
            return "> - \(Escaping.code(change.address)): **\(change.replaces ? "replaced" : "destroyed")**\(cause)"
        }
        return "> [!WARNING]\n> This plan destroys or replaces:\n\(lines.joined(separator: "\n"))"
    }

    private static func why(_ cause: Cause) -> String {
        switch cause {
        case .opportunity(let opportunity): measured(opportunity)
        case .request(let request, _): asked(request)
        }
    }

    private static func measured(_ opportunity: Opportunity) -> String {
        let rule = opportunity.rule
        let description = Escaping.markdown(opportunity.description)
        return """
            ## Why

            \(description.isEmpty ? Escaping.markdown(rule.name) : description)

            | | |
            |---|---|
            | rule | \(Escaping.code(rule.id)) (\(rule.severity.rawValue)) |
            | query | \(Escaping.code(Escaping.line(rule.expression, limit: 1_000)).replacing("|", with: "\\|")) |
            | condition | \(Escaping.markdown(Escaping.line(opportunity.evidence.condition, limit: 1_000))) |
            | measured | \(Figures.text(opportunity.value)), true since \(Figures.time(opportunity.since)) |
            | resource | \(opportunity.evidence.instances.prefix(20).map(Escaping.code).joined(separator: ", ")), found by \(Escaping.markdown(opportunity.evidence.located)) |

            ![evidence](evidence.svg)
            """
    }

    private static func words(_ shown: ProposalPresentation) -> String {
        guard let correction = shown.correction else { return "" }
        return """
            ## In the model's words

            These sentences were written by a model; the table above is what was \(shown.cause.known).

            > \(Escaping.markdown(correction.analysis))
            >
            > Impact: \(Escaping.markdown(correction.impact))
            """
    }

    static func plan(_ plan: Plan) -> String {
        "<details><summary>Terraform's plan</summary>\n\n"
            + Escaping.fenced(Figures.cutFromTop(plan.text, bytes: longestPlan), as: "diff") + "\n</details>"
    }

    private static func decide(_ shown: ProposalPresentation) -> String {
        """
        ## How to decide

        - **Accept:** merge this branch, by merge commit, squash or rebase. The next run plans again and applies only \
        if the plan is the one above.
        - **Reject:** delete the branch. It is not proposed again until the code changes and 30 days have passed.
        - **Change it:** push a commit to the branch. Sphinx then leaves the branch alone.
        """
    }

    private static func provenance(_ shown: ProposalPresentation) -> String {
        let manifest = shown.manifest
        let author =
            manifest.model.map { "the model \(Escaping.code($0)), prompt \(manifest.promptVersion)" }
            ?? "the rule's own fix"
        return """
            <sub>Written by \(author) · planned on \(Escaping.code(manifest.base.hex)) with Terraform \
            \(Escaping.markdown(manifest.terraformVersion)) · plan \(Escaping.code(manifest.planDigest.description)) · \
            proposal \(Escaping.code(manifest.key.text)) · Sphinx \(Escaping.markdown(manifest.sphinxVersion))</sub>
            """
    }
}

extension String {
    /// Without empty lines at the end.
    var trimmingLines: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
