import ChildProcess
import Domain

extension GitCommand {
    func failure(_ operation: String, _ completion: Completion) -> Problem {
        let words = redact(completion.errorText).split(separator: "\n").filter { !$0.hasPrefix("hint:") }
        let said = words.suffix(4).joined(separator: " ").trimmed
        if let problem = exhaustion(operation, said) { return problem }
        return Problem(.passing, "\(operation): git said: \(said.isEmpty ? "nothing" : said)", hint: hint(said))
    }

    /// A limit that was reached, on this machine or of this run.
    private func exhaustion(_ operation: String, _ said: String) -> Problem? {
        if said.contains("File too large") {
            return Problem(
                .needsPerson, "\(operation): the remote sent more than \(settings.fileBytes >> 20) MiB at once",
                hint: "if the repository is so large, raise SPHINX_GIT_SIZE; if not, ask who runs the remote")
        }
        if said.contains("ut of memory") {
            return Problem(
                .needsPerson, "\(operation): git needs more than \(settings.memoryBytes >> 20) MiB of memory",
                hint: "if the repository is so large, raise SPHINX_GIT_MEMORY; if not, ask who runs the remote")
        }
        if said.contains("No space left on device") {
            return Problem(
                .needsPerson, "\(operation): no room is left in \(location.gitFolder)",
                hint: "make room on its disk, or name another folder")
        }
        return nil
    }

    private static let hints: [(words: [String], hint: String)] = [
        (
            ["Authentication failed", "could not read Username", "Permission denied", "error: 401", "error: 403"],
            "check SPHINX_GIT_TOKEN, or the credentials that git itself uses here"
        ),
        (
            ["error: 301", "error: 302", "error: 303", "error: 307", "error: 308"],
            "the remote redirects, which is not followed, as it would take the credentials along; "
                + "name the address that it leads to"
        ),
        (["not our ref"], "a ref of the remote leads to a commit that it does not hold; run 'git fsck' there"),
        (
            ["is this a git repository", "protocol error: unexpected", "bad line length"],
            "check the remote's address; what answers there does not speak git's protocol"
        ),
        (
            ["RPC failed", "early EOF", "unexpected disconnect", "hung up unexpectedly", "unexpected EOF"],
            "the connection was cut; the next run looks at what the remote has, and goes on from there"
        ),
        (["Could not resolve host", "unable to access"], "check the remote's address and the network"),
    ]

    private func hint(_ said: String) -> String? {
        Self.hints.first { $0.words.contains(where: said.contains) }?.hint
    }

    func problem(_ operation: String, _ error: ChildProcessError) -> Problem {
        switch error {
        case .notFound:
            Problem(.needsPerson, "\(operation): there is no 'git' command", hint: "install git")
        case .deadlinePassed(_, let after, _):
            Problem(
                .passing, "\(operation): git did not end within \(after.components.seconds) seconds and was stopped",
                hint: "the remote hangs or is very slow; see SPHINX_GIT_DEADLINE")
        case .tooMuchOutput:
            Problem(
                .needsPerson, "\(operation): the remote's answer is longer than \(outputBytes >> 20) MiB",
                hint: "ask who runs the remote")
        case .cancelled: Problem(.passing, "\(operation): interrupted")
        case .notStarted(_, let reason):
            Problem(
                .needsPerson, "\(operation): git could not be started: \(reason)",
                hint: "TMPDIR names the folder of temporary files, which has to be writable")
        }
    }
}
