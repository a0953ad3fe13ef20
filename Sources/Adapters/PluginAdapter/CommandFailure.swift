import ChildProcess
import Domain

/// What a command did wrong, in one sentence with its own last words.
struct CommandFailure {
    private static let mostWords = 600
    /// Of what is looked through for secrets before it is cut.
    private static let mostRead = 20_000

    let command: RepositoryCommand

    private var name: String { command.name }
    private var seconds: String { DurationText.text(command.timeout) }

    func problem(_ error: ChildProcessError) -> Problem {
        switch error {
        case .notFound(let executable):
            let program = executable.split(separator: "/").last.map(String.init) ?? executable
            return Problem(
                .needsPerson, "\(name): its program '\(program)' is not there or has no run bit",
                hint: "install it where Sphinx runs, or correct the command")
        case .notStarted(_, let reason):
            return Problem(.needsPerson, "\(name) could not be started: \(reason)")
        case .deadlinePassed(_, _, let errorText):
            return Problem(
                .needsPerson, "\(name) did not end within \(seconds) and was stopped\(said(errorText))",
                hint: "make it faster, or raise 'timeout' in \(command.settings)")
        case .tooMuchOutput(_, let limit):
            return Problem(
                .needsPerson, "\(name) printed more than \(limit >> 20) MiB and was stopped",
                hint: "print \(command.answer)")
        case .cancelled: return Problem(.passing, "\(name) was interrupted")
        }
    }

    func problem(_ completion: Completion) -> Problem? {
        switch completion.exit {
        case .exited(0): nil
        case .exited(let code):
            Problem(.needsPerson, "\(name) ended with exit code \(code)\(said(completion.errorText))")
        case .signaled(let signal):
            Problem(.needsPerson, "\(name) was ended by signal \(signal)\(said(completion.errorText))")
        }
    }

    /// An answer that is not what the protocol wants.
    func problem(answer: String, _ completion: Completion) -> Problem {
        Problem(
            .needsPerson, "\(name): \(answer)\(said(completion.errorText))",
            hint: "the protocol is described in 'Writing a plugin'")
    }

    /// The end of its standard error on one line, without control characters.
    private func said(_ text: String) -> String {
        let words = Redactor.plain.redact(String(text.suffix(Self.mostRead))).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                ? " " : Character(scalar)
        }
        let line = String(words).split(separator: " ").joined(separator: " ")
        return line.isEmpty ? "" : "; it said: \(line.suffix(Self.mostWords))"
    }
}
