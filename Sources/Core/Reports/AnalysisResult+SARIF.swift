package import Domain

extension AnalysisResult {
    /// SARIF 2.1.0 (OASIS): opportunities are results that are open, and what could not be judged is a notification.
    ///
    /// Code-scanning pages match results over runs by their fingerprint, which is the proposal's key, and show them at
    /// the place of their rule, as a resource's file is known to the repository alone. Clear rules have no result.
    package var sarif: JSONValue {
        .object([
            "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"), "version": .string("2.1.0"),
            "runs": .array([
                .object([
                    "tool": .object([
                        "driver": .object(["name": .string("sphinx"), "rules": .array(sarifRules)])
                    ]),
                    "invocations": .array([
                        .object([
                            "executionSuccessful": .bool(!statuses.contains { $0.status == .error }),
                            "toolExecutionNotifications": .array(notifications),
                        ])
                    ]),
                    "results": .array(opportunities.map(\.sarif)),
                ])
            ]),
        ])
    }

    private var sarifRules: [JSONValue] {
        let rules = Dictionary(opportunities.map { ($0.rule.id, $0.rule) }) { first, _ in first }
        return rules.sorted { $0.key < $1.key }.map { id, rule in
            .object([
                "id": .string(id), "shortDescription": .object(["text": .string(rule.name)]),
                "defaultConfiguration": .object(["level": .string(rule.severity.sarifLevel)]),
            ])
        }
    }

    private var notifications: [JSONValue] {
        statuses.filter { ![.firing, .clear].contains($0.status) }.map { status in
            let place = status.workspace.map { " in \($0)" } ?? ""
            let reason = status.reason.map { ": \($0)" } ?? ""
            return .object([
                "level": .string(status.status == .error ? "error" : "note"),
                "associatedRule": .object(["id": .string(status.rule)]),
                "message": .object(["text": .string("\(status.status.rawValue) \(status.count)\(place)\(reason)")]),
            ])
        }
    }
}

extension Opportunity {
    fileprivate var sarif: JSONValue {
        let place = rule.location
        return .object([
            "ruleId": .string(rule.id), "kind": .string("fail"), "level": .string(rule.severity.sarifLevel),
            "message": .object(["text": .string(description.isEmpty ? title : "\(title). \(description)")]),
            "partialFingerprints": .object(["sphinxProposal/v1": .string(key.text)]),
            "locations": .array([
                .object([
                    "physicalLocation": .object([
                        "artifactLocation": .object(["uri": .string(place.file)]),
                        "region": .object([
                            "startLine": JSONText.number(place.line), "startColumn": JSONText.number(place.column),
                        ]),
                    ]),
                    "logicalLocations": .array([
                        .object([
                            "fullyQualifiedName": .string("\(workspace)/\(address)"), "kind": .string("resource"),
                        ])
                    ]),
                ])
            ]),
        ])
    }
}

extension Rule.Severity {
    fileprivate var sarifLevel: String {
        switch self {
        case .info, .low: "note"
        case .medium: "warning"
        case .high, .critical: "error"
        }
    }
}
