import Domain
import Foundation
import GitAdapter
import RulesFileAdapter
import Reports
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

/// Ports that tell secrets, and everything that a run says after that: each boundary has to hold by itself.
@Suite("Boundaries", .timeLimit(.minutes(30)))
struct BoundaryTests {
    private static let given = "given-secret-1234"
    private static let learned = "learned-secret-5678"
    private static let token = "ghp_canary0123456789abcdefghijABCDEF0123"
    private static let words = "it said \(given), \(learned), \(token) and password=hunter22"

    /// Which port tells.
    enum Teller: String, CaseIterable, Sendable {
        case metrics, model, modelsWords, diagnostics, terraform, remote
    }

    /// Fails where a plan is made of changed code.
    private struct TellingInfrastructure: Infrastructure {
        let infrastructure: any Infrastructure
        let failure: TerraformFailure

        func state(of files: WorkspaceFiles) async throws(TerraformFailure) -> [ResourceInstance] {
            try await infrastructure.state(of: files)
        }

        func workbench(for files: WorkspaceFiles) async throws(TerraformFailure) -> any Workbench {
            if files.files.contains(where: { $0.text.contains("\"small\"") }) { throw failure }
            return try await infrastructure.workbench(for: files)
        }
    }

    /// Refuses every push.
    private struct TellingRemote: Remote {
        let remote: any Remote

        func snapshot(base: String?, prefixes: [String]) async throws(Problem) -> Snapshot {
            try await remote.snapshot(base: base, prefixes: prefixes)
        }

        func fetch(_ objects: [ObjectID]) async throws(Problem) { try await remote.fetch(objects) }

        func push(_ updates: [RefUpdate]) async throws(Problem) -> [RefRejection] {
            updates.map { RefRejection(name: $0.name, reason: words) }
        }
    }

    private static let failure = Problem(.needsPerson, words, hint: words)

    private static func script(_ teller: Teller) -> [Result<ModelReply, ModelFailure>] {
        let edit = Edit(path: "workspaces/web/main.tf", search: "\"large\"", replace: "\"small\"")
        switch teller {
        case .model: return [.failure(ModelFailure(.auth, failure))]
        case .modelsWords:
            let correction = Correction(analysis: words, decision: .noChange, edits: [], impact: words, risk: .low)
            return [
                .success(
                    ModelReply(correction: correction, content: "{}", model: "m", usage: Usage(), notices: [words]))
            ]
        default: return Array(repeating: .success(.edits([edit], analysis: words)), count: 3)
        }
    }

    private static func infrastructure(_ teller: Teller, _ stage: LoopStage) -> any Infrastructure {
        switch teller {
        case .diagnostics:
            TellingInfrastructure(
                infrastructure: stage.terraform,
                failure: TerraformFailure(
                    step: "plan", diagnostics: [Diagnostic(summary: "Refused", detail: words)], problem: failure))
        case .terraform:
            TellingInfrastructure(
                infrastructure: stage.terraform,
                failure: TerraformFailure(step: "init", diagnostics: [], problem: failure))
        default: stage.terraform
        }
    }

    @Test("report, history, log, ledger and questions tell what happened, and no secret", arguments: Teller.allCases)
    func boundary(teller: Teller) async throws {
        let stage = try await LoopStage.oneMachine()
        if teller == .metrics { stage.metrics.fail(with: Self.failure) }
        let secrets = KnownSecrets([Self.given])
        secrets.learn([Self.learned], of: "web")
        let (history, writer, log) = (MemoryHistory(), ScriptedWriter(Self.script(teller)), Log())
        let git = try stage.repository()
        let world = World(
            objects: git.objects, remote: teller == .remote ? TellingRemote(remote: git.remote) : git.remote,
            rules: RulesFile(), metrics: stage.metrics, writer: writer,
            infrastructure: Self.infrastructure(teller, stage), history: history, cache: MemoryCache(),
            secrets: secrets, now: { Date(timeIntervalSince1970: 1_764_000_000) }, progress: { log.add($0) })
        let report = try await Reconciler(world: world, settings: stage.settings()).run()
        let ledger = try await Shell.git("--git-dir", stage.folder.file("job.git"), "log", "--all", "--format=%B")
        let sinks = [
            "report": report.text + report.markdown + report.json.canonical,
            "history": history.all.map(\.details.canonical).joined(), "log": log.all,
            "ledger": try await Shell.git("--git-dir", stage.remote, "log", "--all", "-p") + ledger,
            "questions": writer.conversations.map { "\($0.turns)" }.joined(),
        ]
        // Only a part of a workspace's own report knows what the workspace hides.
        #expect(sinks["report"]?.contains("(redacted)") == true, "\(sinks)")
        for (sink, text) in sinks {
            for secret in [Self.given, Self.learned, Self.token, "hunter22"] {
                #expect(!text.contains(secret), "\(sink): \(text)")
            }
        }
        #expect(history.all.contains { $0.details.canonical.contains("(redacted)") })
    }

    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: String { lines.withLock { $0.joined(separator: "\n") } }
    }
}
