import Analysis
import Domain

/// Some workspaces, and what Prometheus answers for each query.
struct Stage {
    static let now = 1_000_030.0
    static let end = 1_000_020.0

    var rules: [Rule]
    var answers: [String: Result<MetricAnswer, Problem>] = [:]
    var unreadable: [String: Problem] = [:]
    var suppressions: [Suppression] = []
    /// Workspace → instances of `aws_instance`: address → id.
    var instances: [String: [String: String]] = ["web": ["aws_instance.web[0]": "i-1", "aws_instance.web[1]": "i-2"]]
    var labels: [String: Labels] = [:]
    var declared: [String: [DeclaredResource]] = [:]

    init(_ rules: Rule..., series: [Series] = []) {
        self.rules = rules
        for rule in rules { answers[rule.expression] = .success(MetricAnswer(series: series)) }
        // An instance that nothing is known of would hold its whole block back.
        let measured = Set(series.compactMap { $0.labels["instance_id"] })
        let known = instances.mapValues { $0.filter { measured.contains($0.value) } }
        if known.values.contains(where: { !$0.isEmpty }) { instances = known }
    }

    /// The last minutes of one machine, the newest last, as `RecordedSeries` reads them.
    static func machine(_ id: String, _ text: String, _ more: Labels = [:]) -> Series {
        let count = text.split(separator: " ").count
        let recorded = RecordedSeries(text, from: end - Double(count - 1) * 60)
        return Series(
            labels: more.merging(["instance_id": id]) { $1 },
            samples: recorded.points.compactMap { time, point in
                guard case .value(let value) = point else { return nil }
                return Sample(time: time, value: value)
            })
    }

    var index: ResourceIndex {
        let names = Set(instances.keys).union(declared.keys).union(labels.keys).union(unreadable.keys)
        return ResourceIndex(
            workspaces: names.sorted().map { name in
                .init(
                    workspace: name, labels: labels[name] ?? [:],
                    instances: (instances[name] ?? [:]).map { address, id in
                        ResourceInstance(address: address, type: "aws_instance", values: .object(["id": .string(id)]))
                    }, declared: declared[name] ?? [])
            })
    }

    func analyse() -> AnalysisResult {
        RuleSet(rules: rules, suppressions: suppressions).analysed(
            at: Self.now, index: index, unreadable: unreadable
        ) { query in
            // What the server would make of a longer window is told from the same series.
            answers[query.expression]
                ?? answers.sorted { $0.key.count > $1.key.count }.first { query.expression.contains($0.key) }?.value
        }
    }
}

extension AnalysisResult {
    /// One line a status.
    var lines: [String] {
        statuses.map { status in
            "\(status.workspace ?? "-") \(status.rule) \(status.status.rawValue) \(status.count)"
                + (status.reason.map { " (\($0))" } ?? "")
        }
    }
}
