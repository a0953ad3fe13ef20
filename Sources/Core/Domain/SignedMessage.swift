/// Bytes, and the signature that is said to be of them.
package struct SignedMessage: Hashable, Sendable {
    package let bytes: [UInt8]
    /// Armored, as ssh-keygen and gpg write it.
    package let signature: String

    package init(bytes: [UInt8], signature: String) {
        self.bytes = bytes
        self.signature = signature
    }
}

/// What a signature is made for; one that was made for anything else does not count.
package enum SignaturePurpose: Hashable, Sendable, CaseIterable {
    case commit, manifest
}

/// What is to be thought of a signature.
package enum SignatureVerdict: Hashable, Sendable {
    /// The name under which the job's machine knows the signer.
    case valid(signer: String)
    /// The end of a sentence that begins with what was to be signed.
    case refused(String)
}

/// What may have to be signed before anything is applied.
package enum SignedPart: String, Hashable, Sendable, CaseIterable {
    /// The commits that brought approvals into the base, and those that changed their workspace since.
    case merges
    /// What Sphinx wrote for the reviewer.
    case manifests
}
