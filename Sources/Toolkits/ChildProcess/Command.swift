/// A program to start, with everything that it will see.
package struct Command: Sendable {
    /// A path, or a name that is looked up in the `PATH` of `environment`.
    package var executable: String
    package var arguments: [String]
    /// The whole environment of the child; nothing is inherited.
    package var environment: [String: String]
    package var folder: String?
    /// Read by the child as standard input; empty means `/dev/null`.
    package var input: [UInt8]
    package var limits: Limits
    package var termination: Termination
    /// Takes standard output and standard error, and stays; the answer's `output` is then its text.
    package var outputFile: String?
    /// Is given each line of standard output while the child runs.
    package var onLine: (@Sendable (String) -> Void)?
    /// Is given the child's process id when it runs.
    package var onStart: (@Sendable (Int32) -> Void)?

    package init(
        _ executable: String, _ arguments: [String], environment: [String: String], folder: String? = nil,
        input: [UInt8] = [], limits: Limits = Limits(), termination: Termination = .group, outputFile: String? = nil,
        onLine: (@Sendable (String) -> Void)? = nil, onStart: (@Sendable (Int32) -> Void)? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.input = input
        self.limits = limits
        self.termination = termination
        self.outputFile = outputFile
        self.onLine = onLine
        self.onStart = onStart
    }
}

/// How long a child may run, and how much it may print.
package struct Limits: Sendable {
    package var deadline: Duration
    /// Of standard output and of standard error, each; a child that prints more is ended.
    package var outputBytes: Int
    /// Of any file that the child or what it starts writes, where a write beyond it fails; nil sets no limit.
    package var fileBytes: Int?
    /// Of the child and of each process that it starts, where an allocation beyond it fails; nil sets no limit.
    package var memoryBytes: Int?

    package init(
        deadline: Duration = .seconds(60), outputBytes: Int = 64 << 20, fileBytes: Int? = nil, memoryBytes: Int? = nil
    ) {
        self.deadline = deadline
        self.outputBytes = outputBytes
        self.fileBytes = fileBytes
        self.memoryBytes = memoryBytes
    }
}

/// How a child is ended at its deadline or when its task is cancelled.
package enum Termination: Sendable {
    /// TERM to the whole process group, KILL two seconds later; no member of the group survives.
    case group
    /// One INT to the child alone, then patience until it is done; KILL to the group only after the patience.
    case interruptOnce(patience: Duration)
}

/// A child that ended by itself.
package struct Completion: Sendable {
    package enum Exit: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
    }

    package let exit: Exit
    package let output: [UInt8]
    package let errorOutput: [UInt8]

    package init(exit: Exit, output: [UInt8], errorOutput: [UInt8]) {
        self.exit = exit
        self.output = output
        self.errorOutput = errorOutput
    }

    package var succeeded: Bool { exit == .exited(0) }
    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// A child that could not be started, or that had to be ended.
package enum ChildProcessError: Error, Equatable, Sendable {
    case notFound(executable: String)
    case notStarted(executable: String, reason: String)
    case deadlinePassed(executable: String, after: Duration, errorText: String)
    case tooMuchOutput(executable: String, limit: Int)
    /// Without an exit where it was never started.
    case cancelled(executable: String, exit: Completion.Exit?)
}
