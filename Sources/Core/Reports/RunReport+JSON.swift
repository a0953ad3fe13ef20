package import Domain

extension RunReport {
    /// The document `sphinx.reconcile/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("sphinx.reconcile/1"), "run": .string(run), "base": JSONText.text(base?.hex),
            "dryRun": .bool(isDryRun), "statuses": .array(statuses.map(JSONText.status)),
            "proposals": .array(proposals.map(\.json)), "groups": .array(groups.map(\.json)),
            "applies": .array(applies.map(\.json)),
            "usage": usage.json, "pushes": JSONText.number(pushes),
            "problems": .array(problems.map(JSONText.problem)), "notices": .array(notices.map(JSONValue.string)),
        ])
    }
}

extension ProposalOutcome {
    package var json: JSONValue {
        .object([
            "key": .string(key.text), "branch": .string(branch), "workspace": .string(workspace),
            "rule": .string(rule), "address": .string(address), "title": .string(title),
            "state": .string(state.rawValue), "reason": JSONText.text(reason),
            "planDigest": JSONText.text(planDigest?.description), "plan": JSONText.text(planSummary),
            "commit": JSONText.text(commit?.hex), "message": JSONText.text(message),
            "difference": JSONText.text(difference),
        ])
    }
}

extension ApplyOutcome {
    package var json: JSONValue {
        .object([
            "key": JSONText.text(key?.text), "approval": JSONText.text(approval?.text), "workspace": .string(workspace),
            "result": .string(result.rawValue), "reason": JSONText.text(reason),
        ])
    }
}

extension Usage {
    package var json: JSONValue {
        .object([
            "geminiCalls": JSONText.number(calls), "inputTokens": JSONText.number(inputTokens),
            "outputTokens": JSONText.number(outputTokens), "costUSD": JSONText.number(costUSD),
            "isPriceKnown": .bool(isPriceKnown),
        ])
    }
}

extension GroupOutcome {
    fileprivate var json: JSONValue {
        .object([
            "branch": .string(branch), "state": .string(state.rawValue),
            "members": .array(members.map { .string($0.text) }), "reason": reason.map(JSONValue.string) ?? .null,
        ])
    }
}
