import Domain

/// Takes back what people said not to propose, and what another rule's opportunity takes the place of.
struct Suppressing {
    let suppressions: [Suppression]
    let index: ResourceIndex
    let now: Double

    func applied(to findings: Findings) -> Findings {
        var result = findings
        result.opportunities = []
        var reasons: [Status: [String]] = [:]
        let heads = superseding(findings.opportunities)
        for opportunity in findings.opportunities {
            guard let reason = reason(opportunity) ?? heads[opportunity.key] else {
                result.opportunities.append(opportunity)
                continue
            }
            result.withdrawn[opportunity.key] = reason
            reasons[Status(opportunity), default: []].append("\(opportunity.address): \(reason)")
        }
        result.statuses = recounted(findings.statuses, reasons)
        result.problems += expired
        return result
    }

    // MARK: Reasons

    private func reason(_ opportunity: Opportunity) -> String? {
        if let found = suppressions.first(where: { isActive($0) && $0.covers(opportunity) }) {
            return "suppressed by \(found.location): \(found.reason)"
        }
        return index.declared(opportunity.address, in: opportunity.workspace).flatMap { ignored(opportunity, $0) }
    }

    /// What the code itself says above the block or in its `lifecycle`.
    private func ignored(_ opportunity: Opportunity, _ resource: DeclaredResource) -> String? {
        let comment = resource.ignores.first {
            Glob($0.rule).matches(opportunity.rule.id) && ($0.until.map { now <= $0 } ?? true)
        }
        if let comment { return "ignored at \(resource.file):\(comment.line): \(comment.reason)" }
        guard let fix = opportunity.rule.fix else { return nil }
        let steps = Set(
            ([fix.attribute] + fix.also.keys).compactMap { $0.split(separator: ".").first.map(String.init) })
        let ignored = resource.ignoredChanges.first { name in
            name == "all" || steps.contains(name.prefix { $0 != "." && $0 != "[" }.description)
        }
        return ignored.map { "its lifecycle ignores changes of '\($0)'" }
    }

    private func isActive(_ suppression: Suppression) -> Bool {
        suppression.until.map { now <= $0 } ?? true
    }

    private var expired: [Problem] {
        suppressions.filter { !isActive($0) }.map { suppression in
            Problem(
                .needsPerson, "the suppression of '\(suppression.rule.pattern)' has expired",
                hint: "remove it, or give it a later 'until'", location: suppression.location)
        }
    }

    /// What an opportunity that is itself not taken back takes the place of, on the same block.
    private func superseding(_ opportunities: [Opportunity]) -> [ProposalKey: String] {
        var heads: [ProposalKey: String] = [:]
        for head in opportunities where !head.rule.supersedes.isEmpty && reason(head) == nil {
            for id in head.rule.supersedes where id != head.rule.id {
                let key = ProposalKey(workspace: head.workspace, rule: id, address: head.address)
                heads[key] = "superseded by the rule '\(head.rule.id)'"
            }
        }
        return heads
    }

    // MARK: Statuses

    private struct Status: Hashable {
        let workspace: String
        let rule: String

        init(_ opportunity: Opportunity) {
            (workspace, rule) = (opportunity.workspace, opportunity.rule.id)
        }

        init?(_ status: RuleStatus) {
            guard let workspace = status.workspace, status.status == .firing else { return nil }
            (self.workspace, rule) = (workspace, status.rule)
        }
    }

    private func recounted(_ statuses: [RuleStatus], _ reasons: [Status: [String]]) -> [RuleStatus] {
        statuses.flatMap { status -> [RuleStatus] in
            guard let group = Status(status), let taken = reasons[group] else { return [status] }
            let rest = status.count - taken.count
            let suppressed = RuleStatus(
                workspace: status.workspace, rule: status.rule, status: .suppressed, count: taken.count,
                reason: taken.min())
            return (rest > 0 ? [status.counting(rest)] : []) + [suppressed]
        }
    }
}

extension Suppression {
    func covers(_ opportunity: Opportunity) -> Bool {
        rule.matches(opportunity.rule.id) && workspace.matches(opportunity.workspace)
            && address.matches(opportunity.address)
    }
}

extension RuleStatus {
    fileprivate func counting(_ count: Int) -> RuleStatus {
        RuleStatus(workspace: workspace, rule: rule, status: status, count: count, reason: reason)
    }
}
