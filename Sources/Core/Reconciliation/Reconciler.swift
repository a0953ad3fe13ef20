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
        let observation = try await observed(pinned: nil)
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
        if settings.detectsDrift, !Task.isCancelled { await detectDrift(in: observation, rules, into: &report) }
        if settings.only != .apply { try await proposeNext(observation, rules, into: &report) }
        report.pushes = publisher.pushes
        return report
    }

    /// What was applied is told also where nothing can be proposed after it.
    private func proposeNext(
        _ observation: Observation, _ rules: RuleSet, into report: inout RunReport
    ) async throws(Problems) {
        do throws(Problems) {
            let isMoved = publisher.pushes > 0
            if isMoved, Task.isCancelled { throw Problems([Self.interrupted]) }
            let next = isMoved ? try await observed(pinned: observation.snapshot) : observation
            try await propose(after: next, rules, into: &report)
        } catch {
            guard !report.applies.isEmpty else { throw error }
            report.problems += error.all
        }
    }

    private static let interrupted = Problem(
        .passing, "the run was interrupted before anything was proposed", hint: "the next run goes on")

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
