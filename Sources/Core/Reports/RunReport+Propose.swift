package import Domain

/// What `propose` prints.
extension RunReport {
    package var proposeText: String {
        let said = proposals.compactMap(\.said)
        guard said.isEmpty else {
            return
                (said + questions.enumerated().map { "\($0.offset + 1). \(Escaping.line($0.element, limit: 1_000))" })
                .joined(separator: "\n") + "\n\(summary)\n"
        }
        guard !findings.isEmpty else { return text }
        return "Findings\n\(findings.map { "- \(Escaping.line($0.text, limit: 1_000))\n" }.joined())\n\(text)"
    }

    package var proposeMarkdown: String {
        var parts = [markdown.trimmingLines]
        if !questions.isEmpty {
            parts.append("## Questions\n\nNothing was written. Ask again with the answers, or with `--interactive`.")
            parts.append(questions.map { "1. \(Escaping.markdown($0))" }.joined(separator: "\n"))
        }
        if !findings.isEmpty {
            parts.append("## Findings\n\n" + findings.map { "- \(Escaping.markdown($0.text))" }.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The document `sphinx.propose/1`.
    package var proposeJSON: JSONValue {
        .object([
            "schema": .string("sphinx.propose/1"), "run": .string(run), "base": JSONText.text(base?.hex),
            "dryRun": .bool(isDryRun), "proposals": .array(proposals.map(\.json)),
            "questions": .array(questions.map(JSONValue.string)), "findings": .array(findings.map(\.json)),
            "usage": usage.json, "pushes": JSONText.number(pushes),
            "problems": .array(problems.map(JSONText.problem)), "notices": .array(notices.map(JSONValue.string)),
        ])
    }
}

extension ProposalOutcome {
    /// The model's words, where they are all that there is.
    fileprivate var said: String? {
        guard rule == ChangeRequest.rule else { return nil }
        let words = reason.map { Escaping.line($0, limit: 2_000) } ?? ""
        switch state {
        case .needInformation:
            return "\(words)\nNothing was written. Ask again with the answers, or with --interactive:"
        case .noChange: return "Nothing to change: \(words)"
        default: return nil
        }
    }
}

extension Finding {
    fileprivate var text: String {
        "\(workspace): \(sentence)" + (runsAtPlan ? " (at plan time)" : "")
    }

    fileprivate var json: JSONValue {
        .object([
            "workspace": .string(workspace), "message": .string(sentence), "runsAtPlan": .bool(runsAtPlan),
        ])
    }
}
