package import Domain

/// Evaluates rules over answers, and leads what fires to the resources; pure.
///
/// It is asked again with every answer until nothing more is wanted, so that the first questions decide whether the
/// dearer ones are worth asking.
package struct Analyzer {
    let rules: RuleSet
    let now: Double

    /// `now` is the one time of the run, in seconds since 1970.
    package init(rules: RuleSet, now: Double) {
        self.rules = rules
        self.now = now
    }

    // MARK: Asking

    /// The requests that are still to be made; `plugins` is what plugins want to see.
    package func wanted(_ answers: Answers, plugins: [Wanted] = []) -> [PlannedQuery] {
        let wanted =
            plugins
            + forms.filter { $0.rule.source == .metrics }.flatMap { LeafPlan($0.rule, now: now).wanted(answers) }
        return QueryPlanner.plan(wanted.filter { answers.result($0.query) == nil })
    }

    /// The types that labels of the known exporters lead to.
    package static var labelledTypes: Set<String> { LabelTable.types }

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

    // MARK: Forms

    /// A rule as it holds in some workspaces.
    private struct Form {
        let rule: Rule
        let includes: (String) -> Bool
        let isBase: Bool
    }

    private var forms: [Form] {
        rules.rules.sorted { $0.id < $1.id }.flatMap { rule -> [Form] in
            let variants = rules.variants[rule.id] ?? []
            let others = variants.reduce(into: Set<String>()) { $0.formUnion($1.workspaces) }
            let base = Form(rule: rule, includes: { !others.contains($0) }, isBase: true)
            return [base]
                + variants.map { variant in
                    Form(rule: variant.rule, includes: { variant.workspaces.contains($0) }, isBase: !rule.enabled)
                }
        }.filter(\.rule.enabled)
    }

    // MARK: Analysing

    package func analyse(
        _ answers: Answers, index: ResourceIndex, unreadable: [String: Problem] = [:], plugins: [PluginOutcome] = []
    ) -> Analysis {
        var locators: [Rule.ResourceSelector: ResourceLocator] = [:]
        var findings = Findings()
        for form in forms {
            let rule = form.rule
            if rule.source == .state {
                findings += StateEvaluation(
                    rule: rule, index: index, unreadable: unreadable, now: now, includes: form.includes,
                    isBase: form.isBase
                ).findings()
                continue
            }
            let locator =
                locators[rule.resource]
                ?? ResourceLocator(index, for: rule.resource, unreadable: Set(unreadable.keys))
            locators[rule.resource] = locator
            findings += RuleEvaluation(
                plan: LeafPlan(rule, now: now), answers: answers, index: index, locator: locator,
                unreadable: unreadable, now: now, includes: form.includes, isBase: form.isBase
            ).findings()
        }
        for outcome in plugins {
            findings += PluginAnalysis(outcome: outcome, index: index, now: now).findings()
        }
        return Analysis(
            findings: Suppressing(suppressions: rules.suppressions, index: index, now: now).applied(to: findings),
            at: now, unreadable: unreadable)
    }
}
