import Domain

extension World {
    /// What some code would change, if it were applied as it is; nothing is locked.
    func plan(of files: WorkspaceFiles, targets: [String] = []) async throws(Problem) -> Plan {
        do throws(TerraformFailure) {
            let bench = try await infrastructure.workbench(for: files)
            let result: Result<Plan, TerraformFailure>
            do throws(TerraformFailure) {
                try await bench.validate()
                result = .success(try await bench.plan(PlanOptions(lock: false, targets: targets)))
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
