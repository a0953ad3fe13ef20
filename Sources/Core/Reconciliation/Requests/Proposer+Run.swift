import Domain

extension Proposer {
    /// The observation, with what stands on further branches.
    func observed(also names: [String] = []) async throws(Problems) -> Observation {
        do throws(Problem) {
            let observation = try await Observer(world: world, settings: settings).observe(also: names)
            try journal.record("snapshot", "done", subject: observation.snapshot.base.hex, details: observation.counts)
            return observation
        } catch {
            throw Problems([error])
        }
    }

    /// A repository without rules has the limits and the policy of rules that say none.
    func rules(in observation: Observation) throws(Problems) -> RuleSet {
        let file: SourceFile?
        do throws(Problem) {
            file = try world.objects.file(at: settings.rulesFile, in: observation.snapshot.base)
        } catch {
            throw Problems([error])
        }
        guard file != nil else { return RuleSet() }
        return try Reconciler(world: world, settings: settings).rules(in: observation)
    }

    func report(on observation: Observation, _ work: (inout RunReport) async -> Void) async -> RunReport {
        var report = RunReport(
            run: settings.run, baseBranch: observation.snapshot.baseBranch, isDryRun: settings.isDryRun)
        report.base = observation.snapshot.base
        await work(&report)
        report.pushes = publisher.pushes
        return report
    }
}

extension Observation {
    /// For the history.
    var counts: [String: JSONValue] {
        ["branch": .string(snapshot.baseBranch), "workspaces": .integer(Int64(workspaces.count))]
    }
}
