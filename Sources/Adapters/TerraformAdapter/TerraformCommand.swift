import ChildProcess
import Domain

/// Starts Terraform with an environment that is built, not inherited.
struct TerraformCommand: Sendable {
    private static let kept: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy",
        "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSH_AUTH_SOCK",
        "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "GOOGLE_PROJECT", "GOOGLE_REGION", "GOOGLE_ZONE",
        "GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "KUBECONFIG", "KUBE_CONFIG_PATH",
    ]
    private static let keptPrefixes = ["AWS_", "ARM_", "AZURE_", "CLOUDSDK_", "TF_VAR_", "TF_TOKEN_", "VAULT_"]

    let settings: Terraform.Settings
    /// Named in what goes wrong.
    let workspace: String?
    let folder: String
    let dataFolder: String
    let configFile: String

    func run(
        _ step: String, _ arguments: [String], outputFile: String? = nil,
        onLine: (@Sendable (String) -> Void)? = nil, onStart: (@Sendable (Int32) -> Void)? = nil
    ) async throws(TerraformFailure) -> Completion {
        guard let binary = Command.find(settings.binary, in: settings.environment["PATH"] ?? "") else {
            throw failure(
                step, .needsPerson, "there is no '\(settings.binary)' command",
                hint: "install Terraform, or name it in TERRAFORM_BINARY")
        }
        let isApply = step == "apply"
        // The shell narrows the file mode and becomes Terraform: states and plans hold secrets.
        let command = Command(
            "/bin/sh", ["-c", "umask 077; exec \"$@\"", "sh", binary, step] + arguments, environment: environment,
            folder: folder,
            limits: Limits(deadline: isApply ? settings.applyDeadline : settings.deadline, outputBytes: 256 << 20),
            termination: isApply ? .interruptOnce(patience: settings.patience) : .group, outputFile: outputFile,
            onLine: onLine, onStart: onStart)
        do throws(ChildProcessError) {
            return try await command.run()
        } catch {
            throw failure(step, error)
        }
    }

    /// What of an environment Terraform and its providers may see; `TF_CLI_ARGS` and the like would steer it.
    static func passed(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in kept.contains(name) || keptPrefixes.contains { name.hasPrefix($0) } }
    }

    private var environment: [String: String] {
        var environment = Self.passed(settings.environment)
        environment["TF_DATA_DIR"] = dataFolder
        environment["TF_CLI_CONFIG_FILE"] = configFile
        environment["TF_IN_AUTOMATION"] = "1"
        environment["TF_INPUT"] = "0"
        environment["CHECKPOINT_DISABLE"] = "1"
        return environment
    }

    private func failure(_ step: String, _ error: ChildProcessError) -> TerraformFailure {
        let isApply = step == "apply"
        switch error {
        case .notFound(let executable), .notStarted(let executable, _):
            return failure(step, .needsPerson, "terraform \(step): '\(executable)' could not be started")
        case .deadlinePassed(_, let after, _):
            return failure(
                step, .needsPerson,
                "terraform \(step) did not end within \(after.components.seconds) seconds and was stopped",
                hint: isApply ? Self.lookHint : nil)
        case .tooMuchOutput(_, let limit):
            return failure(
                step, .needsPerson, "terraform \(step) printed more than \(limit >> 20) MiB and was stopped",
                hint: isApply ? Self.lookHint : nil)
        case .cancelled(_, let exit):
            guard isApply, exit != nil else { return failure(step, .passing, "terraform \(step) was interrupted") }
            return failure(step, .needsPerson, "terraform apply was interrupted", hint: Self.lookHint)
        }
    }

    private static let lookHint = "look at the workspace's state and lock before anything else is applied"

    private func failure(
        _ step: String, _ kind: Problem.Kind, _ message: String, hint: String? = nil
    ) -> TerraformFailure {
        let subject = workspace.map { "\($0): " } ?? ""
        return TerraformFailure(
            step: step, diagnostics: [], problem: Problem(kind, "\(subject)\(message)", hint: hint))
    }
}
