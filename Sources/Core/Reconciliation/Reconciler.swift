package import Domain
import Foundation
import RuleLibrary

/// One run: observe, apply what is merged, analyse, decide, write, publish, record.
package struct Reconciler: Sendable {
    let world: World
    let settings: RunSettings
    let publisher: Publisher

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
        publisher = Publisher(remote: world.remote)
    }

    var journal: Journal { Journal(world: world, settings: settings) }

    /// Throws where nothing could be done at all; what concerns a single workspace stands in the report.
    package func run() async throws(Problems) -> RunReport {
        try await journal.run(started, through: publisher) { () async throws(Problems) in try await reconciled() }
    }

    private var started: [String: JSONValue] {
        ["only": settings.only.map { .string($0.rawValue) } ?? .null]
    }

    private func reconciled() async throws(Problems) -> RunReport {
        var observation = try await observed(pinned: nil)
        var report = RunReport(
            run: settings.run, baseBranch: observation.snapshot.baseBranch, isDryRun: settings.isDryRun)
        report.base = observation.snapshot.base
        let rules = try rules(in: observation)
        report.problems = observation.problems + rules.warnings + unsignedProposals(rules.policy)
        if settings.only != .propose {
            let again = await Reevaluation(
                world: world, settings: settings, observation: observation, rules: rules
            ).result()
            report.problems += again.problems
            report.add(await apply(after: observation, rules, without: again.resolved))
        }
        if settings.only != .apply {
            if publisher.pushes > 0 { observation = try await observed(pinned: observation.snapshot) }
            try await propose(after: observation, rules, into: &report)
        }
        report.pushes = publisher.pushes
        return report
    }

    // MARK: Observing

    private func observed(pinned: Snapshot?) async throws(Problems) -> Observation {
        do throws(Problem) {
            let observation = try await Observer(world: world, settings: settings).observe(pinned: pinned)
            try journal.record("snapshot", "done", subject: observation.snapshot.base.hex, details: observation.counts)
            return observation
        } catch {
            throw Problems([error])
        }
    }

    func rules(in observation: Observation) throws(Problems) -> RuleSet {
        let file: SourceFile?
        do throws(Problem) {
            file = try world.objects.file(at: settings.rulesFile, in: observation.snapshot.base)
        } catch {
            throw Problems([error])
        }
        if let file {
            return try world.rules.rules(
                in: file,
                folder: { (path) throws(Problem) in
                    try world.objects.files(directlyIn: path, in: observation.snapshot.base)
                        + (path.isEmpty ? RuleLibrary.files : [])
                },
                workspaces: observation.workspaces.map(\.path))
        }
        if settings.only == .apply { return RuleSet() }
        try refuseLink(in: observation)
        throw Problems([
            Problem(
                .needsPerson, "\(settings.rulesFile) is not in \(observation.snapshot.baseBranch)",
                hint: "commit a rules file, or name another one with RULES_FILE_PATH")
        ])
    }

    /// A link is not "not there" for who looks at the files.
    private func refuseLink(in observation: Observation) throws(Problems) {
        let kind: TreeEntry.Kind?
        do throws(Problem) {
            kind = try world.objects.entry(at: settings.rulesFile, in: observation.snapshot.base)?.kind
        } catch {
            throw Problems([error])
        }
        guard let kind else { return }
        throw Problems([
            Problem(
                .needsPerson, "\(settings.rulesFile) is \(kind.name), which is not read",
                hint: "commit the file itself, or name another one with RULES_FILE_PATH")
        ])
    }

    // MARK: Applying

    private func apply(
        after observation: Observation, _ rules: RuleSet, without resolved: Set<ProposalKey>
    ) async -> [ApplyStage.Result] {
        var results: [ApplyStage.Result] = []
        var stages: [ApplyStage] = []
        var changes: [UnplannedChange] = []
        let reason = schedule(rules).reason(against: .apply, at: world.now().timeIntervalSince1970)
        for step in ApplyStep.steps(after: observation, without: resolved, waiting: reason) {
            switch step {
            case .apply(let workspace, let manifests):
                guard settings.includes(workspace: workspace.path) else { continue }
                stages.append(
                    ApplyStage(
                        world: world, settings: settings, observation: observation, publisher: publisher,
                        workspace: workspace, manifests: manifests))
            case .leave(let manifests, let reason):
                results.append(ApplyStage.Result(outcomes: manifests.map { $0.outcome(.waiting, reason) }))
            case .hold(let manifests, let resolved):
                guard settings.includes(workspace: manifests[0].manifest.workspace) else { continue }
                results.append(held(manifests, resolved))
            case .inspect(let workspace, let tree):
                guard settings.includes(workspace: workspace.path) else { continue }
                changes.append(
                    UnplannedChange(
                        world: world, journal: journal, base: observation.snapshot.base, workspace: workspace,
                        appliedTree: tree))
            }
        }
        results += await changes.concurrently(limit: settings.concurrency) { await $0.inspected() }
        let signed = await vouched(stages, signed: signatures(wantedBy: rules.policy), refusals: &results)
        return results + (await signed.concurrently(limit: settings.concurrency) { await $0.perform() })
    }

    private func held(_ manifests: [MergedManifest], _ resolved: Set<ProposalKey>) -> ApplyStage.Result {
        let outcomes = manifests.map { merged in
            resolved.contains(merged.manifest.key)
                ? merged.outcome(.resolved, ApplyStep.resolvedReason)
                : merged.outcome(.waiting, "another merged proposal of the workspace is resolved")
        }
        do throws(Problem) {
            for outcome in outcomes {
                try journal.record(
                    "apply", outcome.result.rawValue, workspace: outcome.workspace,
                    subject: outcome.key?.text ?? "", details: ["reason": .string(outcome.reason ?? "")])
            }
            return ApplyStage.Result(outcomes: outcomes)
        } catch {
            return ApplyStage.Result(outcomes: outcomes, problems: [error])
        }
    }
}

extension MergedManifest {
    func outcome(_ result: ApplyOutcome.Result, _ reason: String) -> ApplyOutcome {
        ApplyOutcome(
            key: manifest.key, approval: approval, workspace: manifest.workspace, result: result, reason: reason)
    }
}

extension RunReport {
    mutating func add(_ results: [ApplyStage.Result]) {
        applies += results.flatMap(\.outcomes)
        problems += results.flatMap(\.problems)
        proposals += results.compactMap(\.approval)
        applies.sort { ($0.workspace, $0.key?.text ?? "") < ($1.workspace, $1.key?.text ?? "") }
    }

    mutating func add(_ drafts: [Draft]) {
        proposals += drafts.map(\.outcome)
        proposals.sort { ($0.workspace, $0.rule, $0.address, $0.key) < ($1.workspace, $1.rule, $1.address, $1.key) }
        usage = drafts.map(\.usage).reduce(usage, +)
        problems += drafts.flatMap(\.problems)
        questions += drafts.flatMap(\.questions)
        notices = Set(notices + drafts.flatMap(\.notices)).sorted()
    }
}
