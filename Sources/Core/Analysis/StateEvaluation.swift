import Domain

/// A rule that needs no metric: what the attributes of every instance of its type say.
struct StateEvaluation {
    let rule: Rule
    let index: ResourceIndex
    let unreadable: [String: Problem]
    let now: Double
    let includes: (String) -> Bool
    let isBase: Bool

    private struct Group: Hashable {
        let workspace: String
        let status: RuleStatus.Status
    }

    func findings() -> Findings {
        let blocks = blocks()
        var findings = Findings()
        var groups: [Group: [String?]] = [:]
        for (block, instances) in blocks.sorted(by: { $0.key < $1.key }) {
            let (status, reason) = outcome(instances)
            groups[Group(workspace: block.workspace, status: status), default: []].append(
                reason.map { "\(block.address): \($0)" })
            if status == .firing { findings.opportunities.append(opportunity(block, instances)) }
            if status == .clear, reason == nil {
                findings.clear.insert(
                    ProposalKey(workspace: block.workspace, rule: rule.id, address: block.address))
            }
        }
        findings.statuses = groups.map { group, reasons in
            RuleStatus(
                workspace: group.workspace, rule: rule.id, status: group.status, count: reasons.count,
                reason: reasons.compactMap(\.self).min())
        }
        findings += rest(isEmpty: blocks.isEmpty, beside: findings.statuses)
        return findings
    }

    private func blocks() -> [Location.Block: [ResourceInstance]] {
        guard let type = rule.resource.type else { return [:] }
        var blocks: [Location.Block: [ResourceInstance]] = [:]
        for (workspace, instance) in index.resources(ofType: type) where includes(workspace) {
            let block = Location.Block(workspace: workspace, address: instance.blockAddress)
            blocks[block, default: []].append(instance)
        }
        return blocks
    }

    /// Workspaces whose state could not be read, and a rule that found nothing to look at.
    private func rest(isEmpty: Bool, beside told: [RuleStatus]) -> Findings {
        let unread = unreadable.filter { includes($0.key) }.map { workspace, problem in
            RuleStatus(
                workspace: workspace, rule: rule.id, status: .error, count: 0,
                reason: "the state could not be read: \(problem.message)")
        }
        let empty = SilentWorkspaces(rule: rule, index: index, includes: includes, unreadable: unreadable)
            .statuses(beside: told + unread, reason: "the state does not hold it yet")
        guard isEmpty, unread.isEmpty, empty.isEmpty, isBase else { return Findings(statuses: unread + empty) }
        return Findings(statuses: [
            RuleStatus(
                workspace: nil, rule: rule.id, status: .noData, count: 0,
                reason: "no state holds a \(rule.resource.type ?? "resource")")
        ])
    }

    // MARK: Blocks

    private func holds(_ instance: ResourceInstance) -> Bool {
        rule.resource.filter?.holds(for: instance.values) ?? true
    }

    private func outcome(_ instances: [ResourceInstance]) -> (RuleStatus.Status, String?) {
        let firing = instances.count(where: holds)
        if firing == instances.count || (firing > 0 && rule.resource.scope == .instance) { return (.firing, nil) }
        return (.clear, firing > 0 ? "partial: \(firing) of \(instances.count) instances" : nil)
    }

    private func opportunity(_ block: Location.Block, _ instances: [ResourceInstance]) -> Opportunity {
        let firing = instances.filter(holds).sorted { $0.address < $1.address }
        let values = firing.first?.values ?? .object([:])
        let text = OpportunityText(
            rule: rule, workspace: block.workspace, instance: firing.first?.address, address: block.address,
            attributes: values)
        var filled = rule
        filled.fix = rule.fix?.computed(by: text)
        return Opportunity(
            workspace: block.workspace, rule: filled, address: block.address, title: text.render(rule.title),
            description: text.render(rule.description), since: now, value: nil,
            labels: rule.labels.mapValues(text.render),
            evidence: Evidence(
                query: "", condition: rule.resource.filter?.description ?? "there is one", start: now, end: now,
                step: 0, threshold: nil, instances: firing.map(\.address), series: [], located: "the state",
                attributes: attributes(values)))
    }

    private func attributes(_ values: JSONValue) -> [String: JSONValue] {
        let paths = (rule.resource.filter?.paths ?? []) + [rule.fix?.attribute].compactMap(\.self)
        let found = Set(paths).map { path in
            (path, JSONValue.array(AttributePath.texts(at: path, in: values).map(JSONValue.string)))
        }
        return Dictionary(uniqueKeysWithValues: found)
    }
}
