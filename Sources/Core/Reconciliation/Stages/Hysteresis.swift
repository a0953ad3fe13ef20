import Analysis
import Domain

/// Keeps a proposal open until its condition has been false for a while, so that a value near the threshold does not
/// open and close it.
///
/// Nothing is remembered between runs: the rule is evaluated again as it stood half that time and the whole time ago.
struct Hysteresis {
    private static let week = 604_800.0
    private static let day = 86_400.0

    let rules: RuleSet
    let now: Double
    let tracked: [TrackedProposal]

    /// What has to stay open, with the reason; only rules with open proposals that are clear now are asked again.
    func held(
        _ result: AnalysisResult, index: ResourceIndex, unreadable: [String: Problem],
        _ queries: inout QueryStage
    ) async -> [ProposalKey: String] {
        let open = tracked.filter { $0.isOpen && result.clear.contains($0.manifest.key) }
        var held: [ProposalKey: String] = [:]
        for (seconds, ids) in Dictionary(grouping: open, by: { clearFor($0) }).sorted(by: { $0.key < $1.key })
        where seconds > 0 {
            let keys = Set(ids.map(\.manifest.key))
            let subset = rules.only(Set(ids.map(\.manifest.rule)))
            for ago in [seconds, seconds / 2] {
                let analyzer = Analyzer(rules: subset, now: now - ago)
                await queries.ask { analyzer.wanted($0) }
                let then = analyzer.analyse(queries.answers, index: index, unreadable: unreadable)
                    .result(queries.answers)
                for key in then.opportunities.map(\.key) where keys.contains(key) {
                    held[key] =
                        "the condition was true \(DurationText.text(ago)) ago; it is closed after "
                        + "\(DurationText.text(seconds)) without"
                }
            }
        }
        return held
    }

    /// S11: one run, or a day where the rule looks back for a week or more.
    private func clearFor(_ proposal: TrackedProposal) -> Double {
        guard let rule = rules.rule(proposal.manifest.rule, in: proposal.manifest.workspace),
            rule.source == .metrics
        else { return 0 }
        return rule.clearFor ?? ((rule.window ?? 0) >= Self.week ? Self.day : 0)
    }
}

extension RuleSet {
    /// Some of the rules, without what suppresses them.
    fileprivate func only(_ ids: Set<String>) -> RuleSet {
        RuleSet(
            rules: rules.filter { ids.contains($0.id) }, variants: variants.filter { ids.contains($0.key) },
            limits: limits)
    }
}

extension AnalysisResult {
    func holding(
        _ held: [ProposalKey: String], asked: [AskedQuery], and mistakes: [Problem] = [], plugins: Set<String>?
    )
        -> AnalysisResult
    {
        AnalysisResult(
            at: at, statuses: statuses, opportunities: opportunities, problems: mistakes + problems,
            clear: clear.subtracting(held.keys), withdrawn: withdrawn, held: held, queries: asked,
            plugins: plugins)
    }
}
