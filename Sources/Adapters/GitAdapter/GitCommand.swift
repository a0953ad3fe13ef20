import ChildProcess
import Domain
import Foundation

/// The `git` command, as a child that can be killed, for what goes over the network.
struct GitCommand: Sendable {
    /// Inherited; everything else of the environment stays outside.
    private static let kept = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy",
        "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    ]
    private static let keptPrefixes = ["XDG_", "GIT_SSH", "GIT_SSL_", "GIT_CONFIG", "GIT_ASKPASS", "GIT_PROXY"]

    let settings: GitSettings
    let location: RepositoryLocation

    /// The answer of a successful command; a failure is told in git's own words.
    func run(
        _ operation: String, _ arguments: [String], input: String = ""
    ) async throws(Problem) -> Completion {
        let completion = try await attempt(operation, arguments, input: input)
        guard completion.succeeded else { throw failure(operation, completion) }
        return completion
    }

    func attempt(_ operation: String, _ arguments: [String], input: String = "") async throws(Problem) -> Completion {
        let command = Command(
            "git",
            ["--git-dir", location.gitFolder, "-c", "gc.auto=0", "-c", "maintenance.auto=false"]
                + arguments,
            environment: try await environment(), folder: location.gitFolder, input: Array(input.utf8),
            limits: Limits(deadline: settings.deadline, outputBytes: 256 << 20))
        do throws(ChildProcessError) {
            return try await command.run()
        } catch {
            throw problem(operation, error)
        }
    }

    func failure(_ operation: String, _ completion: Completion) -> Problem {
        let words = redact(completion.errorText).split(separator: "\n").filter { !$0.hasPrefix("hint:") }
        let said = words.suffix(4).joined(separator: " ").trimmed
        return Problem(.passing, "\(operation): git said: \(said.isEmpty ? "nothing" : said)", hint: hint(said))
    }

    private func hint(_ said: String) -> String? {
        if ["Authentication failed", "could not read Username", "Permission denied", "403"].contains(
            where: said.contains)
        {
            return "check SPHINX_GIT_TOKEN, or the credentials that git itself uses here"
        }
        return said.contains("Could not resolve host") || said.contains("unable to access")
            ? "check the remote's address and the network" : nil
    }

    private func problem(_ operation: String, _ error: ChildProcessError) -> Problem {
        switch error {
        case .notFound:
            Problem(.needsPerson, "\(operation): there is no 'git' command", hint: "install git")
        case .deadlinePassed(_, let after, _):
            Problem(
                .passing, "\(operation): git did not end within \(after.components.seconds) seconds and was stopped",
                hint: "the remote hangs or is very slow; see SPHINX_GIT_DEADLINE")
        case .tooMuchOutput: Problem(.needsPerson, "\(operation): the remote's answer is longer than 256 MiB")
        case .cancelled: Problem(.passing, "\(operation): interrupted")
        case .notStarted(_, let reason): Problem(.needsPerson, "\(operation): git could not be started: \(reason)")
        }
    }

    // MARK: Environment

    private func environment() async throws(Problem) -> [String: String] {
        var environment = settings.environment.filter { name, _ in
            Self.kept.contains(name) || Self.keptPrefixes.contains { name.hasPrefix($0) }
        }
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_ALLOW_PROTOCOL"] = "file:http:https:ssh"
        environment["LC_ALL"] = "C"
        if let scratch = location.scratch {
            environment["GIT_OBJECT_DIRECTORY"] = scratch
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = location.objects
        }
        if let token = settings.token, let host = try await tokenHost(environment) {
            add(header: token, for: host, to: &environment)
        }
        return environment
    }

    /// Through the environment, so that the token stands in no argument list and no file.
    private func add(header token: Secret, for host: String, to environment: inout [String: String]) {
        let count = environment["GIT_CONFIG_COUNT"].flatMap(Int.init) ?? 0
        let credentials = Data("\(settings.tokenUser):\(token.reveal())".utf8).base64EncodedString()
        environment["GIT_CONFIG_KEY_\(count)"] = "http.\(host).extraHeader"
        environment["GIT_CONFIG_VALUE_\(count)"] = "Authorization: Basic \(credentials)"
        environment["GIT_CONFIG_COUNT"] = String(count + 1)
    }

    /// Scheme and host of an http remote; nil for any other, which gets no token.
    private func tokenHost(_ environment: [String: String]) async throws(Problem) -> String? {
        guard case .remote(let remote) = location.path else { return nil }
        let command = Command(
            "git", ["--git-dir", location.gitFolder, "ls-remote", "--get-url", remote], environment: environment)
        let text = (try? await command.run())?.outputText.trimmed ?? remote
        guard let url = URL(string: text), let scheme = url.scheme, scheme.hasPrefix("http"), let host = url.host()
        else {
            return nil
        }
        return "\(scheme)://\(host)\(url.port.map { ":\($0)" } ?? "")/"
    }

    /// Git's words, and its remote's, without passwords in URLs and without the token.
    func redact(_ text: String) -> String {
        let secrets = settings.token.map {
            [$0.reveal(), Data("\(settings.tokenUser):\($0.reveal())".utf8).base64EncodedString()]
        }
        return Redactor(secrets: secrets ?? []).redact(text)
    }
}
