import ChildProcess
import Domain
import Foundation
import GitAdapter
import HistoryAdapter
import PluginAdapter
import Reconciliation
import RulesFileAdapter
import Synchronization
import TerraformAdapter
import TestSupport

@testable import sphinx

/// A remote, a person's clone, states and a history of a test's own: real git, Terraform and SQLite.
final class LoopStage: Sendable {
    /// How a person merges.
    enum Merge: String, CaseIterable, Sendable {
        case mergeCommit, squash, rebase
    }

    static let query = "cpu"
    static let rules = """
        rules:
          - id: idle
            name: Idle machine
            query: cpu
            condition: {operator: less_than, threshold: 0.05, duration_minutes: 10}
            resource: {type: terraform_data, match: [{attribute: input.id, label: id}]}
            fix: {attribute: input.size, value: small}
            opportunity_title_template: "{address} is idle"
            opportunity_description_template: "CPU of {labels.id} is {value}."

        """

    static func machine(_ name: String, id: String, size: String = "large") -> String {
        """
        # \(name) carries the load.
        resource "terraform_data" "\(name)" {
          input = {
            id   = "\(id)"
            size = "\(size)" # chosen by hand
          }
        }

        """
    }

    let folder: TemporaryFolder
    let metrics = ConstantMetrics()
    let secrets = KnownSecrets()
    private let clock = Mutex(Date(timeIntervalSince1970: 1_764_000_000))
    private let runs = Mutex(0)

    var remote: String { folder.file("remote.git") }
    var person: String { folder.file("person") }

    /// The given files are committed and pushed; with `applied` their workspaces are applied as they are.
    init(_ files: [String: String], rules: String = LoopStage.rules, applied: Bool = true) async throws {
        folder = try TemporaryFolder()
        try await Shell.git("init", "-q", "--bare", "-b", "main", remote)
        try await Shell.git("init", "-q", "-b", "main", person)
        try await Shell.git("remote", "add", "origin", remote, in: person)
        try await commit(files.merging(["rules.yml": rules]) { first, _ in first }, "Begin")
        try await Shell.git("clone", "-q", "--bare", remote, folder.file("job.git"))
        try await Shell.git("--git-dir", folder.file("job.git"), "config", "remote.origin.url", remote)
        if applied { try await applyBase() }
    }

    /// Everything as another one has it, in a folder of its own.
    init(copying stage: LoopStage) async throws {
        folder = try TemporaryFolder()
        try await Shell.run("cp", ["-a", "\(stage.folder.path)/.", folder.path])
        try await Shell.git("remote", "set-url", "origin", remote, in: person)
        try await Shell.git("--git-dir", folder.file("job.git"), "config", "remote.origin.url", remote)
    }

    /// One workspace `web` with one idle machine.
    static func oneMachine() async throws -> LoopStage {
        let stage = try await LoopStage(["workspaces/web/main.tf": machine("one", id: "i-1")])
        stage.metrics.set(query, [(["id": "i-1"], 0.01)])
        return stage
    }

    // MARK: The person

    func commit(_ files: [String: String], _ message: String) async throws {
        for (path, text) in files { try folder.write(text, to: "person/\(path)") }
        try await Shell.git("add", "-A", in: person)
        try await Shell.git("commit", "-q", "-m", message, in: person)
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: person)
    }

    func merge(_ branch: String, by way: Merge = .mergeCommit, deleting: Bool = false) async throws {
        try await Shell.git("fetch", "-q", "origin", in: person)
        try await Shell.git("reset", "-q", "--hard", "origin/main", in: person)
        switch way {
        case .mergeCommit:
            try await Shell.git("merge", "-q", "--no-ff", "-m", "Merge \(branch)", "origin/\(branch)", in: person)
        case .squash:
            try await Shell.git("merge", "-q", "--squash", "origin/\(branch)", in: person)
            try await Shell.git("commit", "-q", "-m", "Squash \(branch)", in: person)
        case .rebase: try await Shell.git("cherry-pick", "origin/\(branch)", in: person)
        }
        try await Shell.git("push", "-q", "origin", "HEAD:main", in: person)
        if deleting { try await delete(branch) }
    }

    func delete(_ branch: String) async throws {
        try await Shell.git("push", "-q", "origin", ":refs/heads/\(branch)", in: person)
    }

    /// A commit of the person's own on a branch of the remote.
    func commit(on branch: String, _ path: String, _ text: String) async throws {
        try await Shell.git("fetch", "-q", "origin", in: person)
        try await Shell.git("checkout", "-q", "-B", "work", "origin/\(branch)", in: person)
        try folder.write(text, to: "person/\(path)")
        try await Shell.git("add", "-A", in: person)
        try await Shell.git("commit", "-q", "-m", "By hand", in: person)
        try await Shell.git("push", "-q", "origin", "HEAD:refs/heads/\(branch)", in: person)
        try await Shell.git("checkout", "-q", "main", in: person)
    }

    // MARK: The world

    /// The shared history is for people: it decides nothing, and grows with every run that does something.
    func refs() async throws -> [String: String] {
        try await allRefs().filter { $0.key != "refs/sphinx/history" }
    }

    func allRefs() async throws -> [String: String] {
        let text = try await Shell.git("--git-dir", remote, "for-each-ref", "--format=%(refname) %(objectname)")
        return text.split(separator: "\n").reduce(into: [:]) { refs, line in
            let words = line.split(separator: " ")
            refs[String(words[0])] = String(words[1])
        }
    }

    func objects() async throws -> Int {
        let text = try await Shell.git("--git-dir", remote, "count-objects", "-v")
        return text.split(separator: "\n").filter { $0.hasPrefix("count:") || $0.hasPrefix("in-pack:") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }

    func show(_ path: String, on branch: String) async throws -> String {
        try await Shell.git("--git-dir", remote, "show", "\(branch):\(path)")
    }

    func state(_ workspace: String) throws -> String { try folder.read("state/\(workspace)/terraform.tfstate") }

    /// Seconds go by.
    func pass(_ seconds: Double) { clock.withLock { $0 += seconds } }

    var terraform: Terraform { terraform(states: true) }

    func terraform(states: Bool) -> Terraform {
        Terraform(
            Terraform.Settings(
                scratchFolder: folder.file("scratch"), localStateFolder: states ? folder.file("state") : nil,
                keptFolder: folder.file("kept"), environment: environment, secrets: secrets))
    }

    var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
    }

    func repository(scratch: String? = nil) throws -> GitRepository {
        var environment = Shell.gitEnvironment
        environment["PATH"] = self.environment["PATH"]
        return try GitRepository(
            GitSettings(
                repository: folder.file("job.git"), cacheFolder: folder.file("cache"), scratch: scratch,
                environment: environment))
    }

    func world(
        writer: (any ProposalWriter)? = nil, scratch: String? = nil, history: (any Domain.History)? = nil
    ) throws -> World {
        let git = try repository(scratch: scratch)
        let isDry = scratch != nil
        return World(
            objects: git.objects, remote: isDry ? PrintingRemote(git.remote) : git.remote, rules: RulesFile(),
            metrics: metrics,
            planChecker: PolicyCommand(PluginRunner.Settings(scratchFolder: folder.file("plugins"))), writer: writer,
            infrastructure: isDry ? PlanningInfrastructure(infrastructure: terraform) : terraform,
            history: try history ?? (isDry ? NoHistory() : SQLiteHistory(path: folder.file("sphinx.db"))),
            cache: DiskCache(folder: folder.file("cache")), secrets: secrets, now: { self.clock.withLock { $0 } },
            isRunning: Holder.isRunning)
    }

    func settings(only: RunSettings.Part? = nil) -> RunSettings {
        let number = runs.withLock {
            $0 += 1; return $0
        }
        var settings = RunSettings(run: "run-\(number)", holder: Holder.current, version: "test")
        settings.only = only
        return settings
    }

    @discardableResult
    func reconcile(
        writer: (any ProposalWriter)? = nil, dry: Bool = false, _ change: (inout RunSettings) -> Void = { _ in }
    ) async throws -> RunReport {
        var settings = settings()
        settings.isDryRun = dry
        change(&settings)
        let scratch = try dry ? TemporaryFolder() : nil
        return try await Reconciler(world: try world(writer: writer, scratch: scratch?.path), settings: settings).run()
    }

    /// What a person did before there was Sphinx: applies every workspace of the base.
    func applyBase(with terraform: Terraform? = nil) async throws {
        let terraform = terraform ?? self.terraform
        let world = try world(history: MemoryHistory())
        let observation = try await Inspection(world: world, settings: settings()).observed()
        for workspace in observation.workspaces {
            let folders = [workspace.folder] + workspace.modules.keys.sorted()
            let files = WorkspaceFiles(
                workspace: workspace,
                files: try folders.flatMap { try world.objects.files(below: $0, in: observation.snapshot.base) })
            let bench = try await terraform.workbench(for: files)
            _ = try await bench.plan(PlanOptions(lock: true))
            _ = try await bench.apply()
            await bench.close()
        }
    }
}
