import Domain

/// One rules file: its own variables and defaults, and its rules.
struct RulesDocument {
    static let mainKeys = [
        "version", "vars", "defaults", "rules", "overrides", "suppressions", "include", "limits", "policy", "schedule",
        "group",
    ]
    /// An included file speaks of rules alone.
    static let includedKeys = ["version", "vars", "defaults", "rules", "overrides", "suppressions"]

    struct Entry {
        /// As it is written, before variables.
        let raw: YAMLNode
        let result: RuleReading.Result
    }

    let reading: Reading
    /// Nil for an empty file or one that is no mapping.
    let map: MapReading?
    let variables: Variables
    let defaults: Defaults
    let entries: [Entry]

    init(_ file: SourceFile, within outer: RulesDocument? = nil) {
        reading = Reading(file)
        let root = reading.root()
        let keys = outer == nil ? Self.mainKeys : Self.includedKeys
        map = root.flatMap { [reading] in MapReading($0, called: "the file", keys: keys, reading) }
        if let version = map?.text("version"), version != "1", let node = map?["version"] {
            reading.refuse(
                "version '\(version)' is not known", hint: "this version of Sphinx reads version 1", at: node)
        }
        variables = Variables(map?["vars"], over: outer?.variables ?? Variables(), reading)
        defaults = Defaults(
            map?["defaults"].map { [variables, reading] in variables.applied(to: $0, reading) }, reading)
        entries = (map?.list("rules") ?? []).compactMap { [variables, defaults, reading] raw in
            let before = reading.problems.count
            let node = variables.applied(to: raw, reading)
            // What an unknown variable would leave is not worth a second complaint.
            guard reading.problems.count == before else { return nil }
            return RuleReading(node, defaults, reading)?.rule().map { Entry(raw: raw, result: $0) }
        }
    }

    /// A list of the file, with its variables filled in.
    func list(_ key: String) -> [YAMLNode] {
        (map?.list(key) ?? []).map { variables.applied(to: $0, reading) }
    }

    // MARK: Overrides

    /// The rule as overrides leave it; a problem is told at the last override.
    func rule(_ entry: Entry, under overrides: [Override]) -> Rule? {
        var (node, variables) = (entry.raw, variables)
        for override in overrides {
            for (name, value) in override.settings {
                if name.hasPrefix("vars.") {
                    variables = variables.setting(String(name.dropFirst(5)), to: value)
                } else {
                    node = node.setting(name, to: value)
                }
            }
        }
        let trial = Reading(reading.file)
        let rule = RuleReading(variables.applied(to: node, trial), defaults, trial)?.rule()?.rule
        if rule == nil, let last = overrides.last {
            let problem = trial.problems.first
            last.reading.refuse(
                "for the rule '\(entry.result.rule.id)': \(problem?.message ?? "it cannot be read")",
                hint: problem?.hint, at: last.node)
        }
        return rule
    }
}

extension YAMLNode {
    /// A rule's mapping with one setting replaced or added; `threshold` is the only comparison's.
    func setting(_ name: String, to value: YAMLNode) -> YAMLNode {
        guard case .map(let pairs) = self.value else { return self }
        guard name == "threshold" else { return with(.map(Self.replacing(pairs, name, value))) }
        return with(
            .map(
                pairs.map { key, inner in
                    guard key.text == "condition", case .map(let parts) = inner.value else { return (key, inner) }
                    return (key, inner.with(.map(Self.replacing(parts, name, value))))
                }))
    }

    private static func replacing(
        _ pairs: [(key: YAMLNode, value: YAMLNode)], _ name: String, _ value: YAMLNode
    ) -> [(key: YAMLNode, value: YAMLNode)] {
        let key = value.with(.scalar(name, isPlain: true))
        return pairs.filter { $0.key.text != name } + [(key, value)]
    }
}
