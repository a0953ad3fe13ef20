import Domain

/// `overrides: [{workspaces, rules, set}]`: what rules are in some workspaces; later ones win.
struct Override {
    /// Settings of a rule that may differ between workspaces.
    static let settable = [
        "enabled", "severity", "window", "step", "offset", "limit", "clear_for", "cooldown", "threshold",
    ]

    let workspaces: [Glob]
    let rules: [Glob]
    let settings: [(name: String, value: YAMLNode)]
    let node: YAMLNode
    let reading: Reading

    /// Nil after a problem.
    init?(_ node: YAMLNode, knownRules: [String], variables: Variables, _ reading: Reading) {
        guard let map = MapReading(node, called: "an override", keys: ["workspaces", "rules", "set"], reading) else {
            return nil
        }
        self.node = node
        self.reading = reading
        let before = reading.problems.count
        workspaces = Globs.read(map, "workspaces")
        rules = Globs.read(map, "rules")
        Globs.refuseUnknown(map, "rules", among: knownRules)
        settings = Self.settings(map, variables)
        guard reading.problems.count == before else { return nil }
    }

    private static func settings(_ map: MapReading, _ variables: Variables) -> [(name: String, value: YAMLNode)] {
        guard let node = map["set"], case .map(let pairs) = node.value, !pairs.isEmpty else {
            map.reading.refuse("'set' is missing", hint: "say what is different there", at: map["set"] ?? map.node)
            return []
        }
        for (key, _) in pairs { if let name = key.text { refuseUnknown(name, variables, key, map.reading) } }
        return map.reading.once(pairs)
    }

    private static func refuseUnknown(
        _ name: String, _ variables: Variables, _ key: YAMLNode, _ reading: Reading
    ) {
        let known = settable + variables.values.keys.sorted().map { "vars.\($0)" }
        guard !known.contains(name) else { return }
        let near = Spelling.nearest(to: name, among: known)
        reading.refuse(
            "'\(name)' cannot be set by an override",
            hint: near.map { "did you mean '\($0)'?" } ?? "known: \(known.joined(separator: ", "))", at: key)
    }

    func matches(rule: String) -> Bool { rules.contains { $0.matches(rule) } }
    func matches(workspace: String) -> Bool { workspaces.contains { $0.matches(workspace) } }
}

/// Lists of globs.
enum Globs {
    /// A lone `*` means everything, also where names have slashes.
    static func glob(_ pattern: String) -> Glob { Glob(pattern == "*" ? "**" : pattern) }

    /// All, where the key is absent.
    static func read(_ map: MapReading, _ key: String) -> [Glob] {
        guard map[key] != nil else { return [Glob("**")] }
        return map.list(key).compactMap { node in
            guard let text = node.text, !text.isEmpty else {
                map.reading.refuse("'\(key)' holds \(node.kind); a pattern is needed", at: node)
                return nil
            }
            return glob(text)
        }
    }

    static func refuseUnknown(_ map: MapReading, _ key: String, among known: [String]) {
        for node in map.items(key) {
            guard let text = node.text, !text.isEmpty, !known.contains(where: { glob(text).matches($0) }) else {
                continue
            }
            map.reading.refuse(unknown: text, among: known, at: node)
        }
    }
}

extension Reading {
    func refuse(unknown pattern: String, among rules: [String], at node: YAMLNode) {
        let near = Spelling.nearest(to: pattern, among: rules)
        refuse("no rule is called '\(pattern)'", hint: near.map { "did you mean '\($0)'?" }, at: node)
    }
}
