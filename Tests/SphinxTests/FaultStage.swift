import ChildProcess
import Domain
import Foundation
import Synchronization
import TestSupport

private let templates = Mutex<[FaultScenario: Task<FaultStage, any Error>]>([:])

/// A repository, its remote and its state, on which the built command runs with a Terraform that counts applies.
final class FaultStage: Sendable {
    let stage: LoopStage
    let scenario: FaultScenario
    private let server: GitHTTPServer?
    private let gemini: GeminiEmulator

    /// A copy of what is made once for a scenario.
    convenience init(_ scenario: FaultScenario, overHTTP: Bool = false) async throws {
        let template = templates.withLock { templates in
            let task = templates[scenario] ?? Task { try await FaultStage(template: scenario) }
            templates[scenario] = task
            return task
        }
        let stage = try await LoopStage(copying: try await template.value.stage)
        try await self.init(scenario, stage, overHTTP: overHTTP)
        // Where it is kept depends on where the remote is.
        if scenario == .recovering { try await loseState() }
    }

    private convenience init(template scenario: FaultScenario) async throws {
        let stage = try await LoopStage(["workspaces/web/main.tf": scenario.machines], rules: scenario.rules)
        try await Shell.git("--git-dir", stage.remote, "config", "http.receivepack", "true")
        try FileManager.default.createDirectory(atPath: stage.folder.file("tmp"), withIntermediateDirectories: false)
        try await self.init(scenario, stage, overHTTP: false)
        try await prepare()
    }

    private init(_ scenario: FaultScenario, _ stage: LoopStage, overHTTP: Bool) async throws {
        self.scenario = scenario
        self.stage = stage
        server = overHTTP ? try await GitHTTPServer(root: stage.folder.path) : nil
        let search = scenario == .refusing ? "tiny" : "large"
        gemini = try GeminiEmulator(Array(repeating: Self.answer(search), count: 24))
        try writeTerraform(scenario == .failing ? "echo 'quota exceeded' >&2; exit 1" : "")
    }

    private static func answer(_ search: String) -> GeminiEmulator.Step {
        .text(
            "{\"analysis\":\"a\",\"decision\":\"change\",\"edits\":[{\"path\":\"workspaces/web/main.tf\","
                + "\"search\":\"\\\"\(search)\\\"\",\"replace\":\"\\\"small\\\"\"}],\"impact\":\"i\",\"risk\":\"low\","
                + "\"questions\":[]}")
    }

    private func prepare() async throws {
        switch scenario {
        case .proposing, .refusing, .grouping: return
        // What is kept of the code is kept before.
        case .asking: _ = try await run(["reconcile", "--only", "apply"])
        case .drifting: try stage.drift("\"id\": \"i-1\"", to: "\"id\": \"i-2\"")
        default:
            let branch = try await stage.reconcile().proposals.first?.branch ?? ""
            switch scenario {
            case .withdrawing: try await stage.commit(["rules.yml": "rules: []\n"], "Drop the rule")
            case .closing: break
            default: try await stage.merge(branch)
            }
            if scenario == .drifted { try stage.drift("\"id\": \"i-1\"", to: "\"id\": \"i-2\"") }
        }
    }

    // MARK: Terraform

    /// A command in the place of Terraform; the lines come first at an apply, and `after` when it has written its state.
    private func writeTerraform(_ lines: String = "", after: String = "") throws {
        try stage.folder.write(
            """
            #!/bin/sh
            if [ "$1" != apply ]; then exec terraform "$@"; fi
            \(lines)
            echo apply >> \(stage.folder.file("applies"))
            \(after.isEmpty ? "exec " : "")terraform "$@"
            \(after)

            """, to: "counting-terraform")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: stage.folder.file("counting-terraform"))
    }

    /// The fault is Terraform's own, or strikes the Sphinx that started it.
    private func writeTerraform(_ fault: Fault) throws {
        let barrier = stage.folder.file("fault")
        let deed =
            switch fault.action {
            case .kill: "kill -9 $PPID"
            case .error: "kill -9 $$"
            case .hold: "until [ -e \(barrier).released ]; do sleep 0.02; done"
            }
        let lines = "touch \(barrier).reached\n\(deed)"
        if fault.side == .before { try writeTerraform(lines) } else { try writeTerraform(after: lines) }
    }

    /// As where a store goes away during an apply: what was made is in `errored.tfstate` alone.
    private func loseState() async throws {
        let state = stage.folder.file("state/web/terraform.tfstate")
        try writeTerraform(
            "cp \(state) \(state).old",
            after: """
                mv \(state) errored.tfstate; mv \(state).old \(state); rm -f \(state).backup
                echo '{"@level":"error","@message":"Error: Failed to persist state to backend","type":"diagnostic"}'
                exit 1
                """)
        _ = try await run(["reconcile", "--only", "apply"])
        try stage.folder.remove("applies")
        try writeTerraform()
    }

    // MARK: Jobs

    /// One of several jobs: a clone and a history of its own, and the remote over http where there is a server.
    func job(_ number: Int, _ arguments: [String]) async throws -> Completion {
        let clone = stage.folder.file("job-\(number).git")
        try await Shell.git("clone", "-q", "--bare", stage.remote, clone)
        let url = server.map { "\($0.url)/remote.git" } ?? stage.remote
        try await Shell.git("--git-dir", clone, "config", "remote.origin.url", url)
        return try await run(
            arguments,
            [
                "SPHINX_GIT_USER": GitHTTPServer.user, "SPHINX_GIT_TOKEN": GitHTTPServer.password,
                "SQLITE_DB_PATH": stage.folder.file("job-\(number).db"),
            ], repository: clone)
    }

    /// What a person or a schedule starts in this scenario, with or without a fault in it.
    func run(
        _ fault: Fault? = nil, onStart: (@Sendable (Int32) -> Void)? = nil
    ) async throws -> Completion {
        var environment: [String: String] = [:]
        if let fault, fault.point == Fault.stateWrite {
            try writeTerraform(fault)
        } else if let fault {
            environment["SPHINX_FAULT"] = "\(fault.point) \(fault.side.rawValue) \(fault.action.rawValue)"
            environment["SPHINX_FAULT_BARRIER"] = stage.folder.file("fault")
        }
        return try await run(try await arguments(), environment, onStart: onStart)
    }

    /// The scenario's own command, which a person repeats until it is done.
    func arguments() async throws -> [String] {
        switch scenario {
        case .drifting: return Self.reconcile + ["--detect-drift"]
        case .closing:
            let tracked = try await stage.refs().keys.first { $0.hasPrefix("refs/sphinx/proposals/") } ?? ""
            return ["proposals", "close", tracked.split(separator: "/").last.map(String.init) ?? "", "--reason", "no"]
        case .recovering: return ["state", "recover", "--workspace", "web"]
        default: return Self.reconcile
        }
    }

    static let reconcile = ["reconcile", "--format", "json"]

    private func run(
        _ arguments: [String], _ environment: [String: String] = [:], repository: String? = nil,
        onStart: (@Sendable (Int32) -> Void)? = nil
    ) async throws -> Completion {
        let own = [
            "TERRAFORM_BINARY": stage.folder.file("counting-terraform"), "GEMINI_BASE_URL": gemini.url,
            "TMPDIR": stage.folder.file("tmp"),
            "GOOGLE_API_KEY": [.asking, .refusing].contains(scenario) ? "test-key" : "",
        ]
        return try await stage.sphinx(
            arguments, own.merging(environment) { $1 }, repository: repository, onStart: onStart)
    }

    /// The first run, of at most three, that leaves every ref where it is; nil if none does.
    func settled() async throws -> Completion? {
        try writeTerraform(scenario == .failing ? "echo 'quota exceeded' >&2; exit 1" : "")
        for _ in 0..<3 {
            let refs = try await stage.refs()
            let completion = try await run(Self.reconcile)
            if try await stage.refs() == refs { return completion }
        }
        return nil
    }

    // MARK: What is there

    var isReached: Bool { FileManager.default.fileExists(atPath: stage.folder.file("fault.reached")) }

    func release() throws { try stage.folder.write("", to: "fault.released") }

    /// How often Terraform went on to apply; one that it refuses at once changes nothing.
    var applies: Int {
        ((try? stage.folder.read("applies")) ?? "").split(separator: "\n").count
    }

    /// Code, plans and providers of jobs, which nobody reads any more.
    var scratchFolders: [String] {
        get throws {
            try FileManager.default.subpathsOfDirectory(atPath: stage.folder.file("tmp"))
                .filter { $0.split(separator: "/").last?.hasPrefix("job-") == true }
        }
    }

    /// How often the model was asked.
    var questions: Int { gemini.requests.count { $0.method == "POST" } }

    /// What stands after everything: one word for the table.
    func ending() async throws -> String {
        let refs = try await stage.refs().keys
        let isSmall = try stage.state("web").contains("\"size\": \"small\"")
        func has(_ part: String) -> Bool { refs.contains { $0.contains(part) } }
        if has("/approve-") { return isSmall ? "applied, asks" : "asks for approval" }
        if has("/applied/") { return isSmall ? "applied" : "recorded, not applied" }
        if has("/closed/") { return has("refs/heads/sphinx/") ? "closed, and open" : "closed" }
        if has("/unfixable/") { return "unfixable" }
        if has("/drift/") { return "drift told" }
        if has("/groups/") { return has("refs/heads/sphinx/+") ? "proposed with a group" : "a group without branch" }
        return has("refs/heads/sphinx/") ? "proposed" : "nothing left"
    }
}
