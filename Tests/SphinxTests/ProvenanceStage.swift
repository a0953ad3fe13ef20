import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport
import Testing

/// A stage on which the built command runs, with keys: a person's own, Sphinx's, and a stranger's.
struct ProvenanceStage {
    /// Of a proposal that needs no metric.
    static let rules = """
        rules:
          - id: large
            name: Large machine
            source: state
            resource: {type: terraform_data, where: {attributes: {input.size: large}}}
            fix: {attribute: input.size, value: small}

        """
    static let folders = ["web", "db"]

    let stage: LoopStage
    let keys: ThrowawayKeys
    let person: String
    let sphinx: String
    let stranger: String
    private var environment: [String: String] = [:]

    /// The policy's text in rules.yml, such as `merges`; nil is none.
    init(_ policy: String?, signs: Bool = true) async throws {
        let head = policy.map { "policy: {signatures: \($0)}\n" } ?? ""
        stage = try await LoopStage(
            Dictionary(
                uniqueKeysWithValues: Self.folders.map {
                    (
                        "workspaces/\($0)/main.tf",
                        LoopStage.machine("one", id: $0, size: $0 == "web" ? "large" : "small")
                    )
                }), rules: head + Self.rules)
        keys = try ThrowawayKeys()
        person = try await keys.ssh("person")
        sphinx = try await keys.ssh("sphinx")
        stranger = try await keys.ssh("stranger")
        environment["SPHINX_ALLOWED_SIGNERS"] = try keys.signers("people", [("person@example.com", "", person)])
        environment["SPHINX_MANIFEST_SIGNERS"] = try keys.signers("machines", [("sphinx", "", sphinx)])
        if signs { environment["SPHINX_SIGNING_KEY"] = sphinx }
        try await sign(with: nil)
    }

    // MARK: The person

    /// Everything that the person commits from now on.
    func sign(with key: String?, format: String = "ssh") async throws {
        for (name, value) in [
            ("commit.gpgsign", key == nil ? "false" : "true"), ("gpg.format", format), ("user.signingkey", key ?? ""),
        ] { try await Shell.git("config", name, value, in: stage.person) }
    }

    /// An empty commit that takes the base upon its signer.
    func vouch(for key: String, by signer: String?) async throws {
        try await sign(with: signer)
        try await Shell.git(
            "commit", "-q", "--allow-empty", "-m", "Vouch", "--trailer", "Sphinx-Vouch: \(key)", in: stage.person)
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: stage.person)
    }

    func head() async throws -> String {
        String(try await stage.refs()["refs/heads/main"]?.prefix(10) ?? "")
    }

    // MARK: Sphinx

    struct Proposed {
        let branch: String
        let key: String
        var manifest: String { "proposals/web/\(key)/proposal.json" }
        var plan: String { "proposals/web/\(key)/plan.txt" }
        var vouching: String {
            "; an allowed signer can vouch for what stands there: "
                + "git commit -S --allow-empty -m Vouch --trailer 'Sphinx-Vouch: \(key)'"
        }
        var restoring: String { "; restore the folder as Sphinx signed it, or revert the merge" }
    }

    func proposed() async throws -> Proposed {
        let report = try await run(["--only", "propose"])
        return Proposed(
            branch: try #require(report.value(at: "proposals.0.branch")?.string, "\(report)"),
            key: try #require(report.value(at: "proposals.0.key")?.string))
    }

    /// `applied`, or another result with its reason.
    func applied(_ more: [String: String] = [:]) async throws -> String {
        let outcome = try await run(["--only", "apply"], more).value(at: "applies.0")
        let result = outcome?["result"]?.string ?? "nothing"
        return result == "applied" ? result : "\(result): \(outcome?["reason"]?.string ?? "")"
    }

    /// What the history says of the last workspace whose signatures were good.
    func verified() throws -> JSONValue? {
        try stage.world().history.rows(HistoryFilter(action: "provenance", status: "verified")).last?.entry.details
    }

    /// What `doctor` says of signatures.
    func doctor(_ more: [String: String]) async throws -> String {
        let completion = try await stage.sphinx(["doctor"], environment.merging(more) { $1 })
        let line = completion.outputText.split(separator: "\n").first { $0.hasPrefix("signatures") }
        return try #require(line.map { String($0) }).trimmed
    }

    func run(_ arguments: [String], _ more: [String: String] = [:]) async throws -> JSONValue {
        let completion = try await stage.sphinx(
            ["reconcile", "--format", "json"] + arguments, environment.merging(more) { $1 })
        return try JSONDecoder().decode(JSONValue.self, from: Data(completion.output))
    }
}
