import Dispatch
import Foundation
import Synchronization

/// Turns the first INT or TERM into a cancellation, and says which one it was.
final class Interruption: Sendable {
    private let received = Mutex<Int32?>(nil)

    /// 128 and the signal's number, as shells expect; nil without a signal.
    var exitCode: Int32? { received.withLock { $0.map { 128 + $0 } } }

    /// Runs a job that a signal cancels; the job still ends in its own time.
    func run<Value: Sendable>(_ job: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task.detached { try await job() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                self.received.withLock { $0 = $0 ?? number }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value
    }
}
