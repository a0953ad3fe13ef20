import Domain

/// What overrides make of the rules, for the workspaces that there are.
struct Variants {
    let documents: [RulesDocument]
    let overrides: [Override]
    let workspaces: [String]

    /// Rule id → what it is in some workspaces.
    func resolved() -> [String: [RuleSet.Variant]] {
        checkAlone()
        guard overrides.allSatisfy({ $0.reading.problems.isEmpty }) else { return [:] }
        var variants: [String: [RuleSet.Variant]] = [:]
        for document in documents {
            for entry in document.entries {
                let own = overrides.filter { $0.matches(rule: entry.result.rule.id) }
                let found = own.isEmpty ? [] : self.variants(of: entry, in: document, own)
                if !found.isEmpty { variants[entry.result.rule.id] = found }
            }
        }
        return variants
    }

    /// Each override is tried on each of its rules, also where it matches no workspace yet.
    private func checkAlone() {
        for override in overrides {
            for document in documents {
                for entry in document.entries where override.matches(rule: entry.result.rule.id) {
                    _ = document.rule(entry, under: [override])
                }
            }
        }
    }

    private func variants(
        of entry: RulesDocument.Entry, in document: RulesDocument, _ own: [Override]
    ) -> [RuleSet.Variant] {
        var groups: [[Int]: Set<String>] = [:]
        for workspace in workspaces {
            let signature = own.indices.filter { own[$0].matches(workspace: workspace) }
            if !signature.isEmpty { groups[signature, default: []].insert(workspace) }
        }
        return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { signature, workspaces in
            let base = entry.result.rule
            guard let rule = document.rule(entry, under: signature.map { own[$0] }), rule != base else { return nil }
            return RuleSet.Variant(rule: rule, workspaces: workspaces)
        }
    }
}
