package import Domain
import Foundation

/// What a person does to one proposal without git: closing it with a reason, and taking that back.
package struct ProposalLifecycle: Sendable {
    private static let longestReason = 500

    private let world: World
    private let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    private var names: RefNames { settings.names }

    /// Deletes the branch, where nobody else has committed to it; the reason stays on the remote.
    package func close(_ key: String, reason: String) async throws(Problem) -> TrackedProposal {
        let words = reason.split { $0.isWhitespace }.joined(separator: " ")
        guard !words.isEmpty, words.count <= Self.longestReason else {
            throw Problem(
                .needsPerson, "the reason has \(words.count) characters",
                hint: "say in 1 to \(Self.longestReason) why, for the people who read the list")
        }
        let tracked = try await tracked(key)
        guard !tracked.isEdited else {
            throw Problem(
                .needsPerson, "\(tracked.branch) holds a commit that is not Sphinx's",
                hint: "delete the branch with git if that commit may go")
        }
        guard tracked.isOpen else {
            let reason = tracked.closing.map { ": \($0.reason)" } ?? ""
            throw Problem(.needsPerson, "the proposal '\(key)' is closed already\(reason)")
        }
        let record = Record(
            kind: "closed", run: settings.run, holder: settings.holder, workspace: tracked.manifest.workspace,
            inputDigest: tracked.manifest.inputDigest, reason: words)
        let commit = try world.objects.commit(try record.draft(at: world.now()))
        try await push(
            [
                RefUpdate(names.head(tracked.branch), from: tracked.pushed, to: nil),
                RefUpdate(names.closed(tracked.manifest.key), from: tracked.closing?.object, to: commit),
            ], "closed", tracked, words)
        return tracked
    }

    /// Brings the branch back as Sphinx pushed it last; the next run refreshes it where the base has moved on.
    package func reopen(_ key: String) async throws(Problem) -> TrackedProposal {
        let tracked = try await tracked(key)
        guard tracked.head == nil else {
            throw Problem(.needsPerson, "the proposal '\(key)' is open: \(tracked.branch)")
        }
        var updates = [RefUpdate(names.head(tracked.branch), from: nil, to: tracked.pushed)]
        if let closing = tracked.closing {
            updates.append(RefUpdate(names.closed(tracked.manifest.key), from: closing.object, to: nil))
        }
        try await push(updates, "reopened", tracked, nil)
        return tracked
    }

    private func tracked(_ key: String) async throws(Problem) -> TrackedProposal {
        let observation = try await Observer(world: world, settings: settings).observe()
        if let merged = observation.merged.first(where: { $0.manifest.key.text == key }),
            observation.tracked[merged.manifest.key].map({ $0.approval == merged.approval }) ?? true
        {
            throw Problem(
                .needsPerson, "the proposal '\(key)' is \(merged.isApplied ? "applied" : "merged")",
                hint: "revert its commit in the base branch to undo it")
        }
        guard let parsed = ProposalKey(key), let tracked = observation.tracked[parsed] else {
            throw Problem(.needsPerson, "there is no proposal '\(key)'", hint: "see 'sphinx proposals list'")
        }
        return tracked
    }

    private func push(
        _ updates: [RefUpdate], _ status: String, _ tracked: TrackedProposal, _ reason: String?
    ) async throws(Problem) {
        let rejections = try await world.remote.push(updates)
        if let rejection = rejections.first(where: { !$0.isCollateral }) ?? rejections.first {
            throw Problem(
                .passing, "nothing was changed: \(rejection.name): \(rejection.reason)",
                hint: "someone else changed the proposal at the same moment; look at it again")
        }
        try Journal(world: world, settings: settings).record(
            "proposal", status, workspace: tracked.manifest.workspace, subject: tracked.branch,
            details: [
                "key": .string(tracked.manifest.key.text), "reason": reason.map(JSONValue.string) ?? .null,
                "holder": .string(settings.holder),
            ])
        if let notice = await HistoryPublisher(world: world, settings: settings).attempt() { world.progress(notice) }
    }
}
