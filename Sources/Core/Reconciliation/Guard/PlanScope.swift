package import Domain

/// Proves on the plan itself that only the target changes, and only in place, unless the policy allows more.
package struct PlanScope {
    private let target: String
    private let rule: String
    private let fix: Rule.Fix?
    private let policy: Policy
    private let widening: WideningGuard

    package init(target: String, rule: String, fix: Rule.Fix?, policy: Policy = Policy()) {
        self.target = target
        self.rule = rule
        self.fix = fix
        self.policy = policy
        widening = WideningGuard(target: target, fix: fix)
    }

    package func refusals(of plan: Plan) -> [Refusal] {
        let resources = plan.changes.filter { !$0.isOutput }
        guard !resources.isEmpty else {
            return [Refusal(.planEmpty, "the plan changes no resource: the edit has no effect")]
        }
        return resources.compactMap(refusal) + resources.flatMap(widening.refusals)
    }

    private func refusal(of change: ResourceChange) -> Refusal? {
        let block = ResourceAddress.block(change.address)
        let isTarget = block.isExactly(target)
        if change.destroys, !(isTarget && mayDestroy(change)) { return destruction(change) }
        guard isTarget || policy.affects(block) else {
            return Refusal(.planScope, "\(change.address) would change, too; only \(target) may")
        }
        guard change.actions == [.update] || change.destroys else {
            let actions = change.actions.map(\.rawValue).joined(separator: ", ")
            return Refusal(.planScope, "\(change.address) would be changed by '\(actions)'; only updates are allowed")
        }
        return isTarget && !(change.destroys && !change.replaces) ? fixRefusal(change) : nil
    }

    /// Forgetting is never allowed: what Terraform does not know of is nobody's.
    private func mayDestroy(_ change: ResourceChange) -> Bool {
        if change.actions.contains(.forget) { return false }
        return change.replaces ? policy.replaces(rule) : policy.destroys(rule)
    }

    private func destruction(_ change: ResourceChange) -> Refusal {
        let cause = change.replacePaths.isEmpty ? "" : " (forced by \(change.replacePaths.joined(separator: ", ")))"
        let word = change.replaces ? "replaced" : "destroyed"
        return Refusal(.planDestroys, "\(change.address) would be \(word)\(cause); only changes in place are allowed")
    }

    private func fixRefusal(_ change: ResourceChange) -> Refusal? {
        for (attribute, value) in fix?.settings ?? [] {
            guard let wanted = value.scalarText, let planned = change.after.value(at: attribute)?.scalarText,
                planned != wanted
            else { continue }
            return Refusal(
                .fixNotMade, "\(change.address).\(attribute) is planned as \(planned); the rule asks for \(wanted)")
        }
        return nil
    }
}
