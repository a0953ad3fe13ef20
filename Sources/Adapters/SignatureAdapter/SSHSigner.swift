import ChildProcess
package import Domain

/// Signs with `ssh-keygen -Y sign`: a private key's file, or a public key's whose private one an agent holds.
package struct SSHSigner: Signer {
    private let key: String
    private let environment: [String: String]

    /// Of the environment, only where the commands and the agent are is used.
    package init(key: String, environment: [String: String]) {
        self.key = key
        self.environment = environment.filter { ["PATH", "HOME", "SSH_AUTH_SOCK"].contains($0.key) }
            // Nobody is there to type a passphrase.
            .merging(["LC_ALL": "C", "SSH_ASKPASS": "/nonexistent", "SSH_ASKPASS_REQUIRE": "force"]) { $1 }
    }

    package func signature(of bytes: [UInt8], for purpose: SignaturePurpose) throws(Problem) -> String {
        let command = Command(
            "ssh-keygen", ["-Y", "sign", "-f", key, "-n", purpose.namespace], environment: environment, input: bytes,
            limits: Limits(deadline: .seconds(20), outputBytes: 1 << 20))
        let completion: Completion
        do throws(ChildProcessError) {
            completion = try command.wait()
        } catch {
            throw problem(error)
        }
        guard completion.succeeded, completion.outputText.hasPrefix("-----BEGIN SSH SIGNATURE-----") else {
            throw Problem(
                .needsPerson, "the key of SPHINX_SIGNING_KEY does not sign: \(words(completion.errorText))",
                hint: "give it a file that this user alone can read, without a passphrase or with its key in ssh-agent")
        }
        return completion.outputText
    }

    private func words(_ text: String) -> String {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("Signing data") }.suffix(2)
        return lines.isEmpty ? "ssh-keygen did not say why" : lines.map(\.trimmed).joined(separator: " ")
    }

    private func problem(_ error: ChildProcessError) -> Problem {
        if case .notFound = error {
            return Problem(
                .needsPerson, "nothing can be signed: there is no 'ssh-keygen'", hint: "install openssh-client")
        }
        return Problem(
            .needsPerson, "ssh-keygen did not sign within 20 seconds, or could not be started",
            hint: "use a key that needs no touch, or leave SPHINX_SIGNING_KEY out")
    }
}
