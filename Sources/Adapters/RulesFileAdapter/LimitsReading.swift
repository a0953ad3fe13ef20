import Domain

/// `limits: {open_proposals, new_per_run, …}`.
struct LimitsReading {
    private static let keys = [
        "open_proposals", "new_per_run", "new_per_workspace", "gemini_calls", "gemini_tokens", "gemini_cost_usd",
        "gemini_tokens_per_month", "gemini_cost_usd_per_month", "drift_checks_per_run",
    ]

    private let map: MapReading

    init?(_ node: YAMLNode, _ reading: Reading) {
        guard let map = MapReading(node, called: "limits", keys: Self.keys, reading) else { return nil }
        self.map = map
    }

    func limits() -> Limits {
        var limits = Limits()
        if let count = map.count("open_proposals") { limits.openProposals = count }
        if let count = map.count("new_per_run") { limits.newPerRun = count }
        if let count = map.count("new_per_workspace") { limits.newPerWorkspace = count }
        if let count = map.count("gemini_calls") { limits.geminiCalls = count }
        if let count = map.count("gemini_tokens") { limits.geminiTokens = count }
        if let cost = cost("gemini_cost_usd") { limits.geminiCostUSD = cost }
        if let count = map.count("drift_checks_per_run") { limits.driftChecks = count }
        limits.month.tokens = map.count("gemini_tokens_per_month")
        limits.month.costUSD = cost("gemini_cost_usd_per_month")
        return limits
    }

    private func cost(_ key: String) -> Double? {
        guard let cost = map.number(key), let node = map[key] else { return nil }
        if cost < 0 { map.reading.refuse("'\(key)' is negative", at: node) }
        return cost
    }
}
