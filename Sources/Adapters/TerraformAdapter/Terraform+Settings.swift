package import Domain

extension Terraform {
    package struct Settings: Sendable {
        /// A path or a name.
        package var binary: String
        /// Scratch folders are made below it.
        package var scratchFolder: String
        /// Where workspaces without a backend keep their states; nil refuses them.
        package var localStateFolder: String?
        /// `bucket`, `key` and `region` for S3 backends that leave them out.
        package var s3: [String: String]
        /// Instead of the one that Sphinx writes.
        package var cliConfigFile: String?
        /// Keeps downloaded providers; one `init` at a time works with it, as Terraform does not guard it.
        package var pluginCacheFolder: String?
        /// Where an `errored.tfstate` and the logs of failed applies are kept.
        package var keptFolder: String
        /// What Terraform's own environment is chosen from.
        package var environment: [String: String]
        /// What the run knows to be secret; what Terraform marks is added to it.
        package var secrets: KnownSecrets
        package var deadline: Duration
        package var applyDeadline: Duration
        /// After an interrupt, for the calls that are under way.
        package var patience: Duration
        /// Keeps states of local files that were read before, without their secrets.
        package var cache: (any Cache)?
        /// The process that applies, such as `host/1234`, under which the next run looks for what outlived this one.
        package var holder = ""
        /// Is given the workspace and each message of an apply while it runs, redacted.
        package var onApplyMessage: (@Sendable (String, String) -> Void)?

        package init(
            binary: String = "terraform", scratchFolder: String, localStateFolder: String? = nil,
            s3: [String: String] = [:], cliConfigFile: String? = nil, pluginCacheFolder: String? = nil,
            keptFolder: String, environment: [String: String], secrets: KnownSecrets = KnownSecrets(),
            deadline: Duration = .seconds(900), applyDeadline: Duration = .seconds(3_600),
            patience: Duration = .seconds(600), cache: (any Cache)? = nil,
            onApplyMessage: (@Sendable (String, String) -> Void)? = nil
        ) {
            self.binary = binary
            self.scratchFolder = scratchFolder
            self.localStateFolder = localStateFolder
            self.s3 = s3
            self.cliConfigFile = cliConfigFile
            self.pluginCacheFolder = pluginCacheFolder
            self.keptFolder = keptFolder
            self.environment = environment
            self.secrets = secrets
            self.deadline = deadline
            self.applyDeadline = applyDeadline
            self.patience = patience
            self.cache = cache
            self.onApplyMessage = onApplyMessage
        }
    }
}

extension Terraform.Settings {
    private static let words = ["SECRET", "TOKEN", "PASSWORD", "PASSPHRASE", "CREDENTIALS", "_KEY", "_KEY_ID"]
    private static let files: Set<String> = ["GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE"]

    /// What of Terraform's environment is secret by its name.
    var environmentSecrets: [String] {
        TerraformCommand.passed(environment).filter { Self.isSecret($0.key) && $0.value.count >= 8 }.map(\.value)
    }

    /// A variable's own name only counts at its end: `TF_VAR_token_ttl` is none.
    private static func isSecret(_ name: String) -> Bool {
        let upper = name.uppercased()
        if files.contains(upper) { return false }
        let isVariable = upper.hasPrefix("TF_VAR_")
        return words.contains { upper.hasSuffix($0) || (!isVariable && !$0.hasPrefix("_") && upper.contains($0)) }
    }
}
