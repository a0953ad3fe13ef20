import Domain

/// Workspaces that have what a rule is about, and of which nothing is known.
struct SilentWorkspaces {
    let rule: Rule
    let index: ResourceIndex
    let includes: (String) -> Bool
    let unreadable: [String: Problem]

    /// One status for each workspace that the rule says nothing else of.
    func statuses(beside others: [RuleStatus], reason: String) -> [RuleStatus] {
        guard let type = rule.resource.type else { return [] }
        let told = Set(others.compactMap(\.workspace))
        return index.blocks(ofType: type).compactMap { workspace, blocks in
            let meant = blocks.filter { isMeant($0, workspace) }
            guard let first = meant.first, includes(workspace), !told.contains(workspace) else { return nil }
            // Without its state the workspace's resources cannot be told from others.
            let cause = unreadable[workspace].map { "the state could not be read: \($0.message)" }
            return RuleStatus(
                workspace: workspace, rule: rule.id, status: cause == nil ? .noData : .error, count: meant.count,
                reason: cause ?? "\(first): \(reason)")
        }
    }

    /// A block without instances in the state may still become what the rule is about.
    private func isMeant(_ block: String, _ workspace: String) -> Bool {
        guard rule.source == .metrics, let filter = rule.resource.filter else { return true }
        let instances = index.instances(of: block, in: workspace)
        return instances.isEmpty || instances.contains { filter.holds(for: $0.values) }
    }
}
