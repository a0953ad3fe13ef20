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
        /// Texts that nothing may show, beside those that Terraform or the environment's names mark.
        package var knownSecrets: [String]
        package var deadline: Duration
        package var applyDeadline: Duration
        /// After an interrupt, for the calls that are under way.
        package var patience: Duration
        /// Keeps states of local files that were read before, without their secrets.
        package var cache: (any Cache)?
        /// Is given the workspace and each message of an apply while it runs, redacted.
        package var onApplyMessage: (@Sendable (String, String) -> Void)?

        package init(
            binary: String = "terraform", scratchFolder: String, localStateFolder: String? = nil,
            s3: [String: String] = [:], cliConfigFile: String? = nil, pluginCacheFolder: String? = nil,
            keptFolder: String, environment: [String: String], knownSecrets: [String] = [],
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
            self.knownSecrets = knownSecrets
            self.deadline = deadline
            self.applyDeadline = applyDeadline
            self.patience = patience
            self.cache = cache
            self.onApplyMessage = onApplyMessage
        }
    }
}
