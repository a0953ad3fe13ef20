import ArgumentParser
import Domain
import Foundation
import Reconciliation
import Reports

extension History {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find any change in what was recorded, here and on the remote.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "Only what is recorded here; the remote is not asked.") var local = false

        func run() async throws {
            try await options.reporting { composition in
                let result = try await composition.audited(options.base, local: local)
                let text = result.sentences.map { "\($0)\n" }.joined()
                options.show(text: text, markdown: text, json: result.json)
            }
        }
    }

    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the steps that other jobs recorded, or that a lost file held.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await options.reporting { composition in
                let result = try await HistoryPull(
                    world: try composition.world(),
                    settings: try composition.runSettings(base: options.base, workspaces: [])
                ).pull()
                let text = "\(result.steps) steps of \(result.runs) runs came from \(result.ref)\n"
                options.show(
                    text: text, markdown: text,
                    json: .object([
                        "schema": .string("sphinx.history-pull/1"), "ref": .string(result.ref),
                        "steps": JSONText.number(result.steps), "runs": JSONText.number(result.runs),
                    ]))
            }
        }
    }

    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take old steps out for good; the chain stays verifiable.",
            discussion: """
                The steps before the first one that is not older go, in whole runs. A checkpoint keeps the hash and the \
                number of the last one, and a step signs it off.
                """)

        @OptionGroup var options: GlobalOptions
        @Option(help: ArgumentHelp("What is older goes, such as 2026-01-01 or 400d.", valueName: "time"))
        var before: String
        @Flag(help: "Only what is recorded here; what is shared on the remote stays.") var local = false
        @Flag(help: "Change nothing: say how many steps would go.") var dryRun = false

        func run() async throws {
            try await options.reporting { composition in
                let time = try PointInTime.parse(before)
                let result = try await pruned(composition, time)
                let since = result.through.map { ", up to step \($0)" } ?? ""
                let text = "\(result.steps) steps \(dryRun ? "would be" : "were") pruned\(since)\n"
                options.show(
                    text: text, markdown: text,
                    json: .object([
                        "schema": .string("sphinx.history-prune/1"), "dryRun": .bool(dryRun),
                        "steps": JSONText.number(result.steps),
                        "through": result.through.map { JSONText.number($0) } ?? .null,
                    ]))
            }
        }

        private func pruned(_ composition: Composition, _ time: Date) async throws(Problem) -> HistoryRetention.Result {
            if dryRun {
                return HistoryRetention.Result(
                    of: try HistoryRetention.pruning(try composition.history(), before: time))
            }
            return try await HistoryRetention(
                world: try composition.world(),
                settings: try composition.runSettings(base: options.base, workspaces: [])
            ).prune(before: time, alsoShared: !local)
        }
    }
}

extension Composition {
    fileprivate func audited(_ base: String?, local: Bool) async throws(Problem) -> HistoryAudit.Result {
        if local { return try HistoryAudit.local(try history()) }
        return try await HistoryAudit(world: try world(), settings: try runSettings(base: base, workspaces: []))
            .verify()
    }
}

extension HistoryAudit.Result {
    fileprivate var sentences: [String] {
        var sentences = ["every one of \(steps) steps is as it was written"]
        if pruned > 0 { sentences.append("\(pruned) steps before them were pruned, and a checkpoint signs that off") }
        if let ref {
            sentences.append(
                shared.map { "every one of \($0) steps in \(ref) is as it was written" }
                    ?? "the remote has no \(ref) yet")
        }
        if unshared > 0 { sentences.append("\(unshared) steps are only here; the next run that pushes shares them") }
        if missing > 0 {
            sentences.append(
                "\(missing) steps of \(missingRuns) runs are only there; 'sphinx history pull' brings them")
        }
        return sentences
    }

    fileprivate var json: JSONValue {
        .object([
            "schema": .string("sphinx.history-verify/1"), "steps": JSONText.number(steps),
            "pruned": JSONText.number(pruned), "ref": JSONText.text(ref),
            "shared": shared.map { JSONText.number($0) } ?? .null, "missing": JSONText.number(missing),
            "unshared": JSONText.number(unshared),
        ])
    }
}
