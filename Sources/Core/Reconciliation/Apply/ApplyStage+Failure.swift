import Domain
import Foundation

extension ApplyStage {
    /// Terraform did nothing: what was written ahead is taken back with the lock, and the next run plans again.
    func refused(_ problem: Problem, _ ahead: WriteAhead) async -> Result {
        var updates = [RefUpdate(keeper.name, from: ahead.lock, to: nil)]
        for entry in entries {
            updates += leftovers(of: entry, ahead.ledger).filter { !$0.name.contains("/failed/") }
        }
        var problems = [problem]
        do throws(Problem) {
            problems += Self.told(
                try await publisher.finish(updates), "nothing was applied, but what was written ahead stayed in")
            try record(.failed, problem.message)
        } catch {
            problems.append(error)
        }
        return Result(outcomes: outcomes(.failed, problem.message), problems: problems)
    }

    /// A failed apply is never tried again by itself: `failed` stands in the ledger until a person approves anew.
    func failed(_ failure: TerraformFailure, _ ahead: WriteAhead) async -> Result {
        var problems = [failure.problem]
        let partial = failure.partial ?? PartialApply(log: "")
        let (done, left) = partial.divided(manifests.flatMap(\.manifest.changes))
        let reason = failure.problem.message + Self.sentence(done: done, left: left)
        do throws(Problem) {
            let commit = try recordCommit("failed", reason: reason, done: done)
            problems += Self.told(
                try await publisher.finish(failing(with: commit, ahead)), "the failed apply was not recorded in")
            try record(.failed, reason)
            try keep(partial.log)
        } catch {
            problems.append(error)
            // The write-ahead stays, from which the next run goes on; it needs the lock for that.
            _ = try? await publisher.finish([RefUpdate(keeper.name, from: ahead.lock, to: nil)])
        }
        return Result(outcomes: outcomes(.failed, reason), problems: problems)
    }

    func keep(_ log: String) throws(Problem) {
        guard !log.isEmpty else { return }
        try journal.record("log", "kept", workspace: workspace.path, details: ["log": .string(log)])
    }

    private var entries: [Ledger.Entry] {
        manifests.map { Ledger.Entry(key: $0.manifest.key, approval: $0.approval) }
    }

    private func failing(with commit: ObjectID, _ ahead: WriteAhead) -> [RefUpdate] {
        var updates = [RefUpdate(keeper.name, from: ahead.lock, to: nil)]
        for entry in entries {
            updates += leftovers(of: entry, ahead.ledger).filter { !$0.name.contains("/failed/") }
            updates.append(
                RefUpdate(
                    settings.names.failed(entry.key, entry.approval), from: ahead.ledger.failed[entry], to: commit))
        }
        return updates
    }

    private static func told(_ rejections: [RefRejection], _ words: String) -> [Problem] {
        rejections.filter { !$0.isCollateral }.map {
            Problem(
                .passing, "\(words) \($0.name): \($0.reason)", hint: "the next run that gets the lock goes on from it")
        }
    }

    private static func sentence(done: [String], left: [String]) -> String {
        let parts = [("done", done), ("left", left)].filter { !$0.1.isEmpty }
        return parts.map { "; \($0.0): \($0.1.joined(separator: ", "))" }.joined()
    }
}
