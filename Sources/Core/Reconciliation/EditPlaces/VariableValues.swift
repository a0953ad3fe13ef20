import Domain
import TerraformLanguage

/// The files that give a workspace's variables their values, the one that Terraform believes most first.
///
/// https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
struct VariableValues {
    private let files: [SourceFile]

    init(_ files: WorkspaceFiles) {
        let workspace = files.workspace
        let own = files.files.filter { $0.folder == workspace.folder }
        let named = workspace.settings.varFiles.compactMap { name in own.first { $0.name == name } }
        let automatic = own.filter { $0.name.hasSuffix(".auto.tfvars") || $0.name.hasSuffix(".auto.tfvars.json") }
            .sorted { $0.name < $1.name }
        let standard = ["terraform.tfvars", "terraform.tfvars.json"].compactMap { name in own.first { $0.name == name }
        }
        self.files = (standard + automatic + named).reversed()
    }

    /// Where the files give a variable its value; nil where none does.
    ///
    /// Throws for a file that cannot be edited.
    func setting(_ path: AttributePath) throws(Refusal) -> Setting? {
        let name = path.steps[0]
        for file in files {
            if file.name.hasSuffix(".json") {
                if file.text.contains("\"\(name)\"") {
                    throw Refusal(.fixImpossible, "\(file.path) may hold the value of var.\(name), and is no HCL")
                }
                continue
            }
            guard let document = try? Document.parse(file.bytes, path: file.path) else {
                throw Refusal(.fixImpossible, "\(file.path) cannot be read")
            }
            guard document.body.attribute(name) != nil else { continue }
            let setting = Setting(document, "", document.body, path.description)
            return setting.expression == nil ? nil : setting
        }
        return nil
    }
}
