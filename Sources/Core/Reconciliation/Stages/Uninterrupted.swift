import Domain

/// Runs a job to its end, also where the task that waits for it is cancelled.
func uninterrupted<Value: Sendable>(
    _ job: @escaping @Sendable () async throws(Problem) -> Value
) async throws(Problem) -> Value {
    let task = Task.detached { () async -> Result<Value, Problem> in
        do throws(Problem) {
            return .success(try await job())
        } catch {
            return .failure(error)
        }
    }
    return try await task.value.get()
}
