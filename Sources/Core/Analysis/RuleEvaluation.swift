import Domain

/// One rule over the answer to its query.
struct RuleEvaluation {
    let rule: Rule
    let grid: Grid
    let index: ResourceIndex
    let locator: ResourceLocator
    let unreadable: [String: Problem]

    func findings(_ answer: Result<MetricAnswer, Problem>?) -> Findings {
        switch answer {
        case nil:
            let problem = Problem(.bug, "the query of the rule '\(rule.id)' was not asked")
            return Findings(statuses: [status(nil, .error, 0, problem.message)], problems: [problem])
        case .failure(let problem):
            return Findings(statuses: [status(nil, .error, 0, problem.message)], problems: [problem])
        case .success(let answer) where !answer.warnings.isEmpty:
            return Findings(
                statuses: [status(nil, .partial, answer.series.count, answer.warnings.joined(separator: "; "))])
        case .success(let answer):
            // A request that is shared may reach back farther than this rule looks.
            let series = answer.series.map(grid.part).filter { !$0.samples.isEmpty }
            guard !series.isEmpty else {
                return Findings(statuses: [status(nil, .noData, 0, "the query matched no series")])
            }
            return findings(series)
        }
    }

    private func status(
        _ workspace: String?, _ status: RuleStatus.Status, _ count: Int, _ reason: String?
    ) -> RuleStatus {
        RuleStatus(workspace: workspace, rule: rule.id, status: status, count: count, reason: reason)
    }

    // MARK: Series

    /// Series that lead to no single block, by what is known of them.
    private struct Lost: Hashable {
        let workspace: String?
        let status: RuleStatus.Status
    }

    private func findings(_ all: [Series]) -> Findings {
        var blocks: [Location.Block: [Measured]] = [:]
        var lost: [Lost: [String]] = [:]
        var doubtful: Set<Location.Block> = []
        for series in all {
            switch locator.locate(series.labels) {
            case .found(let workspace, let instance, let address, let how):
                let verdict = ConditionEvaluator.verdict(of: series.samples, on: grid, rule.condition)
                let isInstance = index.isInstance(instance, in: workspace)
                blocks[Location.Block(workspace: workspace, address: address), default: []].append(
                    Measured(series: series, verdict: verdict, instance: instance, isInstance: isInstance, how: how))
            case .unmapped(let reason): add(series, reason, to: &lost)
            case .ambiguous(let candidates, let reason):
                doubtful.formUnion(candidates)
                lost[Lost(workspace: nil, status: .ambiguous), default: []].append(reason)
            }
        }
        var findings = findings(blocks, doubtful)
        for (lost, reasons) in lost {
            findings.statuses.append(
                status(lost.workspace, lost.status, reasons.count, reason(reasons, lost)))
        }
        return findings
    }

    /// Where the state of a series' own workspace could not be read, that is the reason.
    private func add(_ series: Series, _ reason: String, to lost: inout [Lost: [String]]) {
        if let home = index.home(of: series.labels), let problem = unreadable[home] {
            lost[Lost(workspace: home, status: .error), default: []].append(
                "the state could not be read: \(problem.message)")
        } else {
            lost[Lost(workspace: nil, status: .unmapped), default: []].append(reason)
        }
    }

    /// The first reason stands for all; a state that could not be read may be the cause.
    private func reason(_ reasons: [String], _ lost: Lost) -> String {
        let first = reasons.min() ?? ""
        guard lost.status == .unmapped, !unreadable.isEmpty else { return first }
        return "\(first); the state of \(unreadable.keys.sorted().joined(separator: ", ")) could not be read"
    }

    // MARK: Blocks

    private struct Group: Hashable {
        let workspace: String
        let status: RuleStatus.Status
    }

    /// A block that a doubtful series may belong to is not found to be clear.
    private func findings(_ blocks: [Location.Block: [Measured]], _ doubtful: Set<Location.Block>) -> Findings {
        var findings = Findings()
        var outcomes: [Group: [String?]] = [:]
        for (block, measured) in blocks.sorted(by: { $0.key < $1.key }) {
            let evaluation = BlockEvaluation(rule: rule, grid: grid, block: block, measured: measured)
            let (status, reason) = evaluation.outcome
            outcomes[Group(workspace: block.workspace, status: status), default: []].append(
                reason.map { "\(block.address): \($0)" })
            if status == .firing { findings += evaluation.finding() }
            if evaluation.isClear, !doubtful.contains(block) {
                findings.clear.insert(
                    ProposalKey(workspace: block.workspace, rule: rule.id, address: block.address))
            }
        }
        for (group, reasons) in outcomes {
            findings.statuses.append(
                status(group.workspace, group.status, reasons.count, reasons.compactMap(\.self).min()))
        }
        return findings
    }
}
