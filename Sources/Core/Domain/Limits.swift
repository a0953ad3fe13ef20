/// How much one run may do.
package struct Limits: Hashable, Sendable {
    package var openProposals: Int
    package var newPerRun: Int
    package var newPerWorkspace: Int
    package var geminiCalls: Int
    package var geminiTokens: Int
    package var geminiCostUSD: Double

    package init(
        openProposals: Int = 10, newPerRun: Int = 10, newPerWorkspace: Int = 2, geminiCalls: Int = 30,
        geminiTokens: Int = 500_000, geminiCostUSD: Double = 5
    ) {
        self.openProposals = openProposals
        self.newPerRun = newPerRun
        self.newPerWorkspace = newPerWorkspace
        self.geminiCalls = geminiCalls
        self.geminiTokens = geminiTokens
        self.geminiCostUSD = geminiCostUSD
    }
}
