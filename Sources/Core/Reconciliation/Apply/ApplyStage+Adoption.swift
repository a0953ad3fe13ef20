import Domain

extension ApplyStage {
    /// The lock as it is now, whatever came of it, and how an apply ended that outlived its run.
    struct Adoption {
        enum Ending {
            /// There was none, or it was cut off: what is left of it is planned.
            case unknown
            case completed(ApplyResult)
            case failed(TerraformFailure)
            case stopped(Problem)
        }

        let lock: ObjectID
        let ending: Ending
    }

    /// Waits for an apply that an earlier run of this machine began and did not see end; nil where the lock is lost.
    func adopted(_ lock: ObjectID, _ ledger: Ledger) async throws(Problem) -> Adoption? {
        let begun = manifests.compactMap {
            ledger.applying[Ledger.Entry(key: $0.manifest.key, approval: $0.approval)]
        }
        guard let record = begun.first, let holder = try holder(of: record) else {
            return Adoption(lock: lock, ending: .unknown)
        }
        // It may take as long as an apply.
        let renewed = try keeper.commit(seconds: settings.applyDeadline + settings.lease)
        guard try await publisher.claim([RefUpdate(keeper.name, from: lock, to: renewed)]).isEmpty else { return nil }
        do throws(Problem) {
            return Adoption(lock: renewed, ending: try await ending(of: holder))
        } catch {
            return Adoption(lock: renewed, ending: .stopped(error))
        }
    }

    private func ending(of holder: String) async throws(Problem) -> Adoption.Ending {
        let ending: ApplyEnding?
        do throws(TerraformFailure) {
            ending = try await world.infrastructure.adopted(from: holder, in: workspace.path)
        } catch {
            throw error.problem
        }
        switch ending {
        case nil: return .unknown
        case .completed(let result):
            try recordAdoption(from: holder, result.summary)
            return .completed(result)
        case .failed(let failure):
            try recordAdoption(from: holder, failure.problem.message)
            return .failed(failure)
        }
    }

    private func recordAdoption(from holder: String, _ summary: String) throws(Problem) {
        try journal.record(
            "apply", "adopted", workspace: workspace.path, subject: holder, details: ["summary": .string(summary)])
    }

    /// What is planned while the newest state is in a file here would be done a second time.
    func refuseOverKeptState() throws(Problem) {
        guard let file = try world.infrastructure.keptStates(of: workspace.path).first else { return }
        throw Problem(
            .needsPerson,
            "\(workspace.path): the state of an earlier apply could not be saved and is in \(file), so nothing is applied",
            hint: "recover it with 'sphinx state recover --workspace \(workspace.path)', or remove the file")
    }

    private func holder(of record: ObjectID) throws(Problem) -> String? {
        guard world.objects.contains(record) else { return nil }
        return Record(message: try world.objects.summary(of: record).message)?.holder
    }
}
