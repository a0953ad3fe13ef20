/// How often a request is tried, and how long to wait in between; chance and waiting come from outside.
package struct Retry: Sendable {
    package var attempts: Int
    /// Seconds before the second attempt; doubled for each one after it.
    package var base: Double
    /// The longest wait in seconds.
    package var cap: Double
    /// A number from 0 up to 1.
    package var chance: @Sendable () -> Double
    package var sleep: @Sendable (Double) async throws -> Void

    package init(
        attempts: Int = 4, base: Double = 1, cap: Double = 30,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        sleep: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.attempts = attempts
        self.base = base
        self.cap = cap
        self.chance = chance
        self.sleep = sleep
    }

    /// Seconds to wait after an attempt (from 0) that failed, half to one and a half times the doubled base.
    ///
    /// A server's hint is never undercut, and exceeded by up to a fifth.
    package func wait(after attempt: Int, hint: Double? = nil) -> Double {
        var doubled = base
        for _ in 0..<min(attempt, 30) { doubled *= 2 }
        let own = min(cap, doubled) * (0.5 + chance())
        guard let hint else { return own }
        return max(own, hint) * (1 + chance() / 5)
    }
}
