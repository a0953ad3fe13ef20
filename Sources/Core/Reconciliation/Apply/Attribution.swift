import Domain
import Foundation

/// Who brought a manifest into the base branch, and who approved it, as the commit that did so says.
struct Attribution {
    /// Commits that are fetched one by one where the clone is shallow.
    private static let mostFetches = 10
    private static let approvals = ["Approved-by", "Reviewed-by", "Acked-by"]

    let world: World
    let settings: RunSettings
    let base: ObjectID

    private var line: MergeLine { MergeLine(objects: world.objects, base: base) }

    /// Brings the commits of a shallow clone up to those that merged; what cannot be had stays unknown.
    func fetch(for manifests: [MergedManifest]) async {
        guard !settings.isDryRun else { return }
        for merged in manifests {
            for _ in 0..<Self.mostFetches {
                guard let end = line.commits(since: path(merged)).last, !end.isMerge,
                    let parent = end.commit.parents.first, !world.objects.contains(parent),
                    (try? await world.remote.fetch([parent])) != nil
                else { break }
            }
        }
    }

    /// For the history: the merge, its people, what wrote the change, and what that is called.
    func details(of merged: MergedManifest) -> [String: JSONValue] {
        var details: [String: JSONValue] = [
            "author": .string(merged.manifest.author.rawValue),
            "model": merged.manifest.model.map(JSONValue.string) ?? .null,
        ]
        guard let merge = merge(of: merged) else { return details }
        details["merge"] = .string(merge.id.hex)
        details["mergedAt"] = .string(UTC.text(merge.time.timeIntervalSince1970))
        // A squash keeps the author of what was squashed; who did it is the committer.
        details["mergedBy"] = .string(merge.parents.count > 1 ? merge.author : merge.committer)
        details["mergeAuthor"] = .string(merge.author)
        details["mergeCommitter"] = .string(merge.committer)
        details["approvedBy"] = .texts(Self.approvals.flatMap { Trailers.values($0, in: merge.message) })
        return details
    }

    /// A commit without a parent cannot have merged anything: it is where a clone was cut.
    private func merge(of merged: MergedManifest) -> CommitSummary? {
        guard let end = line.commits(since: path(merged)).last, end.isMerge, !end.commit.parents.isEmpty else {
            return nil
        }
        return end.commit
    }

    private func path(_ merged: MergedManifest) -> String {
        ManifestFile.path(workspace: merged.manifest.workspace, key: merged.manifest.key)
    }
}
