package import Domain

/// What people read on a branch that asks for approval of a plan that differs from the approved one.
package struct ApprovalPage: Sendable {
    private let workspace: String
    private let merged: [Manifest]
    private let plan: Plan
    private let reason: String
    private let failure: Failure?

    /// What an apply of the approved plan had done when it failed.
    package struct Failure: Sendable {
        let time: Double
        let reason: String
        let done: Set<String>

        /// `time` is in seconds since 1970.
        package init(time: Double, reason: String, done: [String]) {
            self.time = time
            self.reason = reason
            self.done = Set(done)
        }
    }

    package init(workspace: String, merged: [Manifest], plan: Plan, reason: String, failure: Failure? = nil) {
        self.workspace = workspace
        self.merged = merged
        self.plan = plan
        self.reason = reason
        self.failure = failure
    }

    package var markdown: String {
        [
            "# The plan of \(Escaping.markdown(workspace)) needs approval", "**\(plan.summary)**",
            ProposalPage.warning(plan),
            "The code is in the base already. \(said(Escaping.markdown))",
            "## What is different\n\n\(comparison)", "## What would happen now\n\n\(PlanTable.markdown(plan))",
            ProposalPage.plan(plan),
            """
            ## How to decide

            - **Accept:** merge this branch. The next run applies exactly this plan.
            - **Reject:** delete the branch, and revert the merged change or mend the infrastructure.
            """,
        ].filter { !$0.isEmpty }.map(\.trimmingLines).joined(separator: "\n\n") + "\n"
    }

    private func said(_ escaped: (String) -> String) -> String {
        guard let failure else {
            return "The plan is not the one that was approved, so nothing was applied: \(escaped(reason))."
        }
        return "The last apply failed at \(Figures.time(failure.time)): \(escaped(failure.reason)). "
            + "It is not tried again without a new approval; this plan is what is left to do."
    }

    private var comparison: String {
        let approved = Dictionary(grouping: merged.flatMap(\.changes), by: \.address).mapValues {
            Set($0.map(\.digest))
        }
        let planned = Dictionary(plan.approved.map { ($0.address, $0.digest) }) { first, _ in first }
        let rows = Set(approved.keys).union(planned.keys).sorted().map { address in
            let word =
                if approved[address] == nil {
                    "not approved, planned now"
                } else if let now = planned[address] {
                    approved[address] == [now] ? "as approved" : "approved, but planned differently now"
                } else if failure?.done.contains(address) == true {
                    "done before the apply failed"
                } else {
                    "approved, not planned any more"
                }
            return "| \(Escaping.cell(address)) | \(word) |"
        }
        return "| resource | |\n|---|---|\n" + rows.joined(separator: "\n")
    }

    package func commitMessage(key: ProposalKey, base: ObjectID, planDigest: Digest) -> String {
        let words =
            failure == nil ? "Nothing was applied: \(CommitMessage.prose(reason))." : said(CommitMessage.prose)
        return CommitMessage.assembled(
            "sphinx(\(workspace)): approve the plan of \(merged.map(\.key.text).joined(separator: ", "))",
            [
                CommitMessage.Section(
                    words: [words] + CommitMessage.planned(plan),
                    plan: plan)
            ],
            [
                ("Sphinx-Proposal", key.text), ("Sphinx-Workspace", TrailerText.encoded(workspace)),
                ("Sphinx-Base", base.hex),
                ("Sphinx-Plan-Digest", planDigest.description),
            ])
    }
}
