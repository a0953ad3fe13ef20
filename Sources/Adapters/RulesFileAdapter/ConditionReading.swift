import Domain

/// `condition:`, a tree of `all`, `any` and `not` over comparisons and anomalies.
struct ConditionReading {
    private static let operators: [String: Rule.Comparison] = [
        "less_than": .lessThan, "<": .lessThan, "less_than_or_equal": .lessThanOrEqual, "<=": .lessThanOrEqual,
        "greater_than": .greaterThan, ">": .greaterThan, "greater_than_or_equal": .greaterThanOrEqual,
        ">=": .greaterThanOrEqual, "equals": .equals, "equal_to": .equals, "==": .equals, "not_equals": .notEquals,
        "!=": .notEquals, "between": .between, "outside": .outside,
    ]
    private static let keys = [
        "all", "any", "not", "query", "operator", "threshold", "duration_minutes", "for", "max_gap", "fraction",
        "reduce", "bucket", "at_least", "of", "anomaly", "forecast",
    ]
    private static let deepest = 8

    /// The names of the rule's queries.
    let queries: [String]
    let reading: Reading

    func condition(_ node: YAMLNode, depth: Int = 0) -> Rule.Condition? {
        guard depth < Self.deepest else {
            reading.refuse("conditions nested deeper than \(Self.deepest)", at: node)
            return nil
        }
        guard let map = MapReading(node, called: depth == 0 ? "condition" : "a condition", keys: Self.keys, reading)
        else { return nil }
        let trees = ["all", "any", "not"].filter { map[$0] != nil }
        guard let tree = trees.first else { return leaf(map) }
        guard map.keys == [tree] else {
            let others = map.keys.filter { $0 != tree }.map { "'\($0)'" }.joined(separator: ", ")
            reading.refuse(
                "'\(tree)' stands beside \(others)", hint: "put them into its own list, as conditions", at: node)
            return nil
        }
        if tree == "not" { return map["not"].flatMap { condition($0, depth: depth + 1) }.map(Rule.Condition.not) }
        let items = map.list(tree)
        if items.isEmpty, let place = map[tree] { reading.refuse("'\(tree)' has no conditions", at: place) }
        let parts = items.compactMap { condition($0, depth: depth + 1) }
        guard parts.count == items.count, !parts.isEmpty else { return nil }
        return tree == "all" ? .all(parts) : .any(parts)
    }

    // MARK: Leaves

    private func leaf(_ map: MapReading) -> Rule.Condition? {
        let query = query(map)
        if map["anomaly"] != nil {
            let strangers = map.keys.filter { $0 != "anomaly" && $0 != "query" }
            guard strangers.isEmpty else {
                reading.refuse(
                    "'\(strangers[0])' stands beside 'anomaly'", hint: "an anomaly has no threshold of its own",
                    at: map[strangers[0]] ?? map.node)
                return nil
            }
            guard let query, let anomaly = AnomalyReading(map, reading)?.anomaly() else { return nil }
            return .anomaly(query: query, anomaly)
        }
        let comparison = Self.comparison(map)
        let threshold = ThresholdReading(map, queries, reading).threshold(for: comparison)
        let measure = MeasureReading(map, reading).measure()
        guard let query, let comparison, let threshold, let measure else { return nil }
        return .compares(Rule.Leaf(query: query, measure: measure, comparison, threshold))
    }

    /// May be left out where the rule has only one.
    private func query(_ map: MapReading) -> String? {
        guard let name = map.text("query"), let node = map["query"] else {
            if queries.count == 1 { return queries[0] }
            if queries.count > 1 {
                reading.refuse(
                    "'query' is missing", hint: "name one of: \(queries.joined(separator: ", "))", at: map.node)
            }
            return nil
        }
        return Names.known(name, among: queries, called: "query", at: node, reading)
    }

    static func comparison(_ map: MapReading) -> Rule.Comparison? {
        guard let text = map.required("operator"), let node = map["operator"] else { return nil }
        if let comparison = operators[text] { return comparison }
        let words = operators.keys.filter { $0.first?.isLetter == true }.sorted()
        let near = Spelling.nearest(to: text, among: words)
        map.reading.refuse(
            "unknown operator '\(text)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "known: \(words.joined(separator: ", "))", at: node)
        return nil
    }
}

extension Names {
    /// The name, if it is one of these.
    static func known(
        _ name: String, among known: [String], called what: String, at node: YAMLNode, _ reading: Reading
    ) -> String? {
        if known.contains(name) { return name }
        let near = Spelling.nearest(to: name, among: known)
        reading.refuse(
            "unknown \(what) '\(name)'",
            hint: near.map { "did you mean '\($0)'?" }
                ?? (known.isEmpty ? nil : "known: \(known.joined(separator: ", "))"), at: node)
        return nil
    }
}
