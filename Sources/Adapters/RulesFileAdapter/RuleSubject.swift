import Domain

/// What a rule looks at: its queries and its condition.
struct RuleSubject {
    struct Subject {
        let queries: [String: String]
        let condition: Rule.Condition?
    }

    let map: MapReading
    let source: Rule.Source

    private var reading: Reading { map.reading }

    func subject() -> Subject? {
        source == .metrics ? metrics() : state()
    }

    // MARK: State

    private func state() -> Subject? {
        if source == .plugin, let node = map["source"] {
            reading.refuse("'plugin' is not a source of rules", hint: "write metrics or state", at: node)
            return nil
        }
        let strangers = [
            "metric_name", "query", "queries", "condition", "window", "step", "offset", "coverage", "limit",
        ]
        for key in strangers where map.has(key) {
            guard let node = map[key] else { continue }
            reading.refuse(
                "'\(key)' has no meaning for a rule on state", hint: "say what the attributes are under 'where'",
                at: node)
        }
        return Subject(queries: [:], condition: nil)
    }

    // MARK: Metrics

    private func metrics() -> Subject? {
        let queries = queries()
        guard let node = map["condition"] else {
            reading.refuse("'condition' is missing", at: map.node)
            return nil
        }
        guard let queries else {
            _ = ConditionReading(queries: [], reading: reading).condition(node)
            return nil
        }
        let names = queries.keys.sorted()
        guard let condition = ConditionReading(queries: names, reading: reading).condition(node) else { return nil }
        refuseUnused(names, condition)
        return Subject(queries: queries, condition: condition)
    }

    private func queries() -> [String: String]? {
        let given = ["metric_name", "query", "queries"].filter { map.has($0) }
        if given.count > 1, let node = map[given[0]] ?? map[given[1]] {
            reading.refuse("'\(given[1])' and '\(given[0])' mean the same", hint: "remove one of them", at: node)
            return nil
        }
        guard given.first == "queries" else {
            return map.required(given.first ?? "query").map { [Rule.onlyQuery: $0] }
        }
        return named()
    }

    private func named() -> [String: String]? {
        guard let node = map["queries"] else { return nil }
        let texts = map.texts("queries")
        if texts.isEmpty { reading.refuse("'queries' names no query", at: node) }
        var isValid = !texts.isEmpty
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            if !Names.isIdentifier(name) {
                reading.refuse("'\(name)' is not the name of a query", hint: "use letters, digits and _", at: text.node)
                isValid = false
            } else if text.value.allSatisfy(\.isWhitespace) {
                reading.refuse("the query '\(name)' is empty", at: text.node)
                isValid = false
            }
        }
        return isValid ? texts.mapValues(\.value) : nil
    }

    private func refuseUnused(_ names: [String], _ condition: Rule.Condition) {
        let used = Set(condition.leaves.flatMap(\.queries))
        for name in names where !used.contains(name) {
            reading.refuse(
                "the query '\(name)' is never used", hint: "name it in the condition, or remove it",
                at: map["queries"] ?? map.node)
        }
    }
}

extension Rule.Condition {
    /// The queries that a leaf looks at.
    fileprivate var queries: [String] {
        switch self {
        case .all, .any, .not: return []
        case .anomaly(let query, _): return [query]
        case .compares(let leaf):
            if case .query(let name, _) = leaf.threshold { return [leaf.query, name] }
            return [leaf.query]
        }
    }
}
