package import Foundation

/// The remote at one moment: the pinned base commit, and where the refs that concern Sphinx stood.
package struct Snapshot: Sendable {
    package let baseBranch: String
    package let base: ObjectID
    /// Full ref name → object, of the refs that were asked for.
    package let refs: [String: ObjectID]

    package init(baseBranch: String, base: ObjectID, refs: [String: ObjectID]) {
        self.baseBranch = baseBranch
        self.base = base
        self.refs = refs
    }
}

/// A change of one ref that only holds if the ref still is what was seen.
package struct RefUpdate: Hashable, Sendable {
    /// Such as `refs/heads/sphinx/prod/web/idle-0123456789`.
    package let name: String
    /// Nil: the ref must not exist.
    package let old: ObjectID?
    /// Nil: the ref is deleted.
    package let new: ObjectID?

    package init(_ name: String, from old: ObjectID?, to new: ObjectID?) {
        self.name = name
        self.old = old
        self.new = new
    }
}

/// A ref that the remote did not take, in its own words.
package struct RefRejection: Hashable, Sendable {
    package let name: String
    package let reason: String
    /// The ref itself was fine; another ref of the same push was refused.
    package let isCollateral: Bool
    /// Somebody else was first.
    package private(set) var isMoved = false

    package init(name: String, reason: String, isCollateral: Bool = false) {
        self.name = name
        self.reason = reason
        self.isCollateral = isCollateral
    }

    /// Of a ref that has changed since it was seen.
    package static func moved(_ name: String) -> RefRejection {
        var rejection = RefRejection(name: name, reason: "it is not where it was when this run looked")
        rejection.isMoved = true
        return rejection
    }

    /// Of a ref that was fine, in a push that is whole or not at all.
    package static func collateral(_ name: String) -> RefRejection {
        RefRejection(name: name, reason: "another ref of the same push was rejected", isCollateral: true)
    }
}

/// An entry of a git tree.
package struct TreeEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file, executable, symlink, folder, submodule
        /// Its name is not UTF-8, and stands here as far as it can be read.
        case misnamed

        package var name: String {
            switch self {
            case .file, .executable: "a file"
            case .symlink: "a symbolic link"
            case .folder: "a folder"
            case .submodule: "a submodule"
            case .misnamed: "an entry whose name is not UTF-8"
            }
        }
    }

    package let name: String
    package let kind: Kind
    package let id: ObjectID

    package init(name: String, kind: Kind, id: ObjectID) {
        self.name = name
        self.kind = kind
        self.id = id
    }
}

/// A commit to be made: the parent's tree with some files written, and others gone.
package struct CommitDraft: Sendable {
    /// Nil starts from nothing.
    package let parent: ObjectID?
    package let writes: [SourceFile]
    /// Paths of the parent's files and folders that the commit does not hold.
    package let removes: [String]
    package let message: String
    package let time: Date

    package init(
        parent: ObjectID?, writes: [SourceFile] = [], removes: [String] = [], message: String, time: Date
    ) {
        self.parent = parent
        self.writes = writes
        self.removes = removes
        self.message = message
        self.time = time
    }
}

/// What a commit says.
package struct CommitSummary: Hashable, Sendable {
    package let id: ObjectID
    package let tree: ObjectID
    package let parents: [ObjectID]
    package let author: String
    package let committer: String
    package let time: Date
    package let message: String

    /// The author committed where no other committer is named.
    package init(
        id: ObjectID, tree: ObjectID, parents: [ObjectID], author: String, committer: String? = nil, time: Date,
        message: String
    ) {
        self.id = id
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committer = committer ?? author
        self.time = time
        self.message = message
    }
}

/// The result of a three-way merge in memory.
package enum MergeResult: Hashable, Sendable {
    case clean(tree: ObjectID)
    case conflicts(paths: [String])
}
