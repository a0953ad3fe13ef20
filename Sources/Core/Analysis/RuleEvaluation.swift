import Domain

/// One rule over the answer to its query.
struct RuleEvaluation {
    struct Findings {
        var statuses: [RuleStatus] = []
        var opportunities: [Opportunity] = []
        var problems: [Problem] = []
        var clear: Set<ProposalKey> = []
    }

    /// A series that leads to a block, and how it stands.
    struct Measured {
        let series: Series
        let verdict: Verdict
        let instance: String
        let how: String
    }

    struct Block: Hashable {
        let workspace: String
        let address: String
    }

    let rule: Rule
    let query: MetricQuery?
    let index: ResourceIndex

    func findings(
        answers: [MetricQuery: Result<MetricAnswer, Problem>], unreadable: [String: Problem]
    ) -> Findings {
        guard let query, let answer = answers[query] else { return Findings() }
        switch answer {
        case .failure(let problem):
            return Findings(statuses: [status(nil, .error, 0, problem.message)], problems: [problem])
        case .success(let answer) where !answer.warnings.isEmpty:
            return Findings(
                statuses: [status(nil, .partial, answer.series.count, answer.warnings.joined(separator: "; "))])
        case .success(let answer) where answer.series.isEmpty:
            return Findings(statuses: [status(nil, .noData, 0, "the query matched no series")])
        case .success(let answer):
            return findings(answer.series, query, unreadable)
        }
    }

    func status(_ workspace: String?, _ status: RuleStatus.Status, _ count: Int, _ reason: String?) -> RuleStatus {
        RuleStatus(workspace: workspace, rule: rule.id, status: status, count: count, reason: reason)
    }

    // MARK: Series

    private func findings(_ series: [Series], _ query: MetricQuery, _ unreadable: [String: Problem]) -> Findings {
        guard case .range(let start, let end, let step) = query.time else { return Findings() }
        let grid = Grid(start: start, end: end, step: step)
        var findings = Findings()
        var blocks: [Block: [Measured]] = [:]
        var lost: [RuleStatus.Status: [String]] = [:]
        for series in series {
            let verdict = ConditionEvaluator.verdict(of: series.samples, on: grid, rule.condition)
            switch index.locate(series.labels, rule.resource) {
            case .found(let workspace, let instance, let block, let how):
                blocks[Block(workspace: workspace, address: block), default: []].append(
                    Measured(series: series, verdict: verdict, instance: instance, how: how))
            case .unmapped(let reason): lost[.unmapped, default: []].append(reason)
            case .ambiguous(let reason): lost[.ambiguous, default: []].append(reason)
            }
        }
        for (status, reasons) in lost {
            findings.statuses.append(self.status(nil, status, reasons.count, Self.reason(reasons, unreadable)))
        }
        for (workspace, members) in Dictionary(grouping: blocks, by: \.key.workspace) {
            add(members.map { ($0.key, $0.value) }, in: workspace, grid, to: &findings)
        }
        return findings
    }

    /// The first reason stands for all; a state that could not be read is the likelier cause.
    private static func reason(_ reasons: [String], _ unreadable: [String: Problem]) -> String {
        let first = reasons.min() ?? ""
        guard !unreadable.isEmpty else { return first }
        return "\(first); the state of \(unreadable.keys.sorted().joined(separator: ", ")) could not be read"
    }

    // MARK: Blocks

    private func add(
        _ blocks: [(Block, [Measured])], in workspace: String, _ grid: Grid, to findings: inout Findings
    ) {
        var counts: [RuleStatus.Status: Int] = [:]
        var reasons: [RuleStatus.Status: [String]] = [:]
        for (block, measured) in blocks {
            let outcome = Self.outcome(of: measured)
            counts[outcome.status, default: 0] += 1
            if let reason = outcome.reason {
                reasons[outcome.status, default: []].append("\(block.address): \(reason)")
            }
            switch outcome.status {
            case .firing: findings.opportunities.append(opportunity(block, measured, grid))
            case .clear where outcome.reason == nil:
                findings.clear.insert(ProposalKey(workspace: workspace, rule: rule.id, address: block.address))
            default: continue
            }
        }
        for (status, count) in counts {
            findings.statuses.append(self.status(workspace, status, count, reasons[status]?.min()))
        }
    }

    /// A block fires only if all of its instances that were measured do: an edit changes every one of them.
    private static func outcome(of measured: [Measured]) -> (status: RuleStatus.Status, reason: String?) {
        let firing = measured.count { if case .firing = $0.verdict { true } else { false } }
        if firing == measured.count { return (.firing, nil) }
        if firing > 0 { return (.clear, "partial: \(firing) of \(measured.count) series") }
        if measured.allSatisfy({ if case .clear = $0.verdict { true } else { false } }) { return (.clear, nil) }
        if measured.allSatisfy({ $0.verdict == .noData }) { return (.noData, nil) }
        return (.stale, "no value at the end of the window")
    }

    private func opportunity(_ block: Block, _ measured: [Measured], _ grid: Grid) -> Opportunity {
        let sorted = measured.sorted { worse($0, $1) }
        let worst = sorted[0]
        let (since, value) = Self.firing(worst.verdict)
        let text = OpportunityText(
            rule: rule, labels: worst.series.labels, workspace: block.workspace, instance: worst.instance,
            address: block.address, value: value)
        let evidence = Evidence(
            query: rule.query, start: grid.start, end: grid.time(of: grid.count - 1), step: grid.step,
            threshold: rule.condition.threshold, instances: Set(measured.map(\.instance)).sorted(),
            series: sorted.map { Thinning.thinned($0.series) }, located: worst.how)
        return Opportunity(
            workspace: block.workspace, rule: rule, address: block.address, title: text.render(rule.title),
            description: text.render(rule.description), since: since, value: value, evidence: evidence)
    }

    /// Farthest beyond the threshold first; labels break ties, so that the order never depends on the source's.
    private func worse(_ left: Measured, _ right: Measured) -> Bool {
        let condition = rule.condition
        let distances = [left, right].map {
            condition.comparison.distance(Self.firing($0.verdict).value, condition.threshold)
        }
        if distances[0] != distances[1] { return distances[0] > distances[1] }
        return Self.order(left.series) < Self.order(right.series)
    }

    private static func order(_ series: Series) -> String {
        series.labels.sorted { $0.key < $1.key }.map { "\($0.key)\u{1}\($0.value)" }.joined(separator: "\u{2}")
    }

    private static func firing(_ verdict: Verdict) -> (since: Double, value: Double) {
        guard case .firing(let since, let value) = verdict else { return (0, 0) }
        return (since, value)
    }
}
