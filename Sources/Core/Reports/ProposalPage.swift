import Domain
import Foundation

/// README.md of a proposal: what changes and why, with the dangerous parts first.
package enum ProposalPage {
    private static let longestPlan = 40_000
    private static let longestWords = 4_000
    private static let mostWarnings = 50

    package static func markdown(for shown: ProposalPresentation) -> String {
        [
            "# \(Escaping.markdown(shown.cause.title))",
            status(shown), warning(shown.plan), why(shown),
            "## What changes\n\n\(PlanTable.markdown(shown.plan))",
            Escaping.fenced(shown.difference, as: "diff"), plan(shown.plan), words(shown), decide(shown),
            provenance(shown), machineBlock(shown.manifest),
        ].filter { !$0.isEmpty }.map(\.trimmingLines).joined(separator: "\n\n") + "\n"
    }

    /// What a reviewer reads in one breath.
    private static func status(_ shown: ProposalPresentation) -> String {
        let more = [
            shown.context.isWithinPolicy ? "policy ok" : nil,
            shown.correction.map { "risk, as the model sees it: \($0.risk.rawValue)" },
        ]
        return ([status(shown.plan, shown.manifest.workspace)] + more.compactMap(\.self)).joined(separator: " · ")
    }

    static func status(_ plan: Plan, _ workspace: String) -> String {
        let destroys = plan.changes.count { $0.destroys }
        let inPlace = plan.changes.count { $0.actions == [.update] && !$0.isOutput }
        return [
            "**\(plan.summary)**", inPlace == 0 ? nil : "\(inPlace) in place",
            destroys == 0 ? "nothing is destroyed" : "**\(destroys) destroyed**",
            "workspace \(Escaping.code(workspace))",
        ].compactMap(\.self).joined(separator: " · ")
    }

    static func warning(_ plan: Plan) -> String {
        let dangerous = PlanTable.sorted(plan.changes.filter(\.destroys))
        guard !dangerous.isEmpty else { return "" }
        var lines = dangerous.prefix(mostWarnings).map { change in
            let cause =
                change.replacePaths.isEmpty
                ? "" : ", forced by \(change.replacePaths.map(Escaping.code).joined(separator: ", "))"
            return "> - \(Escaping.code(change.address)): **\(change.replaces ? "replaced" : "destroyed")**\(cause)"
        }
        let more = dangerous.count - mostWarnings
        if more > 0 { lines.append("> - and \(more) more; see the plan") }
        return "> [!WARNING]\n> This plan destroys or replaces:\n\(lines.joined(separator: "\n"))"
    }

    private static func why(_ shown: ProposalPresentation) -> String {
        switch shown.cause {
        case .opportunity(let opportunity): ProposalReasons(opportunity, shown.context).markdown
        case .request(let request, _): asked(request)
        }
    }

    static func plan(_ plan: Plan) -> String {
        "<details><summary>Terraform's plan</summary>\n\n"
            + Escaping.fenced(Figures.cutFromTop(plan.text, bytes: longestPlan), as: "diff") + "\n</details>"
    }

    private static func words(_ shown: ProposalPresentation) -> String {
        guard let correction = shown.correction else { return "" }
        let quoted = [correction.analysis, "Impact: \(correction.impact)"].map {
            Escaping.markdown(Escaping.line($0, limit: longestWords))
        }.filter { !$0.isEmpty }.map { "> \($0)" }
        return """
            ## In the model's words

            These sentences were written by a model; the tables above are what was \(shown.cause.known).

            \(quoted.joined(separator: "\n>\n"))
            """
    }

    private static func decide(_ shown: ProposalPresentation) -> String {
        let context = shown.context
        return """
            ## How to decide

            - **Accept:** merge this branch, by merge commit, squash or rebase. The next run plans again and applies only \
            if the plan is the one above.
            - **Reject:** delete the branch, such as with `git push origin --delete \(context.branch)`. \
            \(shown.cause.rejection) until the code changes and \(Figures.days(context.coolDown)) have passed.
            - **Change it:** push a commit to the branch. Sphinx then leaves the branch alone.
            - **Ask for a new one:** delete what Sphinx remembers it by as well: \
            `git push origin --delete \(context.branch) \(context.trackingRef)`. The next run begins afresh.
            """
    }

    private static func provenance(_ shown: ProposalPresentation) -> String {
        let manifest = shown.manifest
        let author =
            manifest.model.map { "a model, \(Escaping.code($0)), with the prompt \(manifest.promptVersion)" }
            ?? "the rule's own fix, without a model"
        return """
            <sub>Written by \(author) · planned on \(Escaping.code(manifest.base.hex)) with Terraform \
            \(Escaping.code(manifest.terraformVersion)) · plan \(Escaping.code(manifest.planDigest.description)) · \
            input \(Escaping.code(manifest.inputDigest.description)) · \
            proposal \(Escaping.code(manifest.key.text)) · Sphinx \(Escaping.code(manifest.sphinxVersion))</sub>
            """
    }

    /// For programs that are given the page alone; it is not shown.
    private static func machineBlock(_ manifest: Manifest) -> String {
        let value = JSONValue.object([
            "schema": .string("sphinx.page/1"), "key": .string(manifest.key.text),
            "workspace": .string(manifest.workspace), "rule": .string(manifest.rule),
            "address": .string(manifest.address), "base": .string(manifest.base.hex),
            "input": .string(manifest.inputDigest.description), "plan": .string(manifest.planDigest.description),
            "model": JSONText.text(manifest.model),
        ])
        return "<!--sphinx:\(Data(value.canonical.utf8).base64EncodedString())-->"
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
