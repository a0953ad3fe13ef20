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

    /// Of what git prints; its standard error is a file as well.
    var outputBytes: Int { min(64 << 20, settings.fileBytes / 2) }

    let settings: GitSettings
    let location: RepositoryLocation

    /// The answer of a successful command; a failure is told in git's own words.
    func run(
        _ operation: String, _ arguments: [String], input: String = "", newObjects folder: String? = nil
    ) async throws(Problem) -> Completion {
        let completion = try await attempt(operation, arguments, input: input, newObjects: folder)
        guard completion.succeeded else { throw failure(operation, completion) }
        return completion
    }

    /// Redirects are not followed: git takes the headers of a host, a token among them, along to where it is sent.
    func attempt(
        _ operation: String, _ arguments: [String], input: String = "", newObjects folder: String? = nil
    ) async throws(Problem) -> Completion {
        let command = Command(
            "git",
            [
                "--git-dir", location.gitFolder, "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c",
                "http.followRedirects=false",
            ] + arguments,
            environment: try await environment(newObjects: folder ?? location.scratch), folder: location.gitFolder,
            input: Array(input.utf8),
            limits: Limits(
                deadline: settings.deadline, outputBytes: outputBytes, fileBytes: settings.fileBytes,
                memoryBytes: settings.memoryBytes))
        do throws(ChildProcessError) {
            return try await command.run()
        } catch {
            throw problem(operation, error)
        }
    }

    // MARK: Environment

    private func environment(newObjects folder: String?) async throws(Problem) -> [String: String] {
        var environment = settings.environment.filter { name, _ in
            Self.kept.contains(name) || Self.keptPrefixes.contains { name.hasPrefix($0) }
        }
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_ALLOW_PROTOCOL"] = "file:http:https:ssh"
        environment["LC_ALL"] = "C"
        if let folder {
            environment["GIT_OBJECT_DIRECTORY"] = folder
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Self.quoted(location.objects)
        }
        if let token = settings.token, let host = try await tokenHost(environment) {
            add(header: token, for: host, to: &environment)
        }
        return environment
    }

    /// In a list of paths a colon would begin the next one.
    private static func quoted(_ path: String) -> String {
        "\"\(path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
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
        // The brackets of an IPv6 address are no part of the host's name, and part of what git compares.
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(scheme)://\(name)\(url.port.map { ":\($0)" } ?? "")/"
    }

    /// Git's words, and its remote's, without passwords in URLs and without the token.
    func redact(_ text: String) -> String {
        let secrets = settings.token.map {
            [$0.reveal(), Data("\(settings.tokenUser):\($0.reveal())".utf8).base64EncodedString()]
        }
        return Redactor(secrets: secrets ?? []).redact(text)
    }
}
