/// How much one run may do, and all runs of a month may spend.
package struct Limits: Hashable, Sendable {
    /// Of a calendar month in UTC, over all jobs; nil is without a limit.
    package struct Month: Hashable, Sendable {
        package var tokens: Int?
        package var costUSD: Double?

        package init(tokens: Int? = nil, costUSD: Double? = nil) {
            self.tokens = tokens
            self.costUSD = costUSD
        }

        package var isLimited: Bool { tokens != nil || costUSD != nil }
    }

    package var openProposals: Int
    package var newPerRun: Int
    package var newPerWorkspace: Int
    package var geminiCalls: Int
    package var geminiTokens: Int
    package var geminiCostUSD: Double
    package var month: Month
    /// Workspaces that one run looks at for drift.
    package var driftChecks: Int

    package init(
        openProposals: Int = 10, newPerRun: Int = 10, newPerWorkspace: Int = 2, geminiCalls: Int = 30,
        geminiTokens: Int = 500_000, geminiCostUSD: Double = 5, month: Month = Month(), driftChecks: Int = 100
    ) {
        self.openProposals = openProposals
        self.newPerRun = newPerRun
        self.newPerWorkspace = newPerWorkspace
        self.geminiCalls = geminiCalls
        self.geminiTokens = geminiTokens
        self.geminiCostUSD = geminiCostUSD
        self.month = month
        self.driftChecks = driftChecks
    }
}
