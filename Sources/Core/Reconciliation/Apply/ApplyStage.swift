import Domain
import Foundation

/// Applies what is merged in one workspace, if its plan is what was approved.
struct ApplyStage {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let publisher: Publisher
    let workspace: Workspace
    let manifests: [MergedManifest]

    struct Result: Sendable {
        var outcomes: [ApplyOutcome] = []
        var problems: [Problem] = []
        var approval: ProposalOutcome?
    }

    private static let failed = "the last apply of this approval failed"
    private var hasFailed: Bool { manifests.contains(where: \.hasFailed) }
    var journal: Journal { Journal(world: world, settings: settings) }
    private var attribution: Attribution {
        Attribution(world: world, settings: settings, base: observation.snapshot.base)
    }
    var redactor: Redactor { world.secrets.redactor(for: workspace.path) }
    var keeper: LockKeeper {
        LockKeeper(world: world, settings: settings, publisher: publisher, workspace: workspace.path)
    }

    func perform() async -> Result {
        if Task.isCancelled { return Result(outcomes: outcomes(.waiting, "the run was interrupted")) }
        do throws(Problem) {
            switch try await keeper.take(over: observation.locks[workspace.path]) {
            case .refused(let reason):
                try record(.locked, reason)
                return Result(outcomes: outcomes(.locked, reason))
            case .held(let lock):
                return await performLocked(lock)
            }
        } catch {
            return Result(outcomes: outcomes(.failed, error.message), problems: [error])
        }
    }

    private func performLocked(_ lock: ObjectID) async -> Result {
        do throws(Problem) {
            try journal.record("lock", "taken", workspace: workspace.path, subject: keeper.name)
            let ledger = try await freshLedger()
            guard let ledger else { return try await leave(lock, "the base moved during this run") }
            let bench = try await opened()
            let result = await plannedAndDecided(bench, lock, ledger)
            await bench.close()
            return result
        } catch {
            return await abandoned(lock, error)
        }
    }

    /// Planning, parity and what follows; an error leaves no lock behind.
    private func plannedAndDecided(_ bench: any Workbench, _ lock: ObjectID, _ ledger: Ledger) async -> Result {
        await attribution.fetch(for: manifests)
        var lock = lock
        do throws(Problem) {
            let adoption = try await adopted(lock, ledger)
            guard let adoption else { return try await leave(lost: "another job took the lock") }
            lock = adoption.lock
            var ended: ApplyResult?
            switch adoption.ending {
            case .unknown: break
            case .completed(let result): ended = result
            case .failed(let failure): return await failed(failure, WriteAhead(lock: lock, ledger: ledger))
            case .stopped(let problem): throw problem
            }
            try refuseOverKeptState()
            let plan = try await planned(bench)
            let parity = Parity.of(plan, with: manifests.map(\.manifest))
            try journal.record(
                "parity", parity.word, workspace: workspace.path,
                subject: manifests.map(\.manifest.key.text).joined(separator: " "),
                details: ["plan": .string(plan.summary), "digest": .string(plan.digest.description)])
            switch parity {
            case .nothingToDo:
                guard let ended else {
                    return try await recorded(.alreadyApplied, "the plan is empty", lock, ledger)
                }
                return try await recorded(.applied, ended.summary, lock, ledger, log: ended.log)
            case .different(let difference):
                let reason = hasFailed ? "\(Self.failed); \(difference.sentence)" : difference.sentence
                return try await approvalRequested(plan, reason, lock, bench)
            case .equal where hasFailed:
                return try await approvalRequested(plan, Self.failed, lock, bench)
            case .equal:
                return try await applied(plan, bench, lock, ledger)
            }
        } catch {
            return await abandoned(lock, error)
        }
    }

    /// The ledger under the lock; nil where another job or a newer base has changed what is to be done here.
    private func freshLedger() async throws(Problem) -> Ledger? {
        let fresh = try await world.remote.snapshot(
            base: observation.snapshot.baseBranch, prefixes: settings.names.ledger)
        let ledger = Ledger(refs: fresh.refs, names: settings.names)
        for merged in manifests {
            let entry = Ledger.Entry(key: merged.manifest.key, approval: merged.approval)
            if ledger.applied[entry] != nil || (ledger.failed[entry] != nil) != merged.hasFailed { return nil }
        }
        guard fresh.base != observation.snapshot.base else { return ledger }
        let folders = [workspace.folder, "proposals/\(workspace.path)"] + workspace.modules.keys.sorted()
        for folder in folders {
            let pinned = try world.objects.tree(at: folder, in: observation.snapshot.base)
            if try world.objects.tree(at: folder, in: fresh.base) != pinned { return nil }
        }
        return ledger
    }

    private func opened() async throws(Problem) -> any Workbench {
        let files = try world.files(of: workspace, in: observation.snapshot.base)
        do throws(TerraformFailure) {
            return try await world.infrastructure.workbench(for: files)
        } catch {
            throw error.problem
        }
    }

    private func planned(_ bench: any Workbench) async throws(Problem) -> Plan {
        let targets = workspace.settings.targeted ? Set(manifests.flatMap(\.manifest.targets)).sorted() : []
        do throws(TerraformFailure) {
            try await bench.validate()
            return try await bench.plan(PlanOptions(lock: true, targets: targets))
        } catch {
            throw error.problem
        }
    }

    private func leave(_ lock: ObjectID, _ reason: String) async throws(Problem) -> Result {
        _ = try await publisher.finish([RefUpdate(keeper.name, from: lock, to: nil)])
        try record(.waiting, reason)
        return Result(outcomes: outcomes(.waiting, reason))
    }

    /// Gives the lock back after an error; what was applied and not recorded is found by the next run.
    func abandoned(_ lock: ObjectID, _ problem: Problem) async -> Result {
        var problems = [problem]
        do throws(Problem) {
            _ = try await publisher.finish([RefUpdate(keeper.name, from: lock, to: nil)])
            try record(.failed, problem.message)
        } catch {
            problems.append(error)
        }
        return Result(outcomes: outcomes(.failed, problem.message), problems: problems)
    }

    func outcomes(_ result: ApplyOutcome.Result, _ reason: String?) -> [ApplyOutcome] {
        manifests.map {
            ApplyOutcome(
                key: $0.manifest.key, approval: $0.approval, workspace: workspace.path, result: result, reason: reason)
        }
    }

    func record(_ result: ApplyOutcome.Result, _ reason: String?) throws(Problem) {
        for merged in manifests {
            try journal.record(
                "apply", result.rawValue, workspace: workspace.path, subject: merged.manifest.key.text,
                details: [
                    "approval": .string(merged.approval.text), "rule": .string(merged.manifest.rule),
                    "address": .string(merged.manifest.address),
                    "planDigest": .string(merged.manifest.planDigest.description),
                    "base": .string(observation.snapshot.base.hex),
                    "reason": reason.map(JSONValue.string) ?? .null,
                ].merging(attribution.details(of: merged)) { $1 })
        }
    }
}

extension Parity {
    /// One word for the history.
    var word: String {
        switch self {
        case .equal: "equal"
        case .nothingToDo: "nothing_to_do"
        case .different: "different"
        }
    }
}
