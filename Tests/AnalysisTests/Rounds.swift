import Analysis
import Domain

extension QueryPlanner {
    /// What is asked first.
    static func plan(rules: [Rule], now: Double) -> [PlannedQuery] {
        Analyzer(rules: RuleSet(rules: rules), now: now).wanted(Answers())
    }
}

extension RuleSet {
    /// Asks round by round, as a run does; nil leaves a question unanswered.
    func analysed(
        at now: Double, index: ResourceIndex, unreadable: [String: Problem] = [:],
        answer: (MetricQuery) throws -> Answers.Result?
    ) rethrows -> AnalysisResult {
        var answers = Answers()
        let analyzer = Analyzer(rules: self, now: now)
        try answers.ask({ analyzer.wanted($0) }, answer)
        let analysis = analyzer.analyse(answers, index: index, unreadable: unreadable)
        try answers.ask(analysis.wanted, answer)
        return analysis.result(answers)
    }
}

extension Answers {
    mutating func ask(
        _ wanted: (Answers) -> [PlannedQuery], _ answer: (MetricQuery) throws -> Answers.Result?
    ) rethrows {
        for _ in 0..<6 {
            let answered = try wanted(self).compactMap { planned in
                try answer(planned.query).map { (planned.query, $0) }
            }
            if answered.isEmpty { return }
            for (query, result) in answered { add(result, to: query) }
        }
    }
}
