import Domain

/// Commits what Sphinx writes without tokens, and pages also without what the run signs in with; code stays as it is.
///
/// What else is known was taken out before the text was laid out. Here names and digests stand in it, which programs
/// read back from messages and manifests, and a password may be a word that a name is, too.
struct RedactingObjects: ObjectStore {
    private static let folder = "proposals/"
    private static let tokens = Redactor(rules: .formats)

    let objects: any ObjectStore
    let secrets: KnownSecrets

    func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID {
        try objects.commit(
            CommitDraft(
                parent: draft.parent, writes: draft.writes.map(told), removes: draft.removes,
                message: Self.tokens.redact(draft.message), time: draft.time))
    }

    private func told(_ file: SourceFile) -> SourceFile {
        // A signature tells nothing, and a byte less of it is none.
        guard file.path.hasPrefix(Self.folder), !file.path.hasSuffix(".sig") else { return file }
        let redactor = file.path.hasSuffix(".json") ? Self.tokens : secrets.redactor(for: nil).with(.formats)
        return SourceFile(path: file.path, text: redactor.redact(file.text))
    }

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
