import Domain

/// A store that changes what is committed, and leaves all else to the one below it.
protocol DecoratedObjects: ObjectStore {
    var objects: any ObjectStore { get }
}

extension DecoratedObjects {
    func tree(at path: String, in commit: ObjectID) throws(Problem) -> ObjectID? {
        try objects.tree(at: path, in: commit)
    }

    func entries(of tree: ObjectID) throws(Problem) -> [TreeEntry] { try objects.entries(of: tree) }
    func bytes(of blob: ObjectID) throws(Problem) -> [UInt8] { try objects.bytes(of: blob) }
    func summary(of commit: ObjectID) throws(Problem) -> CommitSummary { try objects.summary(of: commit) }
    func signature(of commit: ObjectID) throws(Problem) -> SignedMessage? { try objects.signature(of: commit) }
    func contains(_ object: ObjectID) -> Bool { objects.contains(object) }

    func merge(ancestor: ObjectID, ours: ObjectID, theirs: ObjectID) throws(Problem) -> MergeResult {
        try objects.merge(ancestor: ancestor, ours: ours, theirs: theirs)
    }

    func mergeBase(of one: ObjectID, and other: ObjectID) throws(Problem) -> ObjectID? {
        try objects.mergeBase(of: one, and: other)
    }
}
