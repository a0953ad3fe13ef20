import Domain

/// Proves on the plan itself that a request makes new resources and changes only those whose blocks were edited.
struct RequestPlanScope {
    let request: ChangeRequest
    /// Addresses of the resources and module calls that the code change touches.
    let edited: Set<String>

    /// A plan may be empty, as that of a new description is.
    func refusals(of plan: Plan) -> [Refusal] {
        plan.changes.filter { !$0.isOutput }.compactMap(refusal)
    }

    private func refusal(of change: ResourceChange) -> Refusal? {
        if change.actions == [.create] { return nil }
        if change.replaces, !request.allowsReplace {
            let cause = change.replacePaths.isEmpty ? "" : " (forced by \(change.replacePaths.joined(separator: ", ")))"
            return Refusal(
                .planDestroys, "\(change.address) would be replaced\(cause); that needs --allow-replace")
        }
        if change.actions == [.delete], !request.allowsDestroy {
            return Refusal(.planDestroys, "\(change.address) would be destroyed; that needs --allow-destroy")
        }
        let isKnown = change.replaces || [[.update], [.delete]].contains(change.actions)
        guard isKnown else {
            let actions = change.actions.map(\.rawValue).joined(separator: ", ")
            return Refusal(.planScope, "\(change.address) would be changed by '\(actions)', which no request may do")
        }
        return isEdited(change.address)
            ? nil
            : Refusal(.planScope, "\(change.address) would change, too; only resources whose blocks were edited may")
    }

    private func isEdited(_ address: String) -> Bool {
        let steps = ResourceAddress.block(address).split(separator: ".").map(String.init)
        let own = steps.first == "module" ? steps.prefix(2) : steps[...]
        return edited.contains(own.joined(separator: "."))
    }
}
