package import Domain

/// What an analysis found, while the series that reviewers will look at are still to be asked for.
package struct Analysis {
    private let findings: Findings
    private let at: Double
    private let unreadable: [String: Problem]

    init(findings: Findings, at: Double, unreadable: [String: Problem]) {
        self.findings = findings
        self.at = at
        self.unreadable = unreadable
    }

    /// The requests for evidence of what fires.
    package func wanted(_ answers: Answers) -> [PlannedQuery] {
        let rules = Dictionary(findings.opportunities.map { ($0.key, $0.rule.id) }) { first, _ in first }
        return QueryPlanner.plan(
            findings.evidence.compactMap { key, query in
                guard answers.result(query) == nil, let rule = rules[key] else { return nil }
                return Wanted(query, rule: rule, .evidence)
            })
    }

    /// Sorted, so that equal inputs give equal bytes.
    package func result(_ answers: Answers) -> AnalysisResult {
        AnalysisResult(
            at: at,
            statuses: findings.statuses.sorted {
                ($0.workspace ?? "", $0.rule, $0.status.rawValue) < ($1.workspace ?? "", $1.rule, $1.status.rawValue)
            },
            opportunities: findings.opportunities.map { shown($0, answers) }.sorted {
                ($0.workspace, $0.rule.id, $0.address) < ($1.workspace, $1.rule.id, $1.address)
            },
            problems: unreadable.sorted { $0.key < $1.key }.map(\.value) + findings.problems,
            clear: findings.clear, withdrawn: findings.withdrawn)
    }

    /// Evidence that could not be asked for leaves the opportunity without a chart, not without its figures.
    private func shown(_ opportunity: Opportunity, _ answers: Answers) -> Opportunity {
        guard let query = findings.evidence[opportunity.key], case .success(let answer)? = answers.result(query)
        else { return opportunity }
        let wanted = findings.labels[opportunity.key] ?? []
        let series = answer.series.filter { wanted.contains($0.labels.nameless) }
        let order = Dictionary(wanted.enumerated().map { ($1, $0) }) { first, _ in first }
        return opportunity.showing(
            series.sorted { (order[$0.labels.nameless] ?? 0) < (order[$1.labels.nameless] ?? 0) }.map(Thinning.thinned))
    }
}

extension Opportunity {
    fileprivate func showing(_ series: [Series]) -> Opportunity {
        let old = evidence
        return Opportunity(
            workspace: workspace, rule: rule, address: address, title: title, description: description, since: since,
            value: value, labels: labels,
            evidence: Evidence(
                query: old.query, condition: old.condition, start: old.start, end: old.end, step: old.step,
                threshold: old.threshold, instances: old.instances, series: series, located: old.located,
                attributes: old.attributes))
    }
}
