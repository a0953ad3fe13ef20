import Domain
import TerraformLanguage

/// The providers' versions that `.terraform.lock.hcl` pins.
enum LockFile {
    static let name = ".terraform.lock.hcl"

    /// Provider address → version; empty without a lock file that can be read.
    static func versions(in files: WorkspaceFiles) -> [String: String] {
        versions(among: files.files.filter { $0.folder == files.workspace.folder })
    }

    /// The files of one folder.
    static func versions(among files: [SourceFile]) -> [String: String] {
        guard let file = files.first(where: { $0.name == name }),
            let document = try? Document.parse(file.bytes, path: file.path)
        else { return [:] }
        return document.body.blocks.reduce(into: [:]) { versions, block in
            guard block.type == "provider", let provider = block.labels.first,
                let version = block.body.attribute("version").flatMap({ document.literal($0) })?.text
            else { return }
            versions[provider] = version
        }
    }
}
