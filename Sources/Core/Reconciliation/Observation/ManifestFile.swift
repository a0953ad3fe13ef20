import Domain
import Foundation

/// Where a proposal's files stand, and how its manifest is read and written.
enum ManifestFile {
    static func folder(workspace: String, key: ProposalKey) -> String { "proposals/\(workspace)/\(key)" }

    static func path(workspace: String, key: ProposalKey) -> String {
        "\(folder(workspace: workspace, key: key))/proposal.json"
    }

    /// Beside the manifest, so that it survives a squash.
    static func signaturePath(of manifest: String) -> String { "\(manifest).sig" }

    static func bytes(_ manifest: Manifest) throws(Problem) -> [UInt8] {
        Array(try JSONDocument.text(manifest).utf8)
    }

    /// Refuses a manifest that is not of this schema, or that stands where another one belongs.
    static func read(_ file: SourceFile) throws(Problem) -> Manifest {
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: Data(file.bytes))
        } catch {
            throw Problem(
                .needsPerson, "\(file.path) is not a manifest that this version of Sphinx can read",
                hint: "restore it from its proposal branch, or remove its folder to withdraw the approval")
        }
        guard manifest.schema == Manifest.schema else {
            throw Problem(
                .needsPerson,
                "\(file.path) has the schema '\(manifest.schema)' and this version reads "
                    + "'\(Manifest.schema)'", hint: "run the version of Sphinx that wrote it")
        }
        guard file.path == path(workspace: manifest.workspace, key: manifest.key) else {
            throw Problem(
                .needsPerson, "\(file.path) is the manifest of \(manifest.workspace)/\(manifest.key)",
                hint: "move it back to \(path(workspace: manifest.workspace, key: manifest.key))")
        }
        return manifest
    }
}

/// The `Key: value` lines at the end of a commit message.
enum Trailers {
    /// The last paragraph's value of a key; nil where the message has none.
    static func value(_ key: String, in message: String) -> String? { values(key, in: message).last }

    /// Every value of a key in the last paragraph, in their order.
    static func values(_ key: String, in message: String) -> [String] {
        // Web forms end lines as Windows does, which is one character of its own.
        let lines = message.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let end = lines.lastIndex { !$0.allSatisfy(\.isWhitespace) } ?? lines.startIndex
        let paragraph = lines.prefix(through: min(end, max(lines.count - 1, 0))).reversed().prefix { !$0.isEmpty }
        return paragraph.reversed().filter { $0.hasPrefix("\(key): ") }
            .map { String($0.dropFirst(key.count + 2)).trimmed }
    }
}
