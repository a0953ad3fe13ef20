import Domain

extension ApplyStage {
    /// The lock as it is now, whatever came of it, and how an apply ended that outlived its run.
    struct Adoption {
        let lock: ObjectID
        let result: Swift.Result<ApplyEnding?, Problem>
    }

    /// Waits for an apply that an earlier run of this machine began and did not see end; nil where the lock is lost.
    func adopted(_ lock: ObjectID, _ ledger: Ledger) async throws(Problem) -> Adoption? {
        let begun = manifests.compactMap {
            ledger.applying[Ledger.Entry(key: $0.manifest.key, approval: $0.approval)]
        }
        guard let record = begun.first, let holder = try holder(of: record) else {
            return Adoption(lock: lock, result: .success(nil))
        }
        // It may take as long as an apply.
        let renewed = try keeper.commit(seconds: settings.applyDeadline + settings.lease)
        guard try await publisher.push([RefUpdate(keeper.name, from: lock, to: renewed)]).isEmpty else { return nil }
        do throws(Problem) {
            return Adoption(lock: renewed, result: .success(try await ended(holder)))
        } catch {
            return Adoption(lock: renewed, result: .failure(error))
        }
    }

    private func ended(_ holder: String) async throws(Problem) -> ApplyEnding? {
        let ending: ApplyEnding?
        do throws(TerraformFailure) {
            ending = try await world.infrastructure.adopted(from: holder, in: workspace.path)
        } catch {
            throw error.problem
        }
        if case .completed(let result) = ending {
            try journal.record(
                "apply", "adopted", workspace: workspace.path, subject: holder,
                details: ["summary": .string(result.summary)])
        }
        return ending
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
