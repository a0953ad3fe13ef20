package import Domain

extension AnalysisResult {
    /// The document `sphinx.analysis/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("sphinx.analysis/1"), "at": .string(Figures.time(at)),
            "statuses": .array(statuses.map(JSONText.status)),
            "opportunities": .array(opportunities.map(\.json)), "problems": .array(problems.map(JSONText.problem)),
        ])
    }
}

extension Opportunity {
    package var json: JSONValue {
        .object([
            "workspace": .string(workspace), "rule": .string(rule.id), "address": .string(address),
            "key": .string(key.text), "severity": .string(rule.severity.rawValue), "title": .string(title),
            "description": .string(description), "since": .string(Figures.time(since)),
            "value": JSONText.number(value),
            "kind": JSONText.text(rule.kind?.rawValue), "labels": .object(labels.mapValues(JSONValue.string)),
            "evidence": evidence.json,
        ])
    }
}

extension Evidence {
    package var json: JSONValue {
        .object([
            "query": .string(query), "start": .string(Figures.time(start)), "end": .string(Figures.time(end)),
            "step": JSONText.number(step),
            "condition": .string(condition), "threshold": JSONText.number(threshold),
            "attributes": .object(attributes),
            "instances": .array(instances.map(JSONValue.string)), "located": .string(located),
            "series": .array(
                series.map { series in
                    .object([
                        "labels": .object(series.labels.mapValues(JSONValue.string)),
                        "samples": .array(
                            series.samples.map { .array([JSONText.number($0.time), JSONText.number($0.value)]) }),
                    ])
                }),
        ])
    }
}
