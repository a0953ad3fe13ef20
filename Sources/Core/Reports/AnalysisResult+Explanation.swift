package import Domain

extension AnalysisResult {
    /// The requests that were made, the dearest answers first, and their sum.
    package var explanation: String { "\nQueries\n\(queryTable.text)\(costs)\n" }

    package var explanationMarkdown: String { "\n# Queries\n\n\(queryTable.markdown)\n\(costs)\n" }

    /// `sphinx.analysis/1` with the requests beside it.
    package var explainedJSON: JSONValue {
        guard case .object(var members) = json else { return json }
        members["queries"] = .array(queries.map(\.json))
        return .object(members)
    }

    private var costs: String {
        let (points, bytes) = queries.reduce((0, 0)) { ($0.0 + $1.points, $0.1 + $1.bytes) }
        let rules = Set(queries.flatMap(\.rules)).count
        return "\(queries.count) requests for \(rules) rules: \(points) points, \(bytes) bytes"
    }

    private var queryTable: Table {
        Table(
            columns: ["series", "points", "bytes", "rules", "why", "when", "query"],
            rows: queries.sorted { ($0.points, $1.query.expression) > ($1.points, $0.query.expression) }.map { asked in
                [
                    String(asked.series), String(asked.points), String(asked.bytes), asked.rules.shortened,
                    asked.purposes.joined(separator: ", "), asked.query.time.words,
                    asked.problem.map { "\(asked.query.expression): \($0.message)" } ?? asked.query.expression,
                ]
            })
    }
}

extension AskedQuery {
    package var json: JSONValue {
        .object([
            "query": .string(query.expression), "when": .string(query.time.words),
            "rules": .array(rules.map(JSONValue.string)), "why": .array(purposes.map(JSONValue.string)),
            "series": JSONText.number(series), "points": JSONText.number(points), "bytes": JSONText.number(bytes),
            "problem": JSONText.text(problem?.message),
        ])
    }
}

extension MetricQuery.Time {
    fileprivate var words: String {
        switch self {
        case .instant(let time): "at \(Figures.time(time))"
        case .range(let start, let end, let step):
            "\(DurationText.text(end - start)) to \(Figures.time(end)), step \(DurationText.text(step))"
        }
    }
}

extension [String] {
    /// The first of many stand for all.
    fileprivate var shortened: String {
        count > 3 ? "\(prefix(3).joined(separator: ", ")) and \(count - 3) more" : joined(separator: ", ")
    }
}
