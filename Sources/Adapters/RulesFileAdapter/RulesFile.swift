package import Domain

/// Reads rules.yml and workspace.yml: raw YAML in, values that cannot be wrong out, or every problem at once.
package struct RulesFile: RuleBook {
    private static let keys = ["version", "rules", "limits"]
    private static let limitKeys = [
        "open_proposals", "new_per_run", "new_per_workspace", "gemini_calls", "gemini_tokens", "gemini_cost_usd",
    ]

    package init() {}

    package func rules(
        in file: SourceFile, folder: (String) throws(Problem) -> [SourceFile], workspaces: [String]
    ) throws(Problems) -> RuleSet {
        let reading = Reading(file)
        let root = reading.root()
        if !reading.problems.isEmpty { return try reading.finish(RuleSet()) }
        guard let root else { return RuleSet(warnings: [Self.empty(file)]) }
        guard let map = MapReading(root, called: "the file", keys: Self.keys, reading) else {
            return try reading.finish(RuleSet())
        }
        if let version = map.text("version"), version != "1", let node = map["version"] {
            reading.refuse(
                "version '\(version)' is not known", hint: "this version of Sphinx reads version 1", at: node)
        }
        let entries = map.list("rules")
        let read = entries.compactMap { RuleReading($0, reading)?.rule() }
        Self.refuseDoubles(read, reading)
        let limits = map["limits"].flatMap { Self.limits($0, reading) } ?? Limits()
        let warnings = read.compactMap(\.warning) + (entries.isEmpty ? [Self.empty(file)] : [])
        return try reading.finish(RuleSet(rules: read.map(\.rule), limits: limits, warnings: warnings))
    }

    private static func empty(_ file: SourceFile) -> Problem {
        Problem(.needsPerson, "\(file.path) has no rules", hint: "nothing is analysed until it has one")
    }

    private static func refuseDoubles(_ read: [RuleReading.Result], _ reading: Reading) {
        var first: [String: RuleReading.Result] = [:]
        for result in read {
            guard let earlier = first[result.rule.id] else {
                first[result.rule.id] = result
                continue
            }
            reading.refuse(
                "the rule id '\(result.rule.id)' is taken by line \(earlier.rule.location.line)",
                hint: "give one of them another 'id'", at: result.node)
        }
    }

    private static func limits(_ node: YAMLNode, _ reading: Reading) -> Limits? {
        guard let map = MapReading(node, called: "limits", keys: limitKeys, reading) else { return nil }
        var limits = Limits()
        if let count = map.count("open_proposals") { limits.openProposals = count }
        if let count = map.count("new_per_run") { limits.newPerRun = count }
        if let count = map.count("new_per_workspace") { limits.newPerWorkspace = count }
        if let count = map.count("gemini_calls") { limits.geminiCalls = count }
        if let count = map.count("gemini_tokens") { limits.geminiTokens = count }
        if let cost = map.number("gemini_cost_usd"), let node = map["gemini_cost_usd"] {
            if cost < 0 { reading.refuse("'gemini_cost_usd' is negative", at: node) }
            limits.geminiCostUSD = cost
        }
        return limits
    }
}
