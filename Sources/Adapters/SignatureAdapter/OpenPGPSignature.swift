import ChildProcess
import Domain

/// Judges with `gpg`, in a home of its own that holds the allowed keys alone.
struct OpenPGPSignature {
    private static let quiet = ["--batch", "--no-tty", "--no-autostart", "--no-auto-key-retrieve", "--disable-dirmngr"]
    /// gpg's own words for what must not be believed, the plainest first.
    private static let faults = [
        ("BADSIG", "carries a signature of something else"),
        ("REVKEYSIG", "is signed with a key that was revoked"),
        ("EXPKEYSIG", "is signed with a key that has expired"),
        ("EXPSIG", "carries a signature that has expired"),
    ]

    let bench: SignatureBench
    let keyring: String
    let setting: String

    func verdict(on message: SignedMessage) async throws(Problem) -> SignatureVerdict {
        // Its exit code also tells of an agent that it does not find, which nothing here needs.
        let imported = try await gpg(["--status-fd", "1", "--import", keyring])
        guard Status(imported.outputText).has("IMPORT_OK") else {
            throw Problem(
                .needsPerson, "\(setting) holds no keys that gpg can read",
                hint: "write it with 'gpg --export --armor NAME…'")
        }
        let signature = try bench.file("signature", Array("\(message.signature)\n".utf8))
        let signed = try bench.file("signed", message.bytes)
        let answer = try await gpg(["--status-fd", "1", "--trust-model", "always", "--verify", signature, signed])
        return verdict(Status(answer.outputText), succeeded: answer.succeeded)
    }

    private func verdict(_ status: Status, succeeded: Bool) -> SignatureVerdict {
        if let fault = Self.faults.first(where: { status.has($0.0) }) { return .refused(fault.1) }
        if status.has("NO_PUBKEY") { return .refused("is signed with a key that \(setting) does not hold") }
        guard succeeded, status.has("VALIDSIG"), !status.has("ERRSIG"), let name = status.words(of: "GOODSIG") else {
            return .refused("carries a signature that cannot be read")
        }
        return .valid(signer: name)
    }

    private func gpg(_ arguments: [String]) async throws(Problem) -> Completion {
        try await bench.run("gpg", Self.quiet + arguments, package: "gnupg")
    }

    /// `[GNUPG:] GOODSIG 0123… Alice <alice@example.com>`, a line each.
    private struct Status {
        private let lines: [[Substring]]

        init(_ text: String) {
            lines = text.split(separator: "\n").filter { $0.hasPrefix("[GNUPG:] ") }.map {
                $0.split(separator: " ", maxSplits: 3).dropFirst().map { $0 }
            }
        }

        func has(_ word: String) -> Bool { lines.contains { $0.first.map(String.init) == word } }

        /// What stands after the key's name.
        func words(of word: String) -> String? {
            lines.first { $0.first.map(String.init) == word && $0.count == 3 }.map { String($0[2]) }
        }
    }
}
