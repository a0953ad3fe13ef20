package import Domain
package import Foundation

/// Everything outside that one run touches; a dry run is another world.
///
/// Whatever ports it is made of, what is published, recorded, logged and asked goes through the run's redactor.
package struct World: Sendable {
    package var objects: any ObjectStore
    package var remote: any Remote
    package var rules: any RuleBook
    package var metrics: any MetricSource
    /// Nil where plugins are not run.
    package var plugins: (any OpportunityFinder)?
    /// Nil where the policy's command is not run.
    package var planChecker: (any PlanChecker)?
    /// Nil without a key: then rules' own fixes are all that can be proposed.
    package var writer: (any ProposalWriter)?
    package var infrastructure: any Infrastructure
    /// Whether this machine has a key to sign with.
    package let signs: Bool
    /// Nil where signatures cannot be judged.
    package var verifier: (any SignatureVerifier)?
    package var history: any History
    package var cache: any Cache
    /// What no port may say.
    package let secrets: KnownSecrets
    package var now: @Sendable () -> Date
    /// Whether a lock's holder still runs; nil where that cannot be known, as on another machine.
    package var isRunning: @Sendable (Lock) -> Bool?
    package var progress: @Sendable (String) -> Void
    /// Asks a person the model's questions, and gives one answer for each; nil where nobody answers.
    package var inquire: (@Sendable ([String]) async -> [String]?)?

    package init(
        objects: any ObjectStore, remote: any Remote, rules: any RuleBook, metrics: any MetricSource,
        plugins: (any OpportunityFinder)? = nil, planChecker: (any PlanChecker)? = nil, writer: (any ProposalWriter)?,
        infrastructure: any Infrastructure, signer: (any Signer)? = nil, verifier: (any SignatureVerifier)? = nil,
        history: any History, cache: any Cache, secrets: KnownSecrets = KnownSecrets(),
        now: @escaping @Sendable () -> Date, isRunning: @escaping @Sendable (Lock) -> Bool? = { _ in nil },
        progress: @escaping @Sendable (String) -> Void = { _ in },
        inquire: (@Sendable ([String]) async -> [String]?)? = nil
    ) {
        self.objects = RedactingObjects(
            objects: SealingObjects(objects: objects, signer: signer), secrets: secrets)
        self.remote = remote
        self.rules = rules
        self.metrics = metrics
        self.plugins = plugins
        self.planChecker = planChecker
        self.writer = writer.map { RedactingWriter(writer: $0, secrets: secrets) }
        self.infrastructure = infrastructure
        self.verifier = verifier
        signs = signer != nil
        self.history = RedactingHistory(history: history, secrets: secrets)
        self.cache = cache
        self.secrets = secrets
        self.now = now
        self.isRunning = isRunning
        self.progress = { progress(secrets.redactor(for: nil).redact($0)) }
        self.inquire = inquire
    }
}
