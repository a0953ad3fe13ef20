/// Signs what Sphinx writes, with a key of the job's machine.
package protocol Signer: Sendable {
    /// An armored signature of the bytes that is good for this purpose alone; it takes milliseconds, and waits for nobody.
    func signature(of bytes: [UInt8], for purpose: SignaturePurpose) throws(Problem) -> String
}

/// Knows who may sign; it learns that from the job's machine, never from the repository.
package protocol SignatureVerifier: Sendable {
    /// Throws where it cannot tell, such as without a list of signers.
    func verdict(on message: SignedMessage, for purpose: SignaturePurpose) async throws(Problem) -> SignatureVerdict
}
