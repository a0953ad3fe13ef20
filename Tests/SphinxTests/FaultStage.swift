import ChildProcess
import Domain
import Foundation
import Reconciliation
import TestSupport

/// What is to be done in a repository when the fault strikes.
enum FaultScenario: String, CaseIterable, Sendable {
    /// A machine that a rule wants smaller.
    case proposing
    /// The proposal is merged.
    case applying
    /// It is merged, and Terraform fails.
    case failing
    /// It is merged, and the infrastructure has moved since.
    case drifted
    /// It is open, and its rule is gone.
    case withdrawing

    /// In the order in which a run passes them.
    var points: [String] {
        let start = ["fetch", "record-snapshot-done"]
        let lock = ["push-lock", "record-lock-taken", "reread", "validate", "plan-apply"]
        switch self {
        case .proposing:
            return start + [
                "state", "record-analyse-firing", "plan", "push-proposal", "record-propose-created",
                "fetch-history", "push-history",
            ]
        case .applying:
            return start + lock + [
                "record-parity-equal", "record-apply-started", "push-ahead", "apply", "push-ledger",
                "record-apply-applied", "record-log-kept", "fetch-history", "push-history",
            ]
        case .failing: return ["push-failure", "record-apply-failed"]
        case .drifted: return ["record-parity-different", "push-approval", "record-approval-created"]
        case .withdrawing: return ["push-withdrawal", "record-propose-superseded"]
        }
    }
}

/// One passage of one step, and what happens there.
struct Fault: Sendable, CustomStringConvertible {
    enum Side: String, CaseIterable, Sendable {
        case before, after
    }

    enum Action: String, CaseIterable, Sendable {
        case kill, error
    }

    let scenario: FaultScenario
    let point: String
    let side: Side
    let action: Action

    var description: String { "\(scenario.rawValue): \(action.rawValue) \(side.rawValue) \(point)" }

    /// What is shared of the history is told in a notice, and the next run shares it.
    var isOnlyNoticed: Bool { point.hasSuffix("-history") }

    static let all = FaultScenario.allCases.flatMap { scenario in
        scenario.points.flatMap { point in
            Side.allCases.flatMap { side in
                Action.allCases.map { Fault(scenario: scenario, point: point, side: side, action: $0) }
            }
        }
    }
}

/// A repository, its remote and its state, on which the built command runs with a Terraform that counts applies.
final class FaultStage: Sendable {
    private static let rules = """
        rules:
          - id: large
            name: Large machine
            source: state
            resource: {type: terraform_data, where: {attributes: {input.size: large}}}
            fix: {attribute: input.size, value: small}
            opportunity_title_template: "{address} is large"

        """

    let stage: LoopStage
    let scenario: FaultScenario
    private let server: GitHTTPServer?

    init(_ scenario: FaultScenario, overHTTP: Bool = false) async throws {
        self.scenario = scenario
        stage = try await LoopStage(
            ["workspaces/web/main.tf": LoopStage.machine("one", id: "i-1")], rules: Self.rules)
        server = overHTTP ? try await GitHTTPServer(root: stage.folder.path) : nil
        try await Shell.git("--git-dir", stage.remote, "config", "http.receivepack", "true")
        let refusal = scenario == .failing ? "echo 'quota exceeded' >&2; exit 1" : ""
        try stage.folder.write(
            """
            #!/bin/sh
            if [ "$1" = apply ]; then
              \(refusal)
              echo apply >> \(stage.folder.file("applies"))
            fi
            exec terraform "$@"

            """, to: "counting-terraform")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: stage.folder.file("counting-terraform"))
        try await prepare()
    }

    private func prepare() async throws {
        if scenario == .proposing { return }
        let branch = try await stage.reconcile().proposals.first?.branch ?? ""
        switch scenario {
        case .proposing: break
        case .applying, .failing: try await stage.merge(branch)
        case .drifted:
            try await stage.merge(branch)
            try stage.drift("\"id\": \"i-1\"", to: "\"id\": \"i-2\"")
        case .withdrawing: try await stage.commit(["rules.yml": "rules: []\n"], "Drop the rule")
        }
    }

    /// One of several jobs: a clone and a history of its own, and the remote over http where there is a server.
    func job(_ number: Int) async throws -> Completion {
        let clone = stage.folder.file("job-\(number).git")
        try await Shell.git("clone", "-q", "--bare", stage.remote, clone)
        let url = server.map { "\($0.url)/remote.git" } ?? stage.remote
        try await Shell.git("--git-dir", clone, "config", "remote.origin.url", url)
        return try await stage.sphinx(
            ["reconcile", "--only", "apply", "--format", "json"],
            [
                "TERRAFORM_BINARY": stage.folder.file("counting-terraform"), "SPHINX_GIT_USER": GitHTTPServer.user,
                "SPHINX_GIT_TOKEN": GitHTTPServer.password, "SQLITE_DB_PATH": stage.folder.file("job-\(number).db"),
            ], repository: clone)
    }

    func run(_ fault: Fault? = nil) async throws -> Completion {
        var environment = ["TERRAFORM_BINARY": stage.folder.file("counting-terraform")]
        if let fault {
            environment["SPHINX_FAULT"] = "\(fault.point) \(fault.side.rawValue) \(fault.action.rawValue)"
            environment["SPHINX_FAULT_BARRIER"] = stage.folder.file("fault")
        }
        return try await stage.sphinx(["reconcile", "--format", "json"], environment)
    }

    /// The first run, of at most three, that leaves every ref where it is; nil if none does.
    func settled() async throws -> Completion? {
        for _ in 0..<3 {
            let refs = try await stage.refs()
            let completion = try await run()
            if try await stage.refs() == refs { return completion }
        }
        return nil
    }

    var isReached: Bool { FileManager.default.fileExists(atPath: stage.folder.file("fault.reached")) }

    /// How often Terraform went on to apply; one that it refuses at once changes nothing.
    var applies: Int {
        ((try? stage.folder.read("applies")) ?? "").split(separator: "\n").count
    }

    /// What stands after everything: one word for the table.
    func ending() async throws -> String {
        let refs = try await stage.refs().keys
        let isSmall = try stage.state("web").contains("\"size\": \"small\"")
        if refs.contains(where: { $0.contains("/approve-") }) { return isSmall ? "applied, asks" : "asks for approval" }
        if refs.contains(where: { $0.contains("/applied/") }) { return isSmall ? "applied" : "recorded, not applied" }
        return refs.contains { $0.hasPrefix("refs/heads/sphinx/") } ? "proposed" : "nothing left"
    }
}
