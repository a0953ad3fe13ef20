import Domain
import Foundation

/// A folder of its own for one run of one command, with its files of the pinned commit.
struct CommandFolder: Sendable {
    /// The variable by which a call's processes are known.
    static let mark = "SPHINX_PLUGIN_CALL"

    let id: String
    let path: String
    let workingFolder: String

    var home: String { "\(path)/home" }

    init(_ command: RepositoryCommand, _ files: [SourceFile], in scratch: String) throws(Problem) {
        id = UUID().uuidString
        path = "\(scratch)/\(id)"
        workingFolder = "\(path)/files/\(command.folder)"
        do {
            try Self.make(home)
            try Self.make(workingFolder)
            for file in files where Self.isPlain(file.path) { try write(file) }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw Problem(
                .needsPerson,
                "\(command.name) has no scratch folder in \(scratch): \(FileReason.text(error))",
                hint: "check its permissions and the room on its disk")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private func write(_ file: SourceFile) throws {
        let place = URL(filePath: "\(path)/files/\(file.path)")
        try Self.make(place.deletingLastPathComponent().path(percentEncoded: false))
        try Data(file.bytes).write(to: place)
        try FileManager.default.setAttributes(
            [.posixPermissions: file.isExecutable ? 0o700 : 0o600], ofItemAtPath: place.path(percentEncoded: false))
    }

    private static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// A path of git's that would leave the folder is left out.
    private static func isPlain(_ path: String) -> Bool {
        !path.split(separator: "/", omittingEmptySubsequences: false).contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }
}
