package import Domain

/// What came of one plugin in a run.
package struct PluginOutcome: Sendable {
    package let plugin: Plugin
    package let result: Result<[PluginFinding], Problem>
    /// Whether an answer to its queries was partial, so that nothing may be closed by what it did not find.
    package let isPartial: Bool

    package init(plugin: Plugin, result: Result<[PluginFinding], Problem>, isPartial: Bool = false) {
        self.plugin = plugin
        self.result = result
        self.isPartial = isPartial
    }
}

/// Leads what plugins found to the resources.
struct PluginAnalysis {
    let outcome: PluginOutcome
    let index: ResourceIndex
    let now: Double

    private var rule: String { outcome.plugin.rule }

    func findings() -> Findings {
        switch outcome.result {
        case .failure(let problem):
            return Findings(statuses: [status(nil, .error, 1, problem.message)], problems: [problem])
        case .success(let found): return findings(found)
        }
    }

    private func status(_ workspace: String?, _ status: RuleStatus.Status, _ count: Int, _ reason: String?)
        -> RuleStatus
    {
        RuleStatus(workspace: workspace, rule: rule, status: status, count: count, reason: reason)
    }

    // MARK: Locating

    private func findings(_ found: [PluginFinding]) -> Findings {
        var blocks: [Location.Block: (finding: PluginFinding, instances: Set<String>, how: String)] = [:]
        var lost: [RuleStatus.Status: [String]] = [:]
        for finding in found {
            switch location(finding) {
            case .found(let workspace, let instance, let address, let how):
                let block = Location.Block(workspace: workspace, address: address)
                blocks[block, default: (finding, [], how)].instances.insert(instance)
            case .unmapped(let reason): lost[.unmapped, default: []].append(reason)
            case .ambiguous(_, let reason): lost[.ambiguous, default: []].append(reason)
            }
        }
        var findings = Findings()
        findings.opportunities = blocks.sorted { $0.key < $1.key }.map { block, found in
            opportunity(block, found.finding, found.instances, found.how)
        }
        findings.statuses = statuses(blocks.keys.map(\.workspace), lost)
        if !outcome.isPartial, lost[.ambiguous] == nil { findings.clear = clear(Set(blocks.keys)) }
        return findings
    }

    private func location(_ finding: PluginFinding) -> Location {
        var labels = finding.labels
        if let workspace = finding.workspace { labels["terraform_workspace"] = workspace }
        let locator = ResourceLocator(index, for: Rule.ResourceSelector())
        guard let address = finding.address, !address.isEmpty else { return locator.locate(labels) }
        labels["terraform_address"] = address
        let named = locator.locate(labels)
        guard case .unmapped = named else { return named }
        return index.location(ofID: address, in: finding.workspace) ?? named
    }

    private func statuses(_ workspaces: [String], _ lost: [RuleStatus.Status: [String]]) -> [RuleStatus] {
        let firing = Dictionary(grouping: workspaces) { $0 }.map { status($0.key, .firing, $0.value.count, nil) }
        let rest = lost.map { status(nil, $0.key, $0.value.count, $0.value.min()) }
        let partial = outcome.isPartial ? [status(nil, .partial, 0, "an answer to its queries was partial")] : []
        let all = firing + rest + partial
        return all.isEmpty ? [status(nil, .clear, 0, nil)] : all
    }

    /// A plugin that ended well has looked at everything that it did not name.
    private func clear(_ firing: Set<Location.Block>) -> Set<ProposalKey> {
        Set(
            index.blocks.filter { !firing.contains($0) }.map {
                ProposalKey(workspace: $0.workspace, rule: rule, address: $0.address)
            })
    }

    // MARK: Opportunity

    private func opportunity(
        _ block: Location.Block, _ finding: PluginFinding, _ instances: Set<String>, _ how: String
    ) -> Opportunity {
        Opportunity(
            workspace: block.workspace, rule: rule(of: finding), address: block.address,
            title: ForeignText.told(finding.title), description: ForeignText.told(finding.description), since: now,
            value: finding.value, labels: [:],
            evidence: Evidence(
                query: "", condition: "found by the plugin '\(outcome.plugin.name)'", start: now, end: now, step: 0,
                threshold: nil, instances: instances.sorted(), series: [], located: how,
                attributes: finding.evidence))
    }

    private func rule(of finding: PluginFinding) -> Rule {
        var rule = Rule(
            id: rule, name: outcome.plugin.name, queries: [:], condition: nil, severity: finding.severity,
            fix: finding.fix, title: .plain(""), description: .plain(""),
            location: SourceLocation(file: outcome.plugin.folder, line: 1, column: 1))
        rule.source = .plugin
        return rule
    }
}

extension ResourceIndex {
    /// The only instance that has this id or ARN; nil where there is none or more than one.
    func location(ofID id: String, in workspace: String?) -> Location? {
        let all = state.values.joined().filter { resource in
            (workspace == nil || resource.candidate.workspace == workspace)
                && ["id", "arn"].contains { resource.values[$0]?.string == id }
        }.map(\.candidate)
        guard let only = all.first, all.count == 1 else { return nil }
        return .found(
            workspace: only.workspace, instance: only.address, block: only.block.address, how: "its id in the state")
    }
}
