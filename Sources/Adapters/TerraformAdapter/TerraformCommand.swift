import ChildProcess
import Domain

/// Starts Terraform with an environment that is built, not inherited.
struct TerraformCommand: Sendable {
    private static let kept: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy",
        "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSH_AUTH_SOCK",
        "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "GOOGLE_PROJECT", "GOOGLE_REGION", "GOOGLE_ZONE",
        "GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "KUBECONFIG", "KUBE_CONFIG_PATH",
    ]
    private static let keptPrefixes = ["AWS_", "ARM_", "AZURE_", "CLOUDSDK_", "TF_VAR_", "TF_TOKEN_", "VAULT_"]
    private static let secretWords = ["SECRET", "TOKEN", "PASSWORD", "CREDENTIALS", "_KEY"]

    let settings: Terraform.Settings
    let folder: String
    let dataFolder: String
    let configFile: String

    func run(
        _ step: String, _ arguments: [String], outputFile: String? = nil
    ) async throws(TerraformFailure) -> Completion {
        guard let binary = Command.find(settings.binary, in: settings.environment["PATH"] ?? "") else {
            throw failure(
                step,
                Problem(
                    .needsPerson, "there is no '\(settings.binary)' command",
                    hint: "install Terraform, or name it in TERRAFORM_BINARY"))
        }
        let isApply = step == "apply"
        // The shell narrows the file mode and becomes Terraform: states and plans hold secrets.
        let command = Command(
            "/bin/sh", ["-c", "umask 077; exec \"$@\"", "sh", binary, step] + arguments, environment: environment,
            folder: folder,
            limits: Limits(deadline: isApply ? settings.applyDeadline : settings.deadline, outputBytes: 256 << 20),
            termination: isApply ? .interruptOnce(patience: settings.patience) : .group, outputFile: outputFile)
        do throws(ChildProcessError) {
            return try await command.run()
        } catch {
            throw failure(step, problem(step, error))
        }
    }

    /// What Terraform's children may see; `TF_CLI_ARGS` and the like would steer it.
    private var environment: [String: String] {
        var environment = settings.environment.filter { name, _ in
            Self.kept.contains(name) || Self.keptPrefixes.contains { name.hasPrefix($0) }
        }
        environment["TF_DATA_DIR"] = dataFolder
        environment["TF_CLI_CONFIG_FILE"] = configFile
        environment["TF_IN_AUTOMATION"] = "1"
        environment["TF_INPUT"] = "0"
        environment["CHECKPOINT_DISABLE"] = "1"
        return environment
    }

    /// Values of the environment that no output may show.
    var secrets: [String] {
        environment.filter { name, _ in Self.secretWords.contains { name.uppercased().contains($0) } }.map(\.value)
    }

    private func problem(_ step: String, _ error: ChildProcessError) -> Problem {
        switch error {
        case .notFound(let executable), .notStarted(let executable, _):
            Problem(.needsPerson, "terraform \(step): '\(executable)' could not be started")
        case .deadlinePassed(_, let after, _):
            Problem(
                .needsPerson,
                "terraform \(step) did not end within \(after.components.seconds) seconds and was stopped",
                hint: step == "apply" ? "look at the workspace's state and lock before anything else" : nil)
        case .tooMuchOutput(_, let limit):
            Problem(.needsPerson, "terraform \(step) printed more than \(limit >> 20) MiB and was stopped")
        case .cancelled: Problem(.passing, "terraform \(step) was interrupted")
        }
    }

    private func failure(_ step: String, _ problem: Problem) -> TerraformFailure {
        TerraformFailure(step: step, diagnostics: [], problem: problem)
    }
}
