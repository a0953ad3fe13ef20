import Foundation

/// Keys of a test's own, made by the real `ssh-keygen` and `gpg`.
package struct ThrowawayKeys: Sendable {
    package let folder: TemporaryFolder

    package init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private var home: String { folder.file("g") }

    // MARK: SSH

    /// The path of a private key; the public one is beside it.
    package func ssh(_ name: String, passphrase: String = "") async throws -> String {
        let path = folder.file(name)
        try await Shell.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", path])
        return path
    }

    /// A file in the form of `allowed_signers`: who, options, and the path of whose key.
    package func signers(_ name: String, _ lines: [(who: String, options: String, key: String)]) throws -> String {
        let text = try lines.map { line in
            let key = try String(contentsOfFile: "\(line.key).pub", encoding: .utf8)
            return "\(line.who) \(line.options) \(key)"
        }
        return try folder.write(text.joined(), to: name)
    }

    package func signature(of text: String, by key: String, for namespace: String) async throws -> String {
        try await Shell.run("ssh-keygen", ["-Y", "sign", "-f", key, "-n", namespace], input: text)
    }

    // MARK: OpenPGP

    /// Makes a key; one that was made in the past has expired by now.
    package func openPGP(_ who: String, expired: Bool = false) async throws {
        try await gpg(
            (expired ? Self.past : []) + ["--passphrase", "", "--quick-generate-key", who, "ed25519", "sign"]
                + [expired ? "1d" : "never"])
    }

    /// The armored public keys of all or of one.
    package func keyring(_ name: String, of who: String...) async throws -> String {
        try folder.write(try await gpg(["--armor", "--export"] + who), to: name)
    }

    package func openPGPSignature(of text: String, by who: String, expired: Bool = false) async throws -> String {
        try await gpg(
            (expired ? Self.past : []) + ["--local-user", who, "--armor", "--detach-sign"], input: text)
    }

    /// A program that git can call as gpg.
    package func gpgProgram() throws -> String {
        let path = try folder.write("#!/bin/sh\nGNUPGHOME='\(home)' exec gpg --batch \"$@\"\n", to: "gpg-program")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// The agent that gpg started ends with it.
    package func endAgent() async throws {
        try await Shell.run("gpgconf", ["--homedir", home, "--kill", "gpg-agent"])
    }

    private static let past = ["--faked-system-time", "20200101T000000"]

    @discardableResult
    private func gpg(_ arguments: [String], input: String = "") async throws -> String {
        try await Shell.run("gpg", ["--homedir", home, "--batch", "--quiet"] + arguments, input: input)
    }
}
