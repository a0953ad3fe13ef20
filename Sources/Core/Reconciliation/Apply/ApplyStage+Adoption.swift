import Domain

extension ApplyStage {
    /// The lock as it is now, whatever came of it, and how an apply ended that outlived its run.
    struct Adoption {
        let lock: ObjectID
        let result: Swift.Result<ApplyResult?, Problem>
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

    private func ended(_ holder: String) async throws(Problem) -> ApplyResult? {
        let result: ApplyResult?
        do throws(TerraformFailure) {
            result = try await world.infrastructure.adopted(from: holder, in: workspace.path)
        } catch {
            throw error.problem
        }
        if let result {
            try journal.record(
                "apply", "adopted", workspace: workspace.path, subject: holder,
                details: ["summary": .string(result.summary)])
        }
        return result
    }

    private func holder(of record: ObjectID) throws(Problem) -> String? {
        guard world.objects.contains(record) else { return nil }
        return Record(message: try world.objects.summary(of: record).message)?.holder
    }
}
