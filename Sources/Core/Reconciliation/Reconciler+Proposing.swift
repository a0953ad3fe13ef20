import Domain
import Foundation

extension Reconciler {
    func propose(
        after observation: Observation, _ rules: RuleSet, into report: inout RunReport
    ) async throws(Problems) {
        let analysis = try await analysed(observation, rules)
        report.statuses = analysis.statuses
        report.opportunities = analysis.opportunities
        report.problems += analysis.problems
        if settings.analysisOnly { return }
        let context = context(rules, analysis, appliedIn: report)
        let steps = ProposalDecision(observation: observation, analysis: analysis, context: context).steps()
        let proposing = Proposing(
            world: world, settings: settings, publisher: publisher, limits: rules.limits, in: observation.snapshot)
        let drafts = await proposing.drafts(of: steps, observation, context)
        let groups = groups(of: drafts, observation, rules, into: &report)
        let published = await proposing.published(drafts, with: groups)
        report.add(published.drafts)
        report.groups = published.groups
    }

    private func analysed(_ observation: Observation, _ rules: RuleSet) async throws(Problems) -> AnalysisResult {
        let result = await AnalysisStage(
            world: world, settings: settings, observation: observation, rules: rules
        ).analyse()
        let scoped = world.secrets.redact(result.within { settings.includes(workspace: $0) })
        do throws(Problem) {
            for status in scoped.statuses {
                try journal.record(
                    "analyse", status.status.rawValue, workspace: status.workspace, subject: status.rule,
                    details: [
                        "count": .integer(Int64(status.count)),
                        "reason": status.reason.map(JSONValue.string) ?? .null,
                    ])
            }
        } catch {
            throw Problems([error])
        }
        return scoped
    }

    func context(
        _ rules: RuleSet, _ analysis: AnalysisResult, appliedIn report: RunReport
    ) -> DecisionContext {
        DecisionContext(
            now: world.now().timeIntervalSince1970, limits: rules.limits, policy: rules.policy,
            schedule: schedule(rules), settle: settings.settle, coolDown: settings.coolDown, names: settings.names,
            author: world.writer.map { (prompt: Prompt.version, model: $0.model) },
            isEnabled: { rule, workspace in
                rule.hasPrefix("plugin/")
                    ? analysis.plugins?.contains(rule) ?? true : rules.rule(rule, in: workspace)?.enabled ?? false
            },
            appliedNow: Set(report.applies.filter { $0.result == .applied }.map(\.workspace)),
            includes: { settings.includes(workspace: $0) })
    }

    func schedule(_ rules: RuleSet) -> Schedule {
        settings.ignoresSchedule ? Schedule() : rules.schedule
    }

    /// Groups are only a convenience: what is wrong with them stops no proposal.
    private func groups(
        of drafts: [Draft], _ observation: Observation, _ rules: RuleSet, into report: inout RunReport
    ) -> [GroupStage.Result] {
        do throws(Problem) {
            return try GroupStage(
                world: world, settings: settings, observation: observation, grouping: rules.grouping
            ).results(of: drafts)
        } catch {
            report.problems.append(error)
            return []
        }
    }
}

extension AnalysisResult {
    /// The part that concerns some workspaces; what leads to no workspace stays.
    func within(_ includes: (String) -> Bool) -> AnalysisResult {
        AnalysisResult(
            at: at, statuses: statuses.filter { $0.workspace.map(includes) ?? true },
            opportunities: opportunities.filter { includes($0.workspace) }, problems: problems, clear: clear,
            withdrawn: withdrawn, held: held, queries: queries, plugins: plugins)
    }
}
