import Domain

/// One comparison or anomaly of a rule: what it needs to be asked, and how each series stands to it.
protocol LeafEvaluation {
    var question: Question { get }

    /// What has to be asked next; what was answered already decides what is still worth asking.
    func wanted(_ answers: Answers) -> [Wanted]

    /// Throws where the answers do not say.
    func series(_ answers: Answers) throws(Unanswered) -> [LeafSeries]

    /// What shows a reviewer the series that fire; nil where the series' own samples do.
    func evidence(_ bounds: Bounds) -> MetricQuery?
}

/// A query of a rule at the time of the run.
struct Question: Sendable {
    let rule: Rule
    let query: String
    let schedule: Schedule

    func wanted(_ query: MetricQuery, _ purpose: Wanted.Purpose) -> Wanted {
        Wanted(query, rule: rule.id, purpose)
    }

    /// The answer's series within the time that was asked for.
    func series(_ query: MetricQuery, _ answers: Answers) throws(Unanswered) -> [Series] {
        switch answers.result(query) {
        case nil: throw .notAsked
        case .failure(let problem): throw .failed(problem)
        case .success(let answer) where !answer.warnings.isEmpty:
            throw .partial(answer.warnings.joined(separator: "; "), count: answer.series.count)
        case .success(let answer):
            guard case .range(let start, let end, let step) = query.time else { return answer.series }
            let grid = Grid(start: start, end: end, step: step)
            return answer.series.map(grid.part).filter { !$0.samples.isEmpty }
        }
    }

    /// The series by their labels without the metric's name, which functions drop.
    func values(_ query: MetricQuery, _ answers: Answers) throws(Unanswered) -> [Labels: Double] {
        let series = try series(query, answers)
        return Dictionary(series.map { ($0.labels.nameless, $0.samples.last?.value ?? .nan) }) { first, _ in first }
    }

    /// As in Prometheus's rule groups, too many series are an error and nothing is taken from them.
    func refusingTooMany(_ series: [Series]) throws(Unanswered) -> [Series] {
        guard series.count <= rule.limit else {
            throw .failed(
                Problem(
                    .needsPerson,
                    "the query of the rule '\(rule.id)' matches \(series.count) series; "
                        + "the limit is \(rule.limit)",
                    hint: "aggregate in the query, add matchers, or raise the rule's 'limit'",
                    location: rule.location))
        }
        return series
    }
}

/// Why a query's series are not known.
enum Unanswered: Error, Hashable {
    case notAsked
    case failed(Problem)
    /// The source's warnings.
    case partial(String, count: Int)
}

/// One series as a leaf sees it.
struct LeafSeries {
    let labels: Labels
    /// Empty where the server did the arithmetic.
    let samples: [Sample]
    let judge: (Bounds) -> Verdict

    init(_ labels: Labels, _ samples: [Sample] = [], judge: @escaping (Bounds) -> Verdict) {
        self.labels = labels
        self.samples = samples
        self.judge = judge
    }
}

extension Labels {
    /// Without the metric's name.
    var nameless: Labels { filter { $0.key != "__name__" } }
}
