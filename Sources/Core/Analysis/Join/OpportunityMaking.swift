import Domain

/// Makes the opportunity of a block that fires, with its texts, its fix and what a reviewer sees.
struct OpportunityMaking {
    let rule: Rule
    let block: Location.Block
    let worst: Place
    let standing: Standing
    let places: [Place]
    let series: [Measured]
    let values: JSONValue
    let evaluation: RuleEvaluation
    let isWorse: (Measured, Measured, Bounds) -> Bool

    func finding(since: Double, value: Double?) -> Findings {
        let text = text(value)
        var filled = rule
        filled.fix = rule.fix?.computed(by: text)
        let opportunity = Opportunity(
            workspace: block.workspace, rule: filled, address: block.address, title: text.render(rule.title),
            description: text.render(rule.description), since: since, value: value,
            labels: rule.labels.mapValues(text.render), evidence: evidence)
        return Findings(
            opportunities: [opportunity], problems: text.missingLabels.map(missing),
            evidence: evidenceQuery.map { [opportunity.key: $0] } ?? [:],
            labels: [opportunity.key: sorted.map(\.series.labels.nameless)])
    }

    private func text(_ value: Double?) -> OpportunityText {
        OpportunityText(
            rule: rule, labels: standing.measured.first?.series.labels ?? [:], workspace: block.workspace,
            instance: worst.instance, address: block.address, value: value, threshold: standing.bounds?.low,
            attributes: values)
    }

    private func missing(_ label: String) -> Problem {
        Problem(
            .needsPerson,
            "the rule '\(rule.id)' shows the label '\(label)', which the series of \(block.address) in "
                + "\(block.workspace) does not carry",
            hint: "it is shown as an empty text; keep the label in the query, such as in 'by (\(label))'")
    }

    // MARK: Evidence

    /// The leaf that the chart shows: the one whose value the text tells.
    private var leaf: (any LeafEvaluation)? { standing.leaf.flatMap { evaluation.plan.leaves[$0] } }

    private var evidenceQuery: MetricQuery? {
        guard let bounds = standing.bounds else { return nil }
        return leaf?.evidence(bounds)
    }

    /// The leaf's series of the whole block, the worst first.
    private var sorted: [Measured] {
        guard let bounds = standing.bounds else { return standing.measured }
        return series.sorted { isWorse($0, $1, bounds) }
    }

    private var evidence: Evidence {
        let schedule = leaf?.question.schedule ?? Schedule(rule, window: 0, now: evaluation.now)
        return Evidence(
            query: leaf?.question.query ?? rule.expression, condition: rule.condition?.description ?? "",
            start: schedule.end - schedule.window, end: schedule.end, step: schedule.step,
            threshold: standing.bounds.flatMap { $0.low == $0.high ? $0.low : nil },
            instances: Set(places.map(\.instance)).sorted(), series: shown,
            located: standing.measured.first?.how ?? "the state")
    }

    /// Series that the server reduced come with the evidence's own request.
    private var shown: [Series] {
        sorted.filter { !$0.series.samples.isEmpty }.map {
            Thinning.thinned(Series(labels: $0.series.labels, samples: $0.series.samples))
        }
    }
}

extension Rule.Fix {
    /// The fix with its templates filled in.
    func computed(by text: OpportunityText) -> Rule.Fix {
        var fix = self
        for (path, template) in computed {
            let value = text.value(of: template)
            if path == attribute { fix.value = value } else { fix.also[path] = value }
        }
        fix.computed = [:]
        return fix
    }
}
