import Domain

extension World {
    /// What the base itself would change, if it were applied; nothing is locked.
    func plan(of files: WorkspaceFiles) async throws(Problem) -> Plan {
        do throws(TerraformFailure) {
            let bench = try await infrastructure.workbench(for: files)
            let result: Result<Plan, TerraformFailure>
            do throws(TerraformFailure) {
                try await bench.validate()
                result = .success(try await bench.plan(PlanOptions(lock: false)))
            } catch {
                result = .failure(error)
            }
            await bench.close()
            return try result.get()
        } catch {
            throw error.problem
        }
    }
}
