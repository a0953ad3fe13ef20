import Domain

/// A backend that Sphinx can give to a new workspace so that its state has a place of its own.
package enum NewBackend: String, CaseIterable, Sendable {
    case s3

    /// Bucket, region and the key's prefix come from the job's settings; the key ends with the workspace's path.
    var block: String { "backend \"\(rawValue)\" {}" }
}

/// The first files of a workspace.
struct WorkspaceTemplate {
    static let settingsFile = "workspace.yml"

    /// What a new workspace says where no template says it.
    static let settings = """
        # Settings of this workspace. What is left out has the value that is shown.
        #
        # labels: {}          labels of the metrics that belong here, such as {env: prod}
        # var_files: []       files of this folder that hold values of variables
        # backend: {}         further settings of its backend, such as {bucket: states}; never credentials
        # apply: merged       or never: what is merged is then applied by people
        # targeted: false     true plans and applies with -target, where the base itself is not clean
        # owners: []          who answers for it

        """

    let name: String
    let backend: NewBackend?

    var folder: String { "\(WorkspaceReader.top)/\(name)" }

    /// An empty root module.
    func files() -> [SourceFile] {
        let block = backend.map { "\n  \($0.block)\n" } ?? ""
        return [
            SourceFile(
                path: "\(folder)/main.tf", text: "terraform {\n  required_version = \">= 1.5\"\n\(block)}\n"),
            SourceFile(path: "\(folder)/\(Self.settingsFile)", text: Self.settings),
        ]
    }

    /// Another folder's files under this name, with their ways to local modules made right.
    func files(from template: String, _ files: [SourceFile]) -> [SourceFile] {
        var copies = files.filter { !Self.isLeftover($0.path) }.map { file in
            let path = "\(folder)/\(file.path.dropFirst(template.count + 1))"
            return SourceFile(
                path: path, bytes: file.name.hasSuffix(".tf") ? moved(file, to: path, from: template) : file.bytes,
                isExecutable: file.isExecutable)
        }
        if let backend {
            copies.append(
                SourceFile(path: "\(folder)/backend.tf", text: "terraform {\n  \(backend.block)\n}\n"))
        }
        if !copies.contains(where: { $0.path == "\(folder)/\(Self.settingsFile)" }) {
            copies.append(SourceFile(path: "\(folder)/\(Self.settingsFile)", text: Self.settings))
        }
        return copies.sorted { $0.path < $1.path }
    }

    /// What Terraform leaves in a folder that somebody committed.
    private static func isLeftover(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0 == ".terraform" || $0 == "terraform.tfstate.d" }
            || path.hasSuffix(".tfstate") || path.hasSuffix(".tfstate.backup")
    }

    // MARK: Local modules

    /// A module outside of the template stays where it is, so that the way to it is another one.
    private func moved(_ file: SourceFile, to path: String, from template: String) -> [UInt8] {
        var text = file.text
        let old = file.folder
        let new = String(path.dropLast(file.name.count + 1))
        for call in FolderReading([file]).modules where call.source.hasPrefix(".") {
            guard let module = WorkspaceReader.resolved(call.source, from: old),
                module != template, !module.hasPrefix("\(template)/")
            else { continue }
            text = text.replacing("\"\(call.source)\"", with: "\"\(Self.way(from: new, to: module))\"")
        }
        return Array(text.utf8)
    }

    static func way(from folder: String, to other: String) -> String {
        let (left, right) = (folder.split(separator: "/"), other.split(separator: "/"))
        let common = zip(left, right).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: left.count - common)
        return ((up.isEmpty ? ["."] : up) + right.dropFirst(common).map(String.init)).joined(separator: "/")
    }
}
