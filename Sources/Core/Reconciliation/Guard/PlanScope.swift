package import Domain

/// Proves on the plan itself that only the target changes, and only in place.
package struct PlanScope {
    private let target: String
    private let fix: Rule.Fix?

    package init(target: String, fix: Rule.Fix?) {
        self.target = target
        self.fix = fix
    }

    package func refusals(of plan: Plan) -> [Refusal] {
        let resources = plan.changes.filter { !$0.isOutput }
        guard !resources.isEmpty else {
            return [Refusal(.planEmpty, "the plan changes no resource: the edit has no effect")]
        }
        return resources.compactMap(refusal)
    }

    private func refusal(of change: ResourceChange) -> Refusal? {
        if change.destroys {
            let cause = change.replacePaths.isEmpty ? "" : " (forced by \(change.replacePaths.joined(separator: ", ")))"
            let word = change.replaces ? "replaced" : "destroyed"
            return Refusal(
                .planDestroys, "\(change.address) would be \(word)\(cause); only changes in place are allowed")
        }
        guard ResourceAddress.block(change.address) == target else {
            return Refusal(.planScope, "\(change.address) would change, too; only \(target) may")
        }
        guard change.actions == [.update] else {
            let actions = change.actions.map(\.rawValue).joined(separator: ", ")
            return Refusal(.planScope, "\(change.address) would be changed by '\(actions)'; only updates are allowed")
        }
        return fixRefusal(change)
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
