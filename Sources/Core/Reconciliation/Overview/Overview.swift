package import Domain

/// All that can be seen without changing anything: the observation, one analysis, and what a run would decide now.
package struct Overview: Sendable {
    package let observation: Observation
    package let analysis: AnalysisResult
    package let steps: [ProposalStep]

    package init(observation: Observation, analysis: AnalysisResult, steps: [ProposalStep]) {
        self.observation = observation
        self.analysis = analysis
        self.steps = steps
    }
}

extension Inspection {
    /// One analysis, and the decision that a run would take from it; neither Terraform plans nor a model is asked.
    package func overview() async throws(Problems) -> Overview {
        let reconciler = Reconciler(world: world, settings: settings)
        let observation: Observation
        do throws(Problem) { observation = try await observed() } catch { throw Problems([error]) }
        let rules = try reconciler.rules(in: observation)
        let analysis = await analysis(of: observation, rules)
        let nothing = RunReport(run: settings.run, baseBranch: observation.snapshot.baseBranch, isDryRun: true)
        let context = reconciler.context(rules, analysis, appliedIn: nothing)
        let steps = ProposalDecision(observation: observation, analysis: analysis, context: context).steps()
        // What is decided depends on what was found, and what is shown leaves the secrets out.
        return Overview(
            observation: observation, analysis: world.secrets.redact(analysis), steps: steps.map(shown))
    }

    private func shown(_ step: ProposalStep) -> ProposalStep {
        switch step {
        case .write(let cause, let tracked): .write(redacted(cause), over: tracked)
        case .refresh(let cause, let tracked): .refresh(redacted(cause), tracked)
        case .withdraw(let tracked, let state, let reason):
            .withdraw(tracked, as: state, reason: world.secrets.redactor.redact(reason))
        case .leave(let outcome): .leave(world.secrets.redactor(for: outcome.workspace).redact(outcome))
        }
    }

    private func redacted(_ cause: Cause) -> Cause { world.secrets.redactor(for: cause.workspace).redact(cause) }

    private func analysis(of observation: Observation, _ rules: RuleSet) async -> AnalysisResult {
        let result = await AnalysisStage(
            world: world, settings: settings, observation: observation, rules: rules
        ).analyse()
        let scoped = result.within { settings.includes(workspace: $0) }
        return AnalysisResult(
            at: scoped.at, statuses: scoped.statuses, opportunities: scoped.opportunities,
            problems: observation.problems + rules.warnings + scoped.problems, clear: scoped.clear,
            withdrawn: scoped.withdrawn, held: scoped.held, queries: scoped.queries, plugins: scoped.plugins)
    }
}
