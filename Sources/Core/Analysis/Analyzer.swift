package import Domain

/// Evaluates rules over answers, and leads what fires to the resources; pure.
package struct Analyzer {
    private let rules: [Rule]
    private let now: Double
    private let answers: [MetricQuery: Result<MetricAnswer, Problem>]
    private let index: ResourceIndex
    /// Workspaces whose state could not be read.
    private let unreadable: [String: Problem]

    package init(
        rules: [Rule], now: Double, answers: [MetricQuery: Result<MetricAnswer, Problem>], index: ResourceIndex,
        unreadable: [String: Problem] = [:]
    ) {
        self.rules = rules.filter(\.enabled).sorted { $0.id < $1.id }
        self.now = now
        self.answers = answers
        self.index = index
        self.unreadable = unreadable
    }

    /// The types whose resources the rules may lead to; nil where a rule accepts any.
    package static func resourceTypes(for rules: [Rule]) -> Set<String>? {
        var types: Set<String> = []
        for rule in rules where rule.enabled {
            if let type = rule.resource.type {
                types.insert(type)
            } else if rule.resource.match.isEmpty {
                types.formUnion(LabelTable.types)
            } else {
                return nil
            }
        }
        return types
    }

    package func analyse() -> AnalysisResult {
        let queries = queries()
        var locators: [Rule.ResourceSelector: ResourceLocator] = [:]
        var findings = Findings()
        for rule in rules {
            let locator =
                locators[rule.resource]
                ?? ResourceLocator(index, for: rule.resource, unreadable: Set(unreadable.keys))
            locators[rule.resource] = locator
            let evaluation = RuleEvaluation(
                rule: rule, grid: QueryPlanner.grid(for: rule, now: now), index: index, locator: locator,
                unreadable: unreadable)
            findings += evaluation.findings(queries[rule.id].flatMap { answers[$0] })
        }
        return result(findings)
    }

    /// The request that serves each rule; planned again, as it was for asking.
    private func queries() -> [String: MetricQuery] {
        let plan = QueryPlanner.plan(rules: rules, now: now)
        return Dictionary(plan.flatMap { planned in planned.rules.map { ($0, planned.query) } }) { first, _ in first }
    }

    private func result(_ findings: Findings) -> AnalysisResult {
        AnalysisResult(
            at: now,
            statuses: findings.statuses.sorted {
                ($0.workspace ?? "", $0.rule, $0.status.rawValue) < ($1.workspace ?? "", $1.rule, $1.status.rawValue)
            },
            opportunities: findings.opportunities.sorted {
                ($0.workspace, $0.rule.id, $0.address) < ($1.workspace, $1.rule.id, $1.address)
            },
            problems: unreadable.sorted { $0.key < $1.key }.map(\.value) + findings.problems, clear: findings.clear)
    }
}
