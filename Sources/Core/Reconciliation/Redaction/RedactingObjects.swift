import Domain

/// Commits what Sphinx writes without tokens, and pages also without what the run signs in with; code stays as it is.
///
/// What else is known was taken out before the text was laid out. Here names and digests stand in it, which programs
/// read back from messages and manifests, and a password may be a word that a name is, too.
struct RedactingObjects: DecoratedObjects {
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
}
