import Domain

/// Whether a manifest is as Sphinx signed it, and the files beside it are as the manifest says.
struct ManifestSeal {
    private static let plan = "plan.txt"
    private static let remedy = "restore the folder as Sphinx signed it, or revert the merge"

    let objects: any ObjectStore
    let verifier: any SignatureVerifier
    let base: ObjectID
    let manifest: Manifest

    private var folder: String { ManifestFile.folder(workspace: manifest.workspace, key: manifest.key) }
    private var path: String { ManifestFile.path(workspace: manifest.workspace, key: manifest.key) }

    func finding() async throws(Problem) -> Provenance.Finding {
        guard let file = try objects.file(at: path, in: base) else { return refused("\(path) is gone") }
        guard let signature = try objects.file(at: ManifestFile.signaturePath(of: path), in: base) else {
            return refused("\(path) is not signed")
        }
        let message = SignedMessage(bytes: file.bytes, signature: signature.text)
        switch try await verifier.verdict(on: message, for: .manifest) {
        case .refused(let fault): return refused("\(path) \(fault)")
        case .valid(let signer):
            return try mismatch(manifest.files ?? [:]).map(refused) ?? .vouched(signers: [signer])
        }
    }

    private func mismatch(_ files: [String: Digest]) throws(Problem) -> String? {
        guard files[Self.plan] != nil else { return "\(path) holds no digest of \(Self.plan)" }
        for (name, digest) in files.sorted(by: { $0.key < $1.key }) {
            let file = try objects.file(at: "\(folder)/\(name)", in: base)
            if file.map({ Digest(ofBytes: $0.bytes) }) != digest {
                return "\(folder)/\(name) is not the one whose digest the signed manifest holds"
            }
        }
        return nil
    }

    private func refused(_ fault: String) -> Provenance.Finding { .refused("\(fault); \(Self.remedy)") }
}
