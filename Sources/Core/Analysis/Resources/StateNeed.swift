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
    /// What the rules need, after their series are known: those that say themselves where they belong, by their own
    /// labels or by those of workspaces, spare the rest.
    package func stateNeeds(
        _ answers: Answers, answered: Set<String>, workspaces: WorkspaceLabels = WorkspaceLabels([:])
    ) -> [StateNeed] {
        var workspaces = workspaces
        return rules.rules.flatMap { rule in [rule] + (rules.variants[rule.id] ?? []).map(\.rule) }.compactMap { rule in
            guard rule.enabled else { return nil }
            let types = Self.stateTypes(for: rule)
            if rule.source == .state || rule.coverage.noData != .skip { return StateNeed(types: types) }
            guard answered.contains(rule.id) else { return nil }
            return StateNeed(types: types, workspaces: homes(of: rule, answers, &workspaces))
        }
    }

    /// Nil where a series may belong to any workspace.
    private func homes(of rule: Rule, _ answers: Answers, _ workspaces: inout WorkspaceLabels) -> Set<String>? {
        var homes: Set<String> = []
        for leaf in LeafPlan(rule, now: now).leaves.values {
            guard let series = try? leaf.series(answers) else { return nil }
            for next in series {
                let labels = LeafJoin.pinned(next.labels, rule.resource.workspace)
                if let home = labels["terraform_workspace"], !home.isEmpty {
                    homes.insert(home)
                } else if workspaces.isEmpty {
                    return nil
                } else {
                    homes.formUnion(workspaces.admitting(labels))
                }
            }
        }
        return homes
    }

    /// The types whose resources lead a series to the rule's, too.
    private static func stateTypes(for rule: Rule) -> Set<String>? {
        resourceTypes(for: [rule]).map { types in types.union(types.flatMap(LabelTable.linkedTypes)) }
    }
}
