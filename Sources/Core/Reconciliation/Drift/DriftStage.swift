import Domain
import Foundation

/// Tells where the infrastructure differs from the base though nothing was merged; it applies nothing.
struct DriftStage {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let publisher: Publisher
    let rules: RuleSet

    struct Result {
        var outcomes: [ApplyOutcome] = []
        var problems: [Problem] = []
        var notices: [String] = []
    }

    private struct Look: Sendable {
        let workspace: Workspace
        let plan: Swift.Result<Plan, Problem>
    }

    func result() async throws(Problem) -> Result {
        let ledger = DriftLedger(in: observation.snapshot, objects: world.objects, names: settings.names)
        let now = world.now()
        let waiting =
            settings.ignoresSchedule
            ? nil
            : rules.schedule.reason(
                against: .drift, at: now.timeIntervalSince1970)
        let decision = DriftDecision(
            observation: observation, ledger: ledger, now: now,
            interval: settings.ignoresSchedule ? 0 : rules.schedule.driftInterval,
            mostLooks: waiting == nil ? rules.limits.driftChecks : 0,
            includes: { settings.includes(workspace: $0) })
        let (steps, left) = decision.steps()
        var result = Result(outcomes: steps.compactMap(Self.told))
        if left > 0 { result.notices.append(notice(left, waiting)) }
        let looks = await looks(at: steps)
        for look in looks { try add(look, at: now, to: &result) }
        try await publish(looks, ledger, at: now, to: &result)
        return result
    }

    private static func told(_ step: DriftStep) -> ApplyOutcome? {
        guard case .tell(let workspace, let reason, let time) = step else { return nil }
        return outcome(workspace, reason, time)
    }

    private static func outcome(_ workspace: Workspace, _ reason: String, _ time: Date) -> ApplyOutcome {
        ApplyOutcome(
            key: nil, approval: nil, workspace: workspace.path, result: .drift,
            reason: "\(reason); as of \(UTC.text(time.timeIntervalSince1970))")
    }

    private func notice(_ left: Int, _ waiting: String?) -> String {
        let count = left == 1 ? "1 workspace waits" : "\(left) workspaces wait"
        return "drift: \(count) for a later look: "
            + (waiting ?? "limit: drift_checks_per_run \(rules.limits.driftChecks)")
    }

    // MARK: Looking

    private func looks(at steps: [DriftStep]) async -> [Look] {
        let workspaces = steps.compactMap { step -> Workspace? in
            if case .look(let workspace) = step { workspace } else { nil }
        }
        return await workspaces.concurrently(limit: settings.concurrency) { workspace in
            do throws(Problem) {
                let files = try world.files(of: workspace, in: observation.snapshot.base)
                return Look(workspace: workspace, plan: .success(try await world.plan(of: files)))
            } catch {
                return Look(workspace: workspace, plan: .failure(error))
            }
        }
    }

    private func add(_ look: Look, at now: Date, to result: inout Result) throws(Problem) {
        let journal = Journal(world: world, settings: settings)
        var details: [String: JSONValue] = ["base": .string(observation.snapshot.base.hex)]
        let status: String
        switch look.plan {
        case .success(let plan) where plan.isEmpty:
            status = "none"
        case .success(let plan):
            status = "found"
            details["reason"] = .string(plan.outline)
            details["planDigest"] = .string(plan.digest.description)
            result.outcomes.append(Self.outcome(look.workspace, plan.outline, now))
        case .failure(let problem):
            status = "failed"
            details["reason"] = .string(problem.message)
            result.problems.append(problem)
        }
        try journal.record("drift", status, workspace: look.workspace.path, details: details)
    }

    // MARK: Remembering

    /// A job that looked at the same moment may have been first, which is as good.
    private func publish(
        _ looks: [Look], _ ledger: DriftLedger, at now: Date, to result: inout Result
    ) async throws(Problem) {
        guard !settings.isDryRun else { return }
        var updates = observation.workspaces.isEmpty ? [] : forgotten(ledger)
        for look in looks {
            guard let record = record(of: look) else { continue }
            let name = settings.names.drift(workspace: look.workspace.path)
            updates.append(
                RefUpdate(
                    name, from: observation.snapshot.refs[name],
                    to: try world.objects.commit(try record.draft(at: now))))
        }
        _ = try await publisher.push(updates.map { Publisher.Group(name: $0.name, updates: [$0]) })
    }

    /// Nil where the next run is to look again.
    private func record(of look: Look) -> Record? {
        var record = Record(
            kind: DriftLedger.kind, run: settings.run, holder: settings.holder, workspace: look.workspace.path,
            inputDigest: look.workspace.planned)
        switch look.plan {
        case .success(let plan):
            record.reason = plan.isEmpty ? nil : plan.outline
        case .failure(let problem):
            if problem.kind == .passing { return nil }
            record.kind = DriftLedger.unknown
        }
        return record
    }

    /// Of workspaces that are no more.
    private func forgotten(_ ledger: DriftLedger) -> [RefUpdate] {
        let paths = Set(observation.workspaces.map(\.path))
        return ledger.entries.filter { !paths.contains($0.key) }.sorted { $0.key < $1.key }
            .map { RefUpdate($0.value.name, from: $0.value.object, to: nil) }
    }
}

extension Plan {
    private static let named = 3

    /// Counts, and the first resources by name.
    fileprivate var outline: String {
        let names = changes.prefix(Self.named).map { change in
            "\(change.address) (\(change.actions.map(\.rawValue).joined(separator: ", ")))"
        }
        let rest = changes.count - names.count
        return "\(summary): \(names.joined(separator: ", "))" + (rest > 0 ? " and \(rest) more" : "")
    }
}
