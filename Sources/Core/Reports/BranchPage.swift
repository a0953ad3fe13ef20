package import Domain

/// What people read of the plan of one workspace that Sphinx attached to their own branch.
package struct BranchPage: Sendable {
    private let branch: String
    private let head: ObjectID
    private let manifest: Manifest
    private let plan: Plan
    private let findings: [Finding]

    package init(branch: String, head: ObjectID, manifest: Manifest, plan: Plan, findings: [Finding]) {
        self.branch = branch
        self.head = head
        self.manifest = manifest
        self.plan = plan
        self.findings = findings
    }

    package var markdown: String {
        [
            "# The plan of \(Escaping.code(branch)) in \(Escaping.code(manifest.workspace))",
            ProposalPage.status(plan, manifest.workspace), ProposalPage.warning(plan),
            "## What changes\n\n\(PlanTable.markdown(plan))", "## What the guard sees\n\n\(seen)",
            ProposalPage.plan(plan),
            """
            ## How to decide

            - **Accept:** merge this branch, by merge commit, squash or rebase. The next run plans again and applies \
            only if the plan is the one above.
            - **Change it:** push further commits, and run `sphinx propose --branch` again. What is merged without its \
            plan is not applied.
            """,
            """
            <sub>The code is a person's own · planned at \(Escaping.code(head.hex)) with Terraform \
            \(Escaping.markdown(manifest.terraformVersion)) · plan \(Escaping.code(manifest.planDigest.description)) · \
            proposal \(Escaping.code(manifest.key.text)) · Sphinx \(Escaping.markdown(manifest.sphinxVersion))</sub>
            """,
        ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var seen: String {
        let lines = findings.map {
            "- \(Escaping.markdown($0.sentence))\($0.runsAtPlan ? " (**at plan time**, planned with `--trust`)" : "")"
        }
        return lines.isEmpty ? "Nothing that needs a second look." : lines.joined(separator: "\n")
    }

    /// One commit holds the plans of all the workspaces that a branch changes.
    package static func commitMessage(branch: String, plans: [(manifest: Manifest, plan: Plan)]) -> String {
        let names = plans.map(\.manifest.workspace).joined(separator: ", ")
        let sections = plans.map { manifest, plan in
            CommitMessage.Section(
                words: ["\(CommitMessage.prose(manifest.workspace)): \(plan.summary)."], plan: plan)
        }
        return CommitMessage.assembled(
            "sphinx(\(names)): plan \(branch)", sections,
            plans.flatMap { CommitMessage.trailers($0.manifest) })
    }
}
