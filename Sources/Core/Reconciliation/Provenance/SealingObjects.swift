import Domain

/// Seals what is committed of a proposal: its manifest holds the digests of the files beside it, and a signature stands
/// next to it where this machine has a key.
///
/// The last step before a commit is made, so that what is sealed is what people read, byte for byte. What comes with a
/// signature, as the members of a group do, is sealed already.
struct SealingObjects: DecoratedObjects {
    let objects: any ObjectStore
    let signer: (any Signer)?

    func commit(_ draft: CommitDraft) throws(Problem) -> ObjectID {
        let paths = Set(draft.writes.map(\.path))
        var writes: [SourceFile] = []
        for file in draft.writes {
            let isOpen = file.isManifest && !paths.contains(ManifestFile.signaturePath(of: file.path))
            writes += isOpen ? try sealed(file, among: draft.writes) : [file]
        }
        return try objects.commit(
            CommitDraft(
                parent: draft.parent, writes: writes, removes: draft.removes, message: draft.message, time: draft.time))
    }

    private func sealed(_ file: SourceFile, among writes: [SourceFile]) throws(Problem) -> [SourceFile] {
        var manifest = try ManifestFile.read(file)
        let beside = writes.filter { $0.folder == file.folder && !$0.isManifest }
        manifest.files = Dictionary(beside.map { ($0.name, Digest(ofBytes: $0.bytes)) }) { first, _ in first }
        let sealed = SourceFile(path: file.path, bytes: try ManifestFile.bytes(manifest))
        guard let signer else { return [sealed] }
        let signature = try signer.signature(of: sealed.bytes, for: .manifest)
        return [sealed, SourceFile(path: ManifestFile.signaturePath(of: file.path), text: signature)]
    }
}

extension SourceFile {
    fileprivate var isManifest: Bool { path.hasPrefix("proposals/") && name == "proposal.json" }
}
