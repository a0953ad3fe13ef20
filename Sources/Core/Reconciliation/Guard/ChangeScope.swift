import Analysis
import Domain

/// What a proposal may change: judged on the code before any Terraform runs, and on the plan after it.
protocol ChangeScope: Sendable {
    var base: WorkspaceFiles { get }

    /// The files that a model's edits leave different.
    func applied(_ edits: [Edit]) -> Result<[SourceFile], Refusal>

    /// Everything that Terraform needs with the change.
    func files(with changed: [SourceFile]) throws(Problem) -> WorkspaceFiles

    /// Every reason to refuse the code; empty means that it may go to Terraform.
    func refusals(of changed: [SourceFile]) -> [Refusal]

    /// The change with as much of `terraform fmt`'s form as leaves everything else as it is.
    func tidied(_ changed: [SourceFile], as formatted: [SourceFile]) -> [SourceFile]

    /// Every reason to refuse what the code would do.
    func refusals(of plan: Plan, from changed: [SourceFile]) -> [Refusal]

    /// The blocks to plan alone where the base itself is not clean.
    func targets(of changed: [SourceFile]) -> [String]
}

/// The scope of a rule's proposal: one block, in place.
struct OpportunityScope: ChangeScope {
    let base: WorkspaceFiles
    let opportunity: Opportunity
    let policy: Policy

    func applied(_ edits: [Edit]) -> Result<[SourceFile], Refusal> {
        EditApplication(files: base.files).applied(edits)
    }

    func files(with changed: [SourceFile]) throws(Problem) -> WorkspaceFiles { base.replacing(changed) }

    func refusals(of changed: [SourceFile]) -> [Refusal] {
        EditGuard(
            workspace: base.workspace, before: base.files, target: opportunity.address, fix: opportunity.rule.fix,
            mayRemove: policy.destroys(opportunity.rule.id)
        )
        .refusals(after: base.replacing(changed).files)
    }

    func tidied(_ changed: [SourceFile], as formatted: [SourceFile]) -> [SourceFile] {
        let names = Set(formatted.map(\.path))
        let whole = (changed.filter { !names.contains($0.path) } + formatted).sorted { $0.path < $1.path }
        return refusals(of: whole).isEmpty ? whole : changed
    }

    func refusals(of plan: Plan, from changed: [SourceFile]) -> [Refusal] {
        let refusals = PlanScope(
            target: opportunity.address, rule: opportunity.rule.id, fix: opportunity.rule.fix, policy: policy
        ).refusals(of: plan)
        return refusals.isEmpty ? stillFiring(plan) : refusals
    }

    /// The rule is evaluated again on what the plan makes of the target.
    private func stillFiring(_ plan: Plan) -> [Refusal] {
        let resolution = Resolution(of: opportunity)
        return plan.changes.filter { ResourceAddress.block($0.address) == opportunity.address }.compactMap { change in
            resolution.objection(to: change.after, unknown: change.afterUnknown).map {
                Refusal(.stillFiring, "\(change.address): the rule '\(opportunity.rule.id)' would still fire: \($0)")
            }
        }
    }

    func targets(of changed: [SourceFile]) -> [String] { [opportunity.address] }
}
