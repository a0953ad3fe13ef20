// What people and programs are told: texts without secrets; keys, addresses, names, figures and digests as they are.

extension Redactor {
    package func redact(_ problem: Problem) -> Problem {
        Problem(
            problem.kind, redact(problem.message), hint: problem.hint.map(redact),
            location: problem.location.map { place in
                SourceLocation(file: place.file, line: place.line, column: place.column, text: place.text.map(redact))
            })
    }

    package func redact(_ instance: ResourceInstance) -> ResourceInstance {
        ResourceInstance(address: instance.address, type: instance.type, values: redact(instance.values))
    }

    /// For people alone: the digests stay those of what Terraform planned.
    package func redact(_ plan: Plan) -> Plan {
        Plan(
            changes: plan.changes.map { $0.shown(before: redact($0.before), after: redact($0.after)) },
            text: redact(plan.text), terraformVersion: plan.terraformVersion)
    }

    /// The path, `search` and `replace` of an edit are code, and stay.
    package func redact(_ correction: Correction) -> Correction {
        Correction(
            analysis: redact(correction.analysis), decision: correction.decision, edits: correction.edits,
            impact: redact(correction.impact), risk: correction.risk, questions: correction.questions.map(redact))
    }

    package func redact(_ opportunity: Opportunity) -> Opportunity {
        Opportunity(
            workspace: opportunity.workspace, rule: opportunity.rule, address: opportunity.address,
            title: redact(opportunity.title), description: redact(opportunity.description), since: opportunity.since,
            value: opportunity.value, labels: redact(opportunity.labels), evidence: redact(opportunity.evidence))
    }

    /// A person's request was looked through before it was taken.
    package func redact(_ cause: Cause) -> Cause {
        guard case .opportunity(let opportunity) = cause else { return cause }
        return .opportunity(redact(opportunity))
    }

    private func redact(_ evidence: Evidence) -> Evidence {
        Evidence(
            query: evidence.query, condition: redact(evidence.condition), start: evidence.start, end: evidence.end,
            step: evidence.step, threshold: evidence.threshold, instances: evidence.instances.map(redact),
            series: evidence.series.map { Series(labels: redact($0.labels), samples: $0.samples) },
            located: redact(evidence.located),
            attributes: redact(.object(evidence.attributes)).object ?? [:])
    }

    package func redact(_ status: RuleStatus) -> RuleStatus {
        RuleStatus(
            workspace: status.workspace, rule: status.rule, status: status.status, count: status.count,
            reason: status.reason.map(redact))
    }

    package func redact(_ outcome: ProposalOutcome) -> ProposalOutcome {
        var told = outcome
        told.title = redact(outcome.title)
        told.reason = outcome.reason.map(redact)
        told.message = outcome.message.map(redact)
        told.difference = outcome.difference.map(redact)
        return told
    }

    package func redact(_ outcome: ApplyOutcome) -> ApplyOutcome {
        var told = outcome
        told.reason = outcome.reason.map(redact)
        return told
    }
}

extension KnownSecrets {
    private func redact(_ status: RuleStatus) -> RuleStatus {
        (status.workspace.map { redactor(for: $0) } ?? redactor).redact(status)
    }

    /// A report in which every workspace's part is told without that workspace's secrets.
    package func redact(_ report: RunReport) -> RunReport {
        let any = redactor
        var told = report
        told.statuses = report.statuses.map(redact)
        told.opportunities = report.opportunities.map { redactor(for: $0.workspace).redact($0) }
        told.proposals = report.proposals.map { redactor(for: $0.workspace).redact($0) }
        told.applies = report.applies.map { redactor(for: $0.workspace).redact($0) }
        told.problems = report.problems.map(any.redact)
        told.notices = report.notices.map(any.redact)
        told.questions = report.questions.map(any.redact)
        told.findings = report.findings.map { finding in
            Finding(
                workspace: finding.workspace, sentence: redactor(for: finding.workspace).redact(finding.sentence),
                runsAtPlan: finding.runsAtPlan)
        }
        return told
    }

    package func redact(_ result: AnalysisResult) -> AnalysisResult {
        let any = redactor
        return AnalysisResult(
            at: result.at, statuses: result.statuses.map(redact),
            opportunities: result.opportunities.map { redactor(for: $0.workspace).redact($0) },
            problems: result.problems.map(any.redact), clear: result.clear,
            withdrawn: result.withdrawn.mapValues(any.redact), held: result.held.mapValues(any.redact),
            queries: result.queries.map { $0.telling($0.problem.map(any.redact)) }, plugins: result.plugins)
    }
}
