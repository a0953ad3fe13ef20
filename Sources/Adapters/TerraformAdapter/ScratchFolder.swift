import Domain
import Foundation
import Glibc

/// A folder of its own for one version of one workspace; only its owner can look into it.
struct ScratchFolder: Sendable {
    let path: String
    /// The root module within.
    let workspace: String
    let dataFolder: String
    let configFile: String

    /// Lays the files out; refuses what Terraform would run or trust without having been asked.
    init(_ files: WorkspaceFiles, _ settings: Terraform.Settings) throws(Problem) {
        for file in files.files { try Self.refuse(file.path, in: files.workspace) }
        try Self.refuse(files.workspace.folder, in: files.workspace)
        try Self.refuse(files.workspace.path, in: files.workspace)
        path = "\(settings.scratchFolder)/\(ScratchOwner.newName())"
        workspace = "\(path)/files/\(files.workspace.folder)"
        dataFolder = "\(path)/data"
        configFile = settings.cliConfigFile ?? "\(path)/terraformrc"
        do {
            try Self.make(settings.scratchFolder)
            try Self.requireOwn(settings.scratchFolder)
            try Self.make(path)
            try Self.make(workspace)
            for file in files.files { try write(file) }
            try writeConfiguration(settings)
        } catch let error as Problem {
            throw error
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw Problem(
                .needsPerson,
                "\(files.workspace.path): a scratch folder could not be made in \(settings.scratchFolder): "
                    + FileReason.text(error), hint: "check its permissions and the room on its disk")
        }
    }

    /// Keeps the state in a file outside of the scratch folder.
    func useLocalState(at file: String) throws(Problem) {
        let folder = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
        let text = "terraform {\n  backend \"local\" {\n    path = \(HCL.quoted(file))\n  }\n}\n"
        do {
            try Self.make(folder)
            try Data(text.utf8).write(to: URL(filePath: "\(workspace)/sphinx_backend_override.tf"))
        } catch {
            throw Problem(
                .needsPerson, "the state folder \(folder) cannot be made: \(FileReason.text(error))",
                hint: "SPHINX_LOCAL_STATE_DIR names a folder that can be written")
        }
    }

    /// Whether the override is what `init` has taken: an override file with a later name would win over it.
    func usesLocalState(at file: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: "\(dataFolder)/terraform.tfstate"),
            let pointer = try? JSONDecoder().decode(JSONValue.self, from: data)
        else { return false }
        return pointer.value(at: "backend.type")?.string == "local"
            && pointer.value(at: "backend.config.path")?.string == file
    }

    func write(_ file: SourceFile) throws {
        let place = URL(filePath: "\(path)/files/\(file.path)")
        try Self.make(place.deletingLastPathComponent().path(percentEncoded: false))
        try Data(file.bytes).write(to: place)
        if file.isExecutable {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: place.path(percentEncoded: false))
        }
    }

    func bytes(of file: SourceFile) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/files/\(file.path)").map { Array($0) }
    }

    /// A file beside the workspace's that only the owner can read; nil where it cannot be written.
    func keep(_ data: Data, as name: String) -> String? {
        let file = "\(path)/\(name)"
        let isMade = FileManager.default.createFile(
            atPath: file, contents: data, attributes: [.posixPermissions: 0o600])
        return isMade ? file : nil
    }

    /// Where Terraform writes a state that it cannot save.
    static let erroredState = "errored.tfstate"

    /// Left by an apply that could not save its state.
    var erroredState: String? {
        let file = "\(workspace)/\(Self.erroredState)"
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }

    /// Leaves the only copy of a state where it is.
    func remove() {
        if erroredState == nil { try? FileManager.default.removeItem(atPath: path) }
    }

    private func writeConfiguration(_ settings: Terraform.Settings) throws {
        guard settings.cliConfigFile == nil else { return }
        if let cache = settings.pluginCacheFolder { try Self.make(cache) }
        let text = CLIConfiguration(pluginCacheFolder: settings.pluginCacheFolder).text
        try Data(text.utf8).write(to: URL(filePath: configFile))
    }

    static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Whoever owns the folder above can exchange what lies below it; the name is known, and `/tmp` is everyone's.
    private static func requireOwn(_ folder: String) throws {
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else {
            throw Problem(
                .needsPerson, "the scratch folder \(folder) is not a folder that only this user can write",
                hint: "remove it, or look who made it")
        }
    }

    /// A provider or a state that the repository brings along is used without any check of its source.
    private static func refuse(_ path: String, in workspace: Workspace) throws(Problem) {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if steps.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) || path.utf8.contains(0) {
            throw Problem(
                .needsPerson, "\(workspace.path): '\(path)' is not a path that can be laid out",
                hint: "name files from the top of the repository")
        }
        let denied = steps.first { $0 == ".terraform" || $0 == "terraform.d" || $0.hasPrefix("terraform.tfstate") }
        guard let denied else { return }
        throw Problem(
            .needsPerson, "\(workspace.path): '\(path)' is committed, and Terraform would trust it",
            hint: "remove '\(denied)' from the repository")
    }
}
