import Domain

/// Turns how blocks stand into statuses, opportunities and what is clear.
struct BlockFindings {
    let evaluation: RuleEvaluation
    let joins: [Rule.Condition: LeafJoin]

    private var rule: Rule { evaluation.rule }
    private var index: ResourceIndex { evaluation.index }

    private struct Group: Hashable {
        let workspace: String
        let status: RuleStatus.Status
    }

    /// A block that a doubtful series may belong to is not found to be clear.
    func findings(
        _ blocks: [Location.Block: [(place: Place, standing: Standing)]], doubtful: Set<Location.Block>
    ) -> Findings {
        var findings = Findings()
        var groups: [Group: [String?]] = [:]
        for (block, standings) in blocks.sorted(by: { $0.key < $1.key }) {
            let outcome = BlockOutcome(
                rule: rule, block: block, standings: standings, unseen: unseen(block, standings),
                end: evaluation.end)
            let (status, reason) = refused(outcome) ?? outcome.outcome
            groups[Group(workspace: block.workspace, status: status), default: []].append(
                reason.map { "\(block.address): \($0)" })
            if status == .firing { findings += finding(outcome) }
            if status != .error, outcome.isClear, !doubtful.contains(block) {
                findings.clear.insert(
                    ProposalKey(workspace: block.workspace, rule: rule.id, address: block.address))
            }
        }
        findings.statuses += groups.map { group, reasons in
            evaluation.status(group.workspace, group.status, reasons.count, reasons.compactMap(\.self).min())
        }
        return findings
    }

    /// Instances in the state that the rule is about and no series leads to.
    private func unseen(
        _ block: Location.Block, _ standings: [(place: Place, standing: Standing)]
    ) -> [String] {
        let known = index.instances(of: block.address, in: block.workspace).map(\.address)
        let seen = Set(standings.map(\.place.instance))
        // A series of the block whose instance nobody knows may be of any of them.
        if standings.contains(where: { !$0.place.isInstance }) { return [] }
        return known.filter { !seen.contains($0) }
    }

    /// `nodata: error` makes an absent series a mistake.
    private func refused(_ outcome: BlockOutcome) -> (RuleStatus.Status, String?)? {
        guard rule.coverage.noData == .error else { return nil }
        let absent = outcome.standings.first { $0.standing.verdict == .noData }
        return absent.map { (.error, "\($0.place.instance) has no data") }
    }

    private func finding(_ outcome: BlockOutcome) -> Findings {
        guard let worst = outcome.worst, case .firing(let since, let value) = worst.standing.verdict else {
            return Findings()
        }
        return OpportunityMaking(
            rule: rule, block: outcome.block, worst: worst.place, standing: worst.standing,
            places: outcome.standings.map(\.place),
            series: outcome.standings.filter { $0.standing.leaf == worst.standing.leaf }
                .flatMap { $0.standing.measured },
            values: index.values(of: worst.place.instance, in: outcome.block.workspace) ?? .object([:]),
            evaluation: evaluation, isWorse: joins[worst.standing.leaf ?? .all([])]?.isWorse ?? { _, _, _ in false }
        ).finding(since: since, value: value)
    }
}
