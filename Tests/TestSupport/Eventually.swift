/// What a test waited for in vain.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}

/// Returns when something has happened; a test whose event never comes fails by its name, instead of hanging.
///
/// The patience is far beyond what any step takes, also where hundreds of tests share two cores.
package func eventually(
    _ event: String, patience: Duration = .seconds(600), _ hasHappened: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !hasHappened() {
        guard ContinuousClock.now - start < patience else {
            throw NeverHappened(description: "never happened: \(event)")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
