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
        for rule in rules {
            guard let type = rule.resource.type else {
                if !rule.resource.match.isEmpty { return nil }
                types.formUnion(LabelTable.types)
                continue
            }
            types.insert(type)
        }
        return types
    }

    package func analyse() -> AnalysisResult {
        let queries = QueryPlanner.plan(rules: rules, now: now)
        let findings = rules.map { rule in
            RuleEvaluation(rule: rule, query: queries.first { $0.rules.contains(rule.id) }?.query, index: index)
                .findings(answers: answers, unreadable: unreadable)
        }
        return AnalysisResult(
            at: now,
            statuses: findings.flatMap(\.statuses).sorted {
                ($0.workspace ?? "", $0.rule, $0.status.rawValue) < ($1.workspace ?? "", $1.rule, $1.status.rawValue)
            },
            opportunities: findings.flatMap(\.opportunities).sorted {
                ($0.workspace, $0.rule.id, $0.address) < ($1.workspace, $1.rule.id, $1.address)
            },
            problems: unreadable.sorted { $0.key < $1.key }.map(\.value) + findings.flatMap(\.problems),
            clear: findings.reduce(into: []) { $0.formUnion($1.clear) })
    }
}
