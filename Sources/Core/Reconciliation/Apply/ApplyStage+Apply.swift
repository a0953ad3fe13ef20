import Domain
import Foundation

extension ApplyStage {
    /// Writes ahead, applies the saved plan, and records how it ended.
    func applied(
        _ plan: Plan, _ bench: any Workbench, _ lock: ObjectID, _ ledger: Ledger
    ) async throws(Problem) -> Result {
        try record("started", plan)
        let ahead = try await writtenAhead(lock, ledger)
        guard let ahead else { return try await leave(lost: "another job took the lock before the apply") }
        let outcome: ApplyResult
        do throws(TerraformFailure) {
            outcome = try await bench.apply()
        } catch {
            return error.isRefused ? await refused(error.problem, ahead) : await failed(error, ahead)
        }
        do throws(Problem) {
            return try await recorded(.applied, outcome.summary, ahead.lock, ahead.ledger, log: outcome.log)
        } catch {
            return await abandoned(ahead.lock, error)
        }
    }

    private func record(_ status: String, _ plan: Plan) throws(Problem) {
        try journal.record(
            "apply", status, workspace: workspace.path,
            subject: manifests.map(\.manifest.key.text).joined(separator: " "),
            details: [
                "approvals": .texts(manifests.map(\.approval.text)), "planDigest": .string(plan.digest.description),
                "plan": .string(plan.summary), "base": .string(observation.snapshot.base.hex),
            ])
    }

    struct WriteAhead {
        let lock: ObjectID
        let ledger: Ledger
    }

    /// One push: the lock holds for the whole apply, and `applying` says what began; nil where the lock is lost.
    private func writtenAhead(_ lock: ObjectID, _ ledger: Ledger) async throws(Problem) -> WriteAhead? {
        let renewed = try keeper.commit(seconds: settings.applyDeadline + settings.lease)
        let record = try recordCommit("applying", reason: nil)
        var updates = [RefUpdate(keeper.name, from: lock, to: renewed)]
        var ahead = ledger
        for merged in manifests {
            let entry = Ledger.Entry(key: merged.manifest.key, approval: merged.approval)
            updates.append(
                RefUpdate(
                    settings.names.applying(entry.key, entry.approval), from: ledger.applying[entry], to: record))
            ahead.note(applying: entry, record)
        }
        return try await publisher.claim(updates).isEmpty ? WriteAhead(lock: renewed, ledger: ahead) : nil
    }

    func leave(lost reason: String) async throws(Problem) -> Result {
        try record(.locked, reason)
        return Result(outcomes: outcomes(.locked, reason))
    }

    /// The ledger says applied; branch, tracking, write-ahead and lock go with the same push.
    func recorded(
        _ result: ApplyOutcome.Result, _ reason: String, _ lock: ObjectID, _ ledger: Ledger, log: String? = nil
    ) async throws(Problem) -> Result {
        let commit = try recordCommit(result.rawValue, reason: reason)
        var required: [RefUpdate] = []
        var optional: [Publisher.Group] = []
        for merged in manifests {
            let entry = Ledger.Entry(key: merged.manifest.key, approval: merged.approval)
            required.append(
                RefUpdate(settings.names.applied(entry.key, entry.approval), from: nil, to: commit))
            required += leftovers(of: entry, ledger) + pastFailures(of: entry, ledger)
            optional += withdrawals(of: merged)
        }
        optional.append(
            Publisher.Group(name: "lock", updates: [RefUpdate(keeper.name, from: lock, to: nil)]))
        let refused = try await publisher.finish([Publisher.Group(name: "ledger", updates: required)] + optional)
        if let refusal = refused["ledger"] {
            throw Problem(
                .passing, "\(workspace.path) is applied, but the ledger was not taken: \(refusal.reason)",
                hint: "the next run finds nothing left to change and records it")
        }
        try record(result, reason)
        if let log { try keep(log) }
        return Result(
            outcomes: outcomes(result, reason),
            problems: refused.sorted { $0.key < $1.key }.map { Self.leftBehind($0.key, $0.value.reason) })
    }

    private static func leftBehind(_ name: String, _ reason: String) -> Problem {
        Problem(.passing, "\(name) was not deleted with its applied proposal: \(reason)", hint: "delete it by hand")
    }

    func leftovers(of entry: Ledger.Entry, _ ledger: Ledger) -> [RefUpdate] {
        [
            ledger.applying[entry].map {
                RefUpdate(settings.names.applying(entry.key, entry.approval), from: $0, to: nil)
            },
            ledger.failed[entry].map {
                RefUpdate(settings.names.failed(entry.key, entry.approval), from: $0, to: nil)
            },
        ].compactMap { $0 }
    }

    /// Of approvals that this one came after.
    private func pastFailures(of entry: Ledger.Entry, _ ledger: Ledger) -> [RefUpdate] {
        ledger.failed.filter { $0.key.key == entry.key && $0.key != entry }
            .sorted { $0.key.approval < $1.key.approval }
            .map { RefUpdate(settings.names.failed($0.key.key, $0.key.approval), from: $0.value, to: nil) }
    }

    /// Deletes the branch that was merged, if it still is where Sphinx left it, and what tracks it.
    private func withdrawals(of merged: MergedManifest) -> [Publisher.Group] {
        let key = merged.manifest.key
        let isReplaced = merged.manifest.author == .approval
        let proposal = observation.tracked[key].flatMap { $0.approval == merged.approval || isReplaced ? $0 : nil }
        return [
            proposal.map { withdrawal($0, settings.names.tracked(key)) },
            observation.approvals[key].map { withdrawal($0, settings.names.trackedApproval(key)) },
        ].compactMap { $0 }
    }

    private func withdrawal(_ tracked: TrackedProposal, _ ref: String) -> Publisher.Group {
        var updates = [RefUpdate(ref, from: tracked.pushed, to: nil)]
        if tracked.isOpen {
            updates.append(RefUpdate(settings.names.head(tracked.branch), from: tracked.pushed, to: nil))
        }
        return Publisher.Group(name: tracked.branch, updates: updates)
    }

    func recordCommit(_ kind: String, reason: String?, done: [String]? = nil) throws(Problem) -> ObjectID {
        let record = Record(
            kind: kind, run: settings.run, holder: settings.holder, workspace: workspace.path, tree: workspace.tree,
            reason: reason.map(redactor.redact), done: done)
        return try world.objects.commit(try record.draft(at: world.now()))
    }
}
