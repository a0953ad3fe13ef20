package import Domain
import Foundation

/// Judges signatures with `ssh-keygen` and `gpg`, by lists of signers that lie on this machine.
package struct SignatureTools: SignatureVerifier {
    /// A file that says who may sign, and the setting that names it.
    package struct SignerList: Hashable, Sendable {
        package let setting: String
        package let path: String?

        package init(setting: String, path: String?) {
            self.setting = setting
            self.path = path
        }
    }

    package struct Settings: Sendable {
        /// In the form of `allowed_signers`; these sign commits.
        package var allowedSigners: SignerList
        /// OpenPGP public keys, armored or not; these sign commits.
        package var allowedKeyring: SignerList
        /// In the form of `allowed_signers`; these sign manifests, and no commit.
        package var manifestSigners: SignerList
        /// Where the commands are looked for.
        package var path: String
        package var scratchFolder: String
        /// The repository's checked-out files, among which no list may lie.
        package var workTree: String?

        package init(
            allowedSigners: SignerList, allowedKeyring: SignerList, manifestSigners: SignerList, path: String,
            scratchFolder: String, workTree: String? = nil
        ) {
            self.allowedSigners = allowedSigners
            self.allowedKeyring = allowedKeyring
            self.manifestSigners = manifestSigners
            self.path = path
            self.scratchFolder = scratchFolder
            self.workTree = workTree
        }
    }

    private let settings: Settings

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package func verdict(
        on message: SignedMessage, for purpose: SignaturePurpose
    ) async throws(Problem) -> SignatureVerdict {
        let lists =
            purpose == .commit ? [settings.allowedSigners, settings.allowedKeyring] : [settings.manifestSigners]
        for list in lists { try check(list) }
        guard lists.contains(where: { $0.path != nil }) else {
            throw Problem(
                .needsPerson, "signatures are wanted, and this machine does not say who may sign",
                hint: "set \(lists.map(\.setting).joined(separator: " or ")) to a file outside of the repository")
        }
        guard let kind = Kind(message.signature) else {
            return .refused("carries a signature that is neither SSH's nor OpenPGP's")
        }
        let list = kind == .ssh ? lists[0] : lists.last { $0.setting == settings.allowedKeyring.setting }
        guard let list, let path = list.path else {
            return .refused("is signed with \(kind.article) key, and none may sign here")
        }
        let bench = try SignatureBench(in: settings.scratchFolder, path: settings.path)
        defer { bench.remove() }
        switch kind {
        case .ssh:
            return try await SSHSignature(bench: bench, signers: path, setting: list.setting)
                .verdict(on: message, for: purpose)
        case .openPGP:
            return try await OpenPGPSignature(bench: bench, keyring: path, setting: list.setting).verdict(on: message)
        }
    }

    /// The settings that name a list that can be used; throws for one that cannot.
    package func usableLists() throws(Problem) -> [String] {
        var names: [String] = []
        for list in [settings.allowedSigners, settings.allowedKeyring, settings.manifestSigners] where list.path != nil
        {
            try check(list)
            names.append(list.setting)
        }
        return names
    }

    /// A list that is set has to be there, and no merge may reach it.
    private func check(_ list: SignerList) throws(Problem) {
        guard let path = list.path else { return }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw Problem(.needsPerson, "\(list.setting) names '\(path)', which cannot be read")
        }
        if let tree = settings.workTree.map(Self.resolved), Self.resolved(path).hasPrefix("\(tree)/") {
            throw Problem(
                .needsPerson, "\(list.setting) names a file of the checkout, where a merge could add its own signer",
                hint: "keep it with the job's settings, outside of the repository")
        }
    }

    private static func resolved(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path(percentEncoded: false)
            .trimmingSuffix("/")
    }

    private enum Kind {
        case ssh, openPGP

        init?(_ signature: String) {
            let armor = signature.drop { $0.isWhitespace }
            if armor.hasPrefix("-----BEGIN SSH SIGNATURE-----") {
                self = .ssh
            } else if armor.hasPrefix("-----BEGIN PGP SIGNATURE-----") {
                self = .openPGP
            } else {
                return nil
            }
        }

        var article: String { self == .ssh ? "an SSH" : "an OpenPGP" }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
