package import Domain

/// Which states one rule or plugin has to see.
package struct StateNeed: Hashable, Sendable {
    /// Nil for any type.
    package let types: Set<String>?
    /// Nil for any workspace that declares one of the types.
    package let workspaces: Set<String>?

    package init(types: Set<String>?, workspaces: Set<String>? = nil) {
        self.types = types
        self.workspaces = workspaces
    }

    package func includes(_ workspace: Workspace) -> Bool {
        (workspaces?.contains(workspace.path) ?? true)
            && (types.map { types in workspace.declared.contains { types.contains($0.type) } } ?? true)
    }
}

extension Analyzer {
    /// What the rules need, after their series are known: those that say themselves where they belong spare the rest.
    package func stateNeeds(_ answers: Answers, answered: Set<String>) -> [StateNeed] {
        rules.rules.flatMap { rule in [rule] + (rules.variants[rule.id] ?? []).map(\.rule) }.compactMap { rule in
            guard rule.enabled else { return nil }
            let types = Self.resourceTypes(for: [rule])
            if rule.source == .state || rule.coverage.noData != .skip { return StateNeed(types: types) }
            return answered.contains(rule.id) ? StateNeed(types: types, workspaces: homes(of: rule, answers)) : nil
        }
    }

    /// Nil where a series does not say which workspace it is of.
    private func homes(of rule: Rule, _ answers: Answers) -> Set<String>? {
        var homes: Set<String> = []
        for leaf in LeafPlan(rule, now: now).leaves.values {
            guard let series = try? leaf.series(answers) else { return nil }
            for next in series {
                let labels = LeafJoin.pinned(next.labels, rule.resource.workspace)
                guard let home = labels["terraform_workspace"], !home.isEmpty else { return nil }
                homes.insert(home)
            }
        }
        return homes
    }
}
