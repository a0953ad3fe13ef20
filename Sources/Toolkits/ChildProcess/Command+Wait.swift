import Dispatch
import Foundation
import Glibc
import SystemPackage

extension Command {
    /// Runs a child of milliseconds to its end on the calling thread, for callers that cannot suspend.
    ///
    /// At the deadline the child is killed; its standard streams are files, as in `run`.
    package func wait() throws(ChildProcessError) -> Completion {
        guard let path = Command.find(executable, in: environment["PATH"] ?? "") else {
            throw .notFound(executable: executable)
        }
        let files = try ChildFiles(command: self)
        defer { files.close() }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = environment
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle(fileDescriptor: files.input.rawValue)
        process.standardOutput = FileHandle(fileDescriptor: files.output.rawValue)
        process.standardError = FileHandle(fileDescriptor: files.errorOutput.rawValue)
        try finish(process)
        return try completion(process, files)
    }

    private func finish(_ process: Process) throws(ChildProcessError) {
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do {
            try process.run()
        } catch {
            throw .notStarted(executable: executable, reason: "\(error)")
        }
        guard ended.wait(timeout: .now() + limits.deadline.seconds) == .timedOut else { return }
        kill(process.processIdentifier, SIGKILL)
        ended.wait()
        throw .deadlinePassed(executable: executable, after: limits.deadline, errorText: "")
    }

    private func completion(_ process: Process, _ files: ChildFiles) throws(ChildProcessError) -> Completion {
        guard files.size <= limits.outputBytes else {
            throw .tooMuchOutput(executable: executable, limit: limits.outputBytes)
        }
        let isExit = process.terminationReason == .exit
        return Completion(
            exit: isExit ? .exited(process.terminationStatus) : .signaled(process.terminationStatus),
            output: ChildFiles.read(files.output, atMost: limits.outputBytes),
            errorOutput: ChildFiles.read(files.errorOutput, atMost: limits.outputBytes))
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
