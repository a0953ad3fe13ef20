import Glibc
import Synchronization

/// A process that a test has started, and whose number comes a moment later.
package final class StartedProcess: Sendable {
    private let number = Mutex<Int32?>(nil)

    package init() {}

    package func note(_ number: Int32) { self.number.withLock { $0 = number } }

    /// Waits for the number: a signal to process 0 would end the tests themselves.
    package var id: Int32 {
        get async throws {
            try await eventually("the process has a number") { number.withLock { $0 } != nil }
            return number.withLock { $0 } ?? -1
        }
    }

    package func signal(_ signal: Int32) async throws {
        let id = try await id
        guard id > 1 else { return }
        kill(id, signal)
    }
}
