import Domain
import Foundation

/// A folder of its own for one version of one workspace; only its owner can look into it.
struct ScratchFolder: Sendable {
    private static let cliConfig = """
        disable_checkpoint = true
        provider_installation {
          direct {}
        }

        """

    let path: String
    /// The root module within.
    let workspace: String
    let dataFolder: String
    let configFile: String

    /// Lays the files out; refuses what Terraform would run or trust without having been asked.
    init(_ files: WorkspaceFiles, _ settings: Terraform.Settings) throws(Problem) {
        for file in files.files { try Self.refuse(file, in: files.workspace) }
        path = "\(settings.scratchFolder)/\(UUID().uuidString)"
        workspace = "\(path)/files/\(files.workspace.folder)"
        dataFolder = "\(path)/data"
        configFile = settings.cliConfigFile ?? "\(path)/terraformrc"
        do {
            try Self.make(path)
            try Self.make(workspace)
            for file in files.files { try write(file) }
            if settings.cliConfigFile == nil { try Data(Self.cliConfig.utf8).write(to: URL(filePath: configFile)) }
        } catch {
            throw Problem(
                .needsPerson,
                "a scratch folder could not be made in \(settings.scratchFolder): "
                    + error.localizedDescription, hint: "check its permissions and the room on its disk")
        }
    }

    /// Keeps the state in a file outside of the scratch folder.
    func useLocalState(at file: String) throws(Problem) {
        let folder = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
        let quoted = file.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let text = "terraform {\n  backend \"local\" {\n    path = \"\(quoted)\"\n  }\n}\n"
        do {
            try Self.make(folder)
            try Data(text.utf8).write(to: URL(filePath: "\(workspace)/sphinx_backend_override.tf"))
        } catch {
            throw Problem(
                .needsPerson, "the state folder \(folder) cannot be made: \(error.localizedDescription)",
                hint: "SPHINX_LOCAL_STATE_DIR names a folder that can be written")
        }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    private func write(_ file: SourceFile) throws {
        let place = URL(filePath: "\(path)/files/\(file.path)")
        try Self.make(place.deletingLastPathComponent().path(percentEncoded: false))
        try Data(file.bytes).write(to: place)
        if file.isExecutable {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: place.path(percentEncoded: false))
        }
    }

    private static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// A provider or a state that the repository brings along is used without any check of its source.
    private static func refuse(_ file: SourceFile, in workspace: Workspace) throws(Problem) {
        let steps = file.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if steps.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) || file.path.utf8.contains(0) {
            throw Problem(.needsPerson, "'\(file.path)' is not a path that can be laid out")
        }
        let denied = steps.first { $0 == ".terraform" || $0 == "terraform.d" || $0.hasPrefix("terraform.tfstate") }
        guard let denied else { return }
        throw Problem(
            .needsPerson, "\(workspace.path): '\(file.path)' is committed, and Terraform would trust it",
            hint: "remove '\(denied)' from the repository")
    }
}
