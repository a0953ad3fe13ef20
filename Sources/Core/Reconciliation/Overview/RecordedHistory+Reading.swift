package import Domain
package import Reports

extension RecordedHistory {
    private static let mostRuns = 100
    private static let mostSteps = 500
    private static let mostApplies = 100
    private static let mostProposals = 2_000

    /// The last part of a history, by few and bounded queries.
    package init(of history: any History) throws(Problem) {
        // A run has two rows of its own.
        let runs = try history.rows(HistoryFilter(action: "run", limit: Self.mostRuns * 2))
        let steps = try runs.last.map { (last) throws(Problem) in
            try history.rows(HistoryFilter(run: last.entry.run, limit: Self.mostSteps))
        }
        self.init(
            runs: runs, steps: steps ?? [],
            applies: try history.rows(HistoryFilter(action: "apply", limit: Self.mostApplies)),
            proposals: try history.rows(HistoryFilter(action: "propose", limit: Self.mostProposals)))
    }
}
