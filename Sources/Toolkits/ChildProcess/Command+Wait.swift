import Glibc
import SystemPackage

extension Command {
    /// glibc's POSIX_SPAWN_SETSID, which Swift does not see.
    private static let ownSession: Int32 = 0x80
    /// Descriptors that the child does not get, whoever opened them.
    private static let mostFiles: Int32 = 256

    /// Runs a child of milliseconds to its end on the calling thread, for callers that cannot suspend.
    ///
    /// The child leads a session of its own. At the deadline its whole group is killed; its streams are files, as in `run`,
    /// and it works in the caller's folder.
    package func wait() throws(ChildProcessError) -> Completion {
        guard let path = Command.find(executable, in: environment["PATH"] ?? "") else {
            throw .notFound(executable: executable)
        }
        guard folder == nil else {
            throw .notStarted(executable: executable, reason: "it cannot be waited for in another folder")
        }
        let files = try ChildFiles(command: self)
        defer { files.close() }
        let child = try spawned(path, files)
        let hasEnded = Self.ends(child, within: limits.deadline)
        kill(-child, SIGKILL)
        let exit = Self.reaped(child)
        guard hasEnded else {
            throw .deadlinePassed(executable: executable, after: limits.deadline, errorText: "")
        }
        guard files.size <= limits.outputBytes else {
            throw .tooMuchOutput(executable: executable, limit: limits.outputBytes)
        }
        return Completion(
            exit: exit, output: ChildFiles.read(files.output, atMost: limits.outputBytes),
            errorOutput: ChildFiles.read(files.errorOutput, atMost: limits.outputBytes))
    }

    // MARK: Starting

    private func spawned(_ path: String, _ files: ChildFiles) throws(ChildProcessError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, file) in [files.input, files.output, files.errorOutput].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file.rawValue, Int32(number))
        }
        for number in 3..<Self.mostFiles { posix_spawn_file_actions_addclose(&actions, number) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(Self.ownSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var child = pid_t()
        let launch = launch(path)
        let code = Self.withStrings([launch.path] + launch.arguments) { arguments in
            Self.withStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&child, launch.path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            throw .notStarted(executable: executable, reason: String(cString: strerror(code)))
        }
        return child
    }

    private static func withStrings<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let strings = texts.map { strdup($0) }
        defer { for string in strings { free(string) } }
        return body(strings + [nil])
    }

    // MARK: Ending

    private static func ends(_ child: pid_t, within deadline: Duration) -> Bool {
        let start = ContinuousClock.now
        while !Supervision.hasEnded(child) {
            if ContinuousClock.now - start >= deadline { return false }
            usleep(1_000)
        }
        return true
    }

    private static func reaped(_ child: pid_t) -> Completion.Exit {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
    }
}
