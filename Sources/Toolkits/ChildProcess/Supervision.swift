import Glibc
import Synchronization

/// Watches one child until it ends, and ends it where it may not go on.
final class Supervision: Sendable {
    private enum Cause {
        case deadline, output, cancelled
    }

    private struct State {
        var isCancelled = false
        var cause: Cause?
    }

    private let command: Command
    private let files: ChildFiles
    private let state = Mutex(State())

    init(command: Command, files: ChildFiles) {
        self.command = command
        self.files = files
    }

    func cancel() {
        state.withLock { $0.isCancelled = true }
    }

    /// Returns when the child has ended; it is left to be reaped, its group is gone.
    func watch(_ pid: pid_t) async {
        let start = ContinuousClock.now
        var lines = command.onLine.map { LineFollower(file: files.output, sink: $0) }
        while !Self.hasEnded(pid) {
            if let cause = cause(start: start) {
                state.withLock { $0.cause = cause }
                await end(pid)
                break
            }
            lines?.follow()
            try? await Task.sleep(for: Self.pause(after: ContinuousClock.now - start))
        }
        kill(-pid, SIGKILL)
        state.withLock { if $0.cause == nil, isTooLarge { $0.cause = .output } }
        lines?.finish(atMost: command.limits.outputBytes)
    }

    /// An eighth of the time so far: a short child is not waited for in vain, a long one costs nothing.
    private static func pause(after time: Duration) -> Duration {
        max(.milliseconds(1), min(time / 8, .milliseconds(25)))
    }

    private var isTooLarge: Bool { files.size > command.limits.outputBytes }

    private func cause(start: ContinuousClock.Instant) -> Cause? {
        if state.withLock({ $0.isCancelled }) { return .cancelled }
        if isTooLarge { return .output }
        return ContinuousClock.now - start >= command.limits.deadline ? .deadline : nil
    }

    private func end(_ pid: pid_t) async {
        switch command.termination {
        case .group:
            kill(-pid, SIGTERM)
            await wait(for: pid, atMost: .seconds(2))
        case .interruptOnce(let patience):
            kill(pid, SIGINT)
            await wait(for: pid, atMost: patience)
        }
    }

    private func wait(for pid: pid_t, atMost patience: Duration) async {
        let start = ContinuousClock.now
        while !Self.hasEnded(pid), ContinuousClock.now - start < patience {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Looks without reaping, as that is the library's to do.
    static func hasEnded(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo != 0
    }

    /// What the child did, or why it was ended.
    func completion(_ exit: Completion.Exit) throws(ChildProcessError) -> Completion {
        let limit = command.limits.outputBytes
        switch state.withLock({ $0.cause }) {
        case .cancelled: throw .cancelled(executable: command.executable, exit: exit)
        case .output: throw .tooMuchOutput(executable: command.executable, limit: limit)
        case .deadline:
            throw .deadlinePassed(
                executable: command.executable, after: command.limits.deadline,
                errorText: String(decoding: errorOutput(last: 2_000), as: UTF8.self))
        case nil:
            return Completion(
                exit: exit, output: ChildFiles.read(files.output, atMost: limit), errorOutput: errorOutput(last: limit))
        }
    }

    /// Where both streams have one file, it is the output.
    private func errorOutput(last count: Int) -> [UInt8] {
        guard command.outputFile == nil else { return [] }
        let size = ChildFiles.size(of: files.errorOutput)
        return ChildFiles.read(files.errorOutput, from: max(0, size - count), atMost: count)
    }
}
