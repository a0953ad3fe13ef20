import Domain
import Foundation
import GitAdapter
import SignatureAdapter

/// Who signs and who may sign are settings of the job's machine: what the repository says of it, a merge could change.
extension Composition {
    func signer() -> (any Signer)? {
        settings.text("SPHINX_SIGNING_KEY").map {
            SSHSigner(key: Settings.absolute($0), environment: settings.values)
        }
    }

    func signatures(_ git: GitRepository) -> SignatureTools.Settings {
        SignatureTools.Settings(
            allowedSigners: list("SPHINX_ALLOWED_SIGNERS"), allowedKeyring: list("SPHINX_ALLOWED_KEYRING"),
            manifestSigners: list("SPHINX_MANIFEST_SIGNERS"), path: settings.text("PATH") ?? "/usr/bin:/bin",
            scratchFolder: NSTemporaryDirectory(), workTree: git.workTree)
    }

    private func list(_ name: String) -> SignatureTools.SignerList {
        SignatureTools.SignerList(setting: name, path: settings.text(name).map(Settings.absolute))
    }

    /// What this machine signs with, and whose signatures it knows; for `doctor`.
    func signatureReport() throws(Problem) -> String {
        var found: [String] = []
        if let signer = signer() {
            _ = try signer.signature(of: [], for: .manifest)
            found.append("signs")
        }
        let tools = SignatureTools(signatures(try gitRepository(scratch: nil)))
        found += try tools.usableLists().map { "knows \($0)" }
        found += try requiredSignatures().map { "wants \($0.rawValue) signed" }.sorted()
        return found.isEmpty ? "none: what the policy wants signed is not applied" : found.joined(separator: ", ")
    }

    /// `SPHINX_REQUIRE_SIGNATURES=merges,manifests`, whatever the repository's policy says.
    func requiredSignatures() throws(Problem) -> Set<SignedPart> {
        let name = "SPHINX_REQUIRE_SIGNATURES"
        var parts: Set<SignedPart> = []
        for word in (settings.text(name) ?? "").split(separator: ",").map(\.trimmed) {
            guard let part = SignedPart(rawValue: word) else {
                throw Problem(
                    .needsPerson, "\(name) holds '\(word)', which is nothing that is signed",
                    hint: "write merges, manifests or both with a comma between")
            }
            parts.insert(part)
        }
        return parts
    }
}
