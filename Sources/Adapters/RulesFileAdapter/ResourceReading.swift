import Domain

/// `resource: {type, match, where, scope, workspace}`.
struct ResourceReading {
    private let map: MapReading
    private let reading: Reading

    init?(_ node: YAMLNode, _ reading: Reading) {
        let keys = ["type", "match", "where", "scope", "workspace"]
        guard let map = MapReading(node, called: "resource", keys: keys, reading) else { return nil }
        self.map = map
        self.reading = reading
    }

    func selector() -> Rule.ResourceSelector {
        let type = map.text("type", atMost: 200)
        if let type, let node = map["type"], !Names.isIdentifier(type) {
            reading.refuse("'\(type)' is not a resource type", at: node)
        }
        return Rule.ResourceSelector(
            type: type, match: map.list("match").compactMap(match),
            filter: map["where"].flatMap { PredicateReading(reading: reading).predicate($0) },
            scope: map.choice("scope", Rule.ResourceSelector.Scope.self) ?? .block,
            workspace: pin())
    }

    /// Of a series only its labels are known before it leads anywhere.
    private func pin() -> Template? {
        guard let template = map.template("workspace"), let node = map["workspace"] else { return nil }
        guard let other = template.placeholders.sorted().first(where: { !$0.hasPrefix("labels.") }) else {
            return template
        }
        reading.refuse(
            "'workspace' cannot name '{\(other)}'", hint: "only labels are known, such as {labels.env}", at: node)
        return nil
    }

    private func match(_ node: YAMLNode) -> Rule.Match? {
        guard let map = MapReading(node, called: "a match", keys: ["attribute", "label"], reading),
            let attribute = map.path("attribute"), let label = map.required("label")
        else { return nil }
        if !Names.isIdentifier(label), let node = map["label"] { reading.refuse("'\(label)' is not a label", at: node) }
        return Rule.Match(attribute: attribute, label: label)
    }
}

/// `where:`, what the attributes of a resource have to say.
struct PredicateReading {
    private static let keys = ["attributes", "all", "any", "not"]
    private static let deepest = 8

    let reading: Reading

    /// Several keys of one mapping have to hold together.
    func predicate(_ node: YAMLNode, depth: Int = 0) -> Rule.Predicate? {
        guard depth < Self.deepest else {
            reading.refuse("'where' is nested deeper than \(Self.deepest)", at: node)
            return nil
        }
        guard let map = MapReading(node, called: "where", keys: Self.keys, reading) else { return nil }
        var parts = attributes(map)
        for (key, joined) in [("all", Rule.Predicate.all), ("any", Rule.Predicate.any)] where map[key] != nil {
            let inner = map.list(key).compactMap { predicate($0, depth: depth + 1) }
            if map.list(key).isEmpty, let place = map[key] { reading.refuse("'\(key)' has no parts", at: place) }
            parts.append(joined(inner))
        }
        if let part = map["not"].flatMap({ predicate($0, depth: depth + 1) }) { parts.append(.not(part)) }
        guard !parts.isEmpty else {
            if map.isSilent { reading.refuse("'where' says nothing", hint: "add 'attributes'", at: node) }
            return nil
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private func attributes(_ map: MapReading) -> [Rule.Predicate] {
        guard let node = map["attributes"] else { return [] }
        guard case .map(let pairs) = node.value else {
            reading.refuse("'attributes' is \(node.kind); a mapping is needed", at: node)
            return []
        }
        for (key, _) in pairs where key.text.map(Names.isPath) == false {
            reading.refuse("'\(Names.shown(key.text ?? key.kind))' is not the path of an attribute", at: key)
        }
        return reading.once(pairs).filter { Names.isPath($0.name) }.compactMap { path, value in
            test(value).map { .attribute(path, $0) }
        }
    }

    private func test(_ node: YAMLNode) -> Rule.Test? {
        switch node.value {
        case .scalar:
            guard let value = node.json else {
                reading.refuse("the value is missing", hint: "write {absent: true} for what is not there", at: node)
                return nil
            }
            return .oneOf([value])
        case .list(let items):
            let values = items.compactMap(\.json)
            if values.count != items.count || items.isEmpty {
                reading.refuse("a list of texts, numbers or booleans is needed", at: node)
                return nil
            }
            return .oneOf(values)
        case .map: return operation(node)
        }
    }

    private func operation(_ node: YAMLNode) -> Rule.Test? {
        let keys = ["operator", "threshold", "matches", "absent", "present"]
        guard let map = MapReading(node, called: "the test of an attribute", keys: keys, reading) else { return nil }
        if map["operator"] != nil || map["threshold"] != nil {
            let comparison = ConditionReading.comparison(map)
            guard let comparison, let threshold = ThresholdReading(map, [], reading).threshold(for: comparison) else {
                return nil
            }
            return .compares(comparison, threshold)
        }
        if map["matches"] != nil { return pattern(map) }
        if let isAbsent = map.bool("absent") { return isAbsent ? .absent : .present }
        if let isPresent = map.bool("present") { return isPresent ? .present : .absent }
        if map.isSilent { reading.refuse("the test of an attribute is empty", at: node) }
        return nil
    }

    private func pattern(_ map: MapReading) -> Rule.Test? {
        guard let text = map.text("matches", atMost: 500), let node = map["matches"] else { return nil }
        guard (try? Regex(text)) != nil else {
            reading.refuse("'\(text)' is not a regular expression", at: node)
            return nil
        }
        return .matches(text)
    }
}
