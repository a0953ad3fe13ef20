import Domain

/// One entry of `rules:`, in the earlier form or in the whole language.
struct RuleReading {
    struct Result {
        let rule: Rule
        let node: YAMLNode
        let warning: Problem?
    }

    static let keys = [
        "id", "name", "enabled", "kind", "severity", "labels", "metric_name", "query", "queries", "source", "window",
        "step", "offset", "condition", "coverage", "resource", "supersedes", "fix", "opportunity", "clear_for",
        "cooldown", "limit", "datasource", "opportunity_title_template", "opportunity_description_template",
    ]

    private let map: MapReading
    private let reading: Reading
    private let defaults: Defaults

    init?(_ node: YAMLNode, _ defaults: Defaults, _ reading: Reading) {
        guard let map = MapReading(node, called: "a rule", keys: Self.keys, reading) else { return nil }
        self.map = map
        self.reading = reading
        self.defaults = defaults
    }

    /// Nil after a problem that leaves nothing to build from.
    func rule() -> Result? {
        let before = reading.problems.count
        let name = map.required("name", atMost: 200)
        let id = RuleID(map: map).id(name: name)
        let source = map.choice("source", Rule.Source.self) ?? .metrics
        let subject = RuleSubject(map: map, source: source).subject()
        let texts = RuleTexts(map: map).texts(name: name ?? "", isState: source == .state)
        // Also where a part is missing: every problem comes at once.
        var rule = Rule(
            id: id ?? "", name: name ?? "", queries: subject?.queries ?? [:], condition: subject?.condition,
            severity: map.choice("severity", Rule.Severity.self) ?? defaults.severity,
            enabled: (map.bool("enabled") ?? true) && texts?.isCollector != true,
            resource: map["resource"].flatMap { ResourceReading($0, reading)?.selector() } ?? .init(), fix: texts?.fix,
            title: texts?.title ?? .plain(""), description: texts?.description ?? .plain(""),
            location: reading.location(map.node))
        rule.source = source
        fill(&rule)
        guard id != nil, subject != nil, let texts else { return nil }
        RuleConsistency(map: map, rule: rule).check()
        guard reading.problems.count == before else { return nil }
        return Result(rule: rule, node: map.node, warning: texts.isCollector ? collectorWarning(rule) : nil)
    }

    private func fill(_ rule: inout Rule) {
        rule.kind = map.choice("kind", Rule.Kind.self)
        rule.window = map.duration("window") ?? defaults.window
        rule.step = map["step"] == nil ? defaults.step : map.step()
        rule.offset = map.duration("offset") ?? defaults.offset
        rule.limit = map.count("limit") ?? defaults.limit
        rule.clearFor = map.duration("clear_for")
        rule.coolDown = map.duration("cooldown")
        rule.coverage =
            map["coverage"].flatMap { CoverageReading($0, reading)?.coverage(defaults) }
            ?? Rule.Coverage(minRatio: defaults.minRatio)
        rule.labels = labels()
        rule.supersedes = map.list("supersedes").compactMap { node in
            if node.text == nil { reading.refuse("'supersedes' holds \(node.kind); a rule's id is needed", at: node) }
            return node.text
        }
        map.refuseUnknownDatasource()
    }

    private func labels() -> [String: Template] {
        var labels: [String: Template] = [:]
        for (name, text) in map.texts("labels").sorted(by: { $0.key < $1.key }) {
            if !Names.isIdentifier(name) { reading.refuse("'\(name)' is not a label", at: text.node) }
            labels[name] = reading.template(text.value, at: text.node)
        }
        return labels
    }

    /// The earlier program fetched a metric for a plugin by a rule without texts.
    private func collectorWarning(_ rule: Rule) -> Problem {
        Problem(
            .needsPerson, "the rule '\(rule.id)' has empty templates and is not evaluated",
            hint: "a plugin asks for its metrics itself; remove the rule, or give it a title", location: rule.location)
    }
}
