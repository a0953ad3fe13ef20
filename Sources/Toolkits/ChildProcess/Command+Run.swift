import Glibc
import Subprocess
import Synchronization
import SystemPackage

extension Command {
    /// Runs the child to its end, whatever its exit code is.
    ///
    /// Standard input, output and error are files, as a pipe would tie the child's life to this process; the child
    /// leads a session of its own, and every member of its group has been killed when the call ends.
    @concurrent
    package func run() async throws(ChildProcessError) -> Completion {
        guard let path = Command.find(executable, in: environment["PATH"] ?? "") else {
            throw .notFound(executable: executable)
        }
        guard !Task.isCancelled else { throw .cancelled(executable: executable, exit: nil) }
        let files = try ChildFiles(command: self)
        defer { files.close() }
        let supervision = Supervision(command: self, files: files)
        let exit = await withTaskCancellationHandler {
            await started(path, files, supervision)
        } onCancel: {
            supervision.cancel()
        }
        return try supervision.completion(try exit.get())
    }

    /// In a task of its own, so that cancelling the caller leaves the ending of the child to the supervision.
    private func started(
        _ path: String, _ files: ChildFiles, _ supervision: Supervision
    ) async -> Result<Completion.Exit, ChildProcessError> {
        let launch = launch(path)
        return await Task.detached {
            do {
                let result = try await Subprocess.run(
                    .path(FilePath(launch.path)), arguments: Arguments(launch.arguments),
                    environment: .custom(
                        Dictionary(
                            environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) },
                            uniquingKeysWith: { first, _ in first })),
                    workingDirectory: folder.map { FilePath($0) }, platformOptions: Self.ownSession,
                    input: .fileDescriptor(files.input, closeAfterSpawningProcess: false),
                    output: .fileDescriptor(files.output, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(files.errorOutput, closeAfterSpawningProcess: false)
                ) { execution in
                    onStart?(execution.processIdentifier.value)
                    await supervision.watch(execution.processIdentifier.value)
                }
                return .success(Completion.Exit(result.terminationStatus))
            } catch {
                return .failure(.notStarted(executable: executable, reason: "\(error)"))
            }
        }.value
    }

    private static var ownSession: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }

    /// The absolute path of the file that a name stands for; a name with a slash stands for itself.
    package static func find(_ name: String, in path: String) -> String? {
        let candidates =
            name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
        return candidates.first { access($0, X_OK) == 0 && !isFolder($0) }.map(absolute)
    }

    /// The child's folder is another, from where a relative path would lead elsewhere.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension Completion.Exit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signaled(signal)
        }
    }
}
