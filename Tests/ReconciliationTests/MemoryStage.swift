import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

/// A repository, its remote, Terraform and a history in memory, with one workspace `web` whose base is applied.
final class MemoryStage: Sendable {
    static let code = """
        # one carries the load.
        resource "terraform_data" "one" {
          input = "large"
          forces = "a"
        }

        resource "terraform_data" "two" {
          input = local.size
        }

        locals {
          size = "small"
        }

        """
    static let main = "workspaces/web/main.tf"

    let repository = MemoryRepository()
    let infrastructure = MemoryInfrastructure()
    let history = MemoryHistory()
    let metrics = ConstantMetrics()
    private let cache = MemoryCache()
    private let clock = Mutex(Date(timeIntervalSince1970: 1_764_000_000))
    private let runs = Mutex(0)
    private let rules: RuleSet

    init(_ files: [String: String] = [MemoryStage.main: MemoryStage.code], rules: RuleSet = RuleSet()) async throws {
        self.rules = rules
        try write(files.merging(["rules.yml": ""]) { first, _ in first })
        try await applyBase()
    }

    // MARK: The person

    func write(_ files: [String: String], on branch: String = "main") throws {
        try repository.write(
            files.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }, on: branch)
    }

    /// The base has not moved since, so that the branch's files are the merge.
    func merge(_ branch: String) throws {
        try repository.write(try files(on: branch))
    }

    /// A branch of a person's own, from where the base is.
    func fork(_ branch: String) throws {
        repository.point("refs/heads/\(branch)", to: try #require(repository.refs["refs/heads/main"]))
    }

    func delete(_ branch: String) async throws {
        let head = try #require(repository.refs["refs/heads/\(branch)"])
        _ = try await repository.push([RefUpdate("refs/heads/\(branch)", from: head, to: nil)])
    }

    func pass(_ seconds: Double) { clock.withLock { $0 += seconds } }

    /// Makes the states what the base says.
    func applyBase() async throws {
        let observation = try await Inspection(world: world(), settings: settings()).observed()
        for workspace in observation.workspaces {
            infrastructure.apply(try workspace.files(from: repository, in: observation.snapshot.base))
        }
    }

    // MARK: The world

    func files(on branch: String) throws -> [SourceFile] {
        try repository.files(below: "", in: try #require(repository.refs["refs/heads/\(branch)"]))
    }

    func text(_ path: String, on branch: String) throws -> String? {
        try files(on: branch).first { $0.path == path }?.text
    }

    /// Names of everything but the base branch and the shared history.
    var refs: [String] {
        repository.refs.keys.filter { $0 != "refs/heads/main" && $0 != "refs/sphinx/history" }.sorted()
    }

    func world(writer: (any ProposalWriter)? = nil) -> World {
        World(
            objects: repository, remote: repository, rules: MemoryRuleBook(rules), metrics: metrics, writer: writer,
            infrastructure: infrastructure, history: history, cache: cache, now: { self.clock.withLock { $0 } })
    }

    func settings() -> RunSettings {
        let number = runs.withLock {
            $0 += 1
            return $0
        }
        return RunSettings(run: "run-\(number)", holder: "test/1", version: "test")
    }

    @discardableResult
    func reconcile(writer: (any ProposalWriter)? = nil) async throws -> RunReport {
        try await Reconciler(world: world(writer: writer), settings: settings()).run()
    }

    @discardableResult
    func propose(
        _ words: String, in workspace: String = "web", writer: (any ProposalWriter)?, file: String? = nil,
        destroy: Bool = false, replace: Bool = false, inquire: (@Sendable ([String]) async -> [String]?)? = nil
    ) async throws -> RunReport {
        var world = world(writer: writer)
        world.inquire = inquire
        let request = try ChangeRequest(words, file: file, allowsDestroy: destroy, allowsReplace: replace)
        return try await Proposer(world: world, settings: settings()).propose(request, in: workspace)
    }

    @discardableResult
    func plan(_ branch: String, trusting: Bool = false) async throws -> RunReport {
        try await Proposer(world: world(), settings: settings()).plan(branch: branch, trusting: trusting)
    }
}
