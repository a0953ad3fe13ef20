package import Domain
package import Foundation

/// All that decisions are made from, as it stood at one pinned commit.
package struct Observation: Sendable {
    package let snapshot: Snapshot
    /// Sorted by path.
    package let workspaces: [Workspace]
    /// Every manifest in the base, sorted by workspace and key.
    package let merged: [MergedManifest]
    /// Every proposal that Sphinx pushed and that is neither applied nor withdrawn.
    package let tracked: [ProposalKey: TrackedProposal]
    /// The branches that ask for approval anew, by the key in their name.
    package let approvals: [ProposalKey: TrackedProposal]
    package let locks: [String: HeldLock]
    /// What a model could not mend, with the digest of what it was asked.
    package let unfixable: [ProposalKey: Unfixable]
    /// Of single workspaces and manifests; the rest of the observation stands.
    package let problems: [Problem]

    package init(
        snapshot: Snapshot, workspaces: [Workspace], merged: [MergedManifest] = [],
        tracked: [ProposalKey: TrackedProposal] = [:], approvals: [ProposalKey: TrackedProposal] = [:],
        locks: [String: HeldLock] = [:], unfixable: [ProposalKey: Unfixable] = [:], problems: [Problem] = []
    ) {
        self.snapshot = snapshot
        self.workspaces = workspaces
        self.merged = merged
        self.tracked = tracked
        self.approvals = approvals
        self.locks = locks
        self.unfixable = unfixable
        self.problems = problems
    }

    package var pending: [MergedManifest] { merged.filter { !$0.isApplied } }

    package func workspace(_ path: String) -> Workspace? {
        workspaces.first { $0.path == path }
    }
}

/// A manifest in the base, with what the ledger says of its approval.
package struct MergedManifest: Hashable, Sendable {
    package struct Failure: Hashable, Sendable {
        package let time: Date
        package let reason: String
        /// Addresses, sorted.
        package let done: [String]

        package init(time: Date, reason: String, done: [String]) {
            self.time = time
            self.reason = reason
            self.done = done
        }
    }

    package let manifest: Manifest
    package let approval: Approval
    package let isApplied: Bool
    /// A run began to apply it and did not say how that ended.
    package let isApplying: Bool
    /// How its last apply failed.
    package let failure: Failure?
    /// When it was applied, where the ledger says so.
    package let appliedAt: Date?
    /// The workspace's tree that was applied then.
    package let appliedTree: ObjectID?

    package init(
        manifest: Manifest, approval: Approval, isApplied: Bool = false, isApplying: Bool = false,
        failure: Failure? = nil, appliedAt: Date? = nil, appliedTree: ObjectID? = nil
    ) {
        self.manifest = manifest
        self.approval = approval
        self.isApplied = isApplied
        self.isApplying = isApplying
        self.failure = failure
        self.appliedAt = appliedAt
        self.appliedTree = appliedTree
    }

    package var hasFailed: Bool { failure != nil }
}

/// A branch that Sphinx pushed, and where it is now.
package struct TrackedProposal: Hashable, Sendable {
    package let branch: String
    /// What Sphinx pushed last.
    package let pushed: ObjectID
    /// Where the branch is; nil where it was deleted.
    package let head: ObjectID?
    package let manifest: Manifest
    package let approval: Approval
    package let pushedAt: Date
    /// Nil where nobody closed it with a reason.
    package let closing: Closing?

    /// What a person said when closing it.
    package struct Closing: Hashable, Sendable {
        package let object: ObjectID
        package let reason: String

        package init(object: ObjectID, reason: String) {
            self.object = object
            self.reason = reason
        }
    }

    package init(
        branch: String, pushed: ObjectID, head: ObjectID?, manifest: Manifest, approval: Approval, pushedAt: Date,
        closing: Closing? = nil
    ) {
        self.branch = branch
        self.pushed = pushed
        self.head = head
        self.manifest = manifest
        self.approval = approval
        self.pushedAt = pushedAt
        self.closing = closing
    }

    /// Why there is no branch any more.
    var rejection: String { closing.map { "closed: \($0.reason)" } ?? "the branch was deleted" }

    package var isOpen: Bool { head == pushed }
    package var isEdited: Bool { head != nil && head != pushed }
}

package struct HeldLock: Hashable, Sendable {
    package let lock: Lock
    package let object: ObjectID

    package init(lock: Lock, object: ObjectID) {
        self.lock = lock
        self.object = object
    }
}

package struct Unfixable: Hashable, Sendable {
    package let object: ObjectID
    package let inputDigest: Digest
    package let reason: String

    package init(object: ObjectID, inputDigest: Digest, reason: String) {
        self.object = object
        self.inputDigest = inputDigest
        self.reason = reason
    }
}
