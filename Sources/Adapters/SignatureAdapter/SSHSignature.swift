import ChildProcess
import Domain

/// Judges with `ssh-keygen -Y`, at the present time: a signer's clock has no say in whether a key has expired.
struct SSHSignature {
    let bench: SignatureBench
    let signers: String
    let setting: String

    func verdict(on message: SignedMessage, for purpose: SignaturePurpose) async throws(Problem) -> SignatureVerdict {
        let file = try bench.file("signature", Array("\(message.signature)\n".utf8))
        let found = try await keygen(["-Y", "find-principals", "-f", signers, "-s", file])
        let names = found.outputText.split(separator: "\n").map(String.init)
        var words = found.errorText
        for name in found.succeeded ? names : [] {
            let answer = try await keygen(
                ["-Y", "verify", "-f", signers, "-I", name, "-n", purpose.namespace, "-s", file], input: message.bytes)
            if answer.succeeded { return .valid(signer: name) }
            words = answer.errorText
        }
        return .refused(fault(words))
    }

    private func keygen(_ arguments: [String], input: [UInt8] = []) async throws(Problem) -> Completion {
        try await bench.run("ssh-keygen", arguments, input: input, package: "openssh-client")
    }

    private func fault(_ words: String) -> String {
        let known = [
            ("has expired", "is signed with a key that has expired in \(setting)"),
            ("not yet valid", "is signed with a key that is not valid yet in \(setting)"),
            ("not permitted for use", "is signed with a key that \(setting) allows for other things only"),
            ("namespace does not match", "carries a signature that was made for something else"),
            ("incorrect signature", "carries a signature of something else"),
            ("invalid format", "carries a signature that cannot be read"),
            ("No principal matched", "is signed with a key that \(setting) does not hold"),
        ]
        return known.first { words.contains($0.0) }?.1 ?? "carries a signature that cannot be read"
    }
}

extension SignaturePurpose {
    /// What `ssh-keygen -Y` calls the use of a signature; git's own is for commits.
    var namespace: String {
        switch self {
        case .commit: "git"
        case .manifest: "sphinx-manifest"
        }
    }
}
