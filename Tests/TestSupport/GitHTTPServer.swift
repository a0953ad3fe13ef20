import Foundation

/// `git http-backend` behind lighttpd with basic authentication, on a free loopback port.
package final class GitHTTPServer: Sendable {
    package let url: String
    package static let user = "robot"
    package static let password = "canary-password"
    private let process: Process
    private let folder: TemporaryFolder

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Serves the repositories below a folder.
    package init(root: String) async throws {
        folder = try TemporaryFolder()
        let port = try Self.freePort()
        url = "http://127.0.0.1:\(port)"
        let backend =
            try await Shell.git("--exec-path").trimmingCharacters(in: .whitespacesAndNewlines) + "/git-http-backend"
        try folder.write("\(Self.user):\(Self.password)\n", to: "users")
        let configuration = """
            server.document-root = "\(root)"
            server.bind = "127.0.0.1"
            server.port = \(port)
            server.modules = ("mod_auth", "mod_authn_file", "mod_setenv", "mod_alias", "mod_cgi")
            server.errorlog = "\(folder.file("errors"))"
            alias.url = ("/" => "\(backend)/")
            cgi.assign = ("" => "")
            setenv.set-environment = ("GIT_PROJECT_ROOT" => "\(root)", "GIT_HTTP_EXPORT_ALL" => "1")
            auth.backend = "plain"
            auth.backend.plain.userfile = "\(folder.file("users"))"
            auth.require = ("" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))

            """
        try folder.write(configuration, to: "lighttpd.conf")
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["lighttpd", "-D", "-f", folder.file("lighttpd.conf")]
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try await waitForAnswer()
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    private func waitForAnswer() async throws {
        try await eventually("lighttpd answers") {
            guard process.isRunning else {
                throw Failure(description: "lighttpd did not come up: \((try? folder.read("errors")) ?? "")")
            }
            return try await answers()
        }
    }

    /// Whatever git says of a repository that is not there.
    private func answers() async throws -> Bool {
        do {
            try await Shell.run("git", ["ls-remote", "\(url)/none"], environment: Shell.gitEnvironment)
            return true
        } catch {
            return !"\(error)".contains("Failed to connect") && !"\(error)".contains("Couldn't connect")
        }
    }

    private static func freePort() throws -> Int {
        try LoopbackServer { _ in .hang }.port
    }
}
