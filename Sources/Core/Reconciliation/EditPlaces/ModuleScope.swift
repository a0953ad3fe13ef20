import Domain
import TerraformLanguage

/// One folder's code, as its expressions see it.
struct ModuleScope {
    let folder: String
    let documents: [Document]
    /// The block that calls the module; nil for the workspace itself.
    let call: Setting?

    /// A file that is no HCL is left out, as the reader has reported it.
    init(folder: String, files: [SourceFile], call: Setting? = nil) {
        self.folder = folder
        self.call = call
        documents = files.filter { $0.folder == folder && $0.path.hasSuffix(".tf") }
            .compactMap { try? Document.parse($0.bytes, path: $0.path) }
    }

    /// The only block with an address; the attribute need not be in it.
    func setting(_ attribute: String, of address: String) -> Setting? {
        let found = documents.flatMap { document in document.blocks(at: address).map { (document, $0) } }
        guard found.count == 1, let (document, block) = found.first else { return nil }
        return Setting(document, address, block.body, attribute)
    }

    /// What a local value is, in whichever `locals` block it stands.
    func local(_ path: String) -> Setting? {
        for document in documents {
            for (name, block) in document.namedBlocks where block.type == "locals" {
                let setting = Setting(document, name, block.body, path)
                if setting.expression != nil { return setting }
            }
        }
        return nil
    }

    /// How often the code takes a value, or a part or the whole of it.
    ///
    /// What outputs publish and what a variable says of itself changes no resource.
    func uses(of reference: String) -> Int {
        documents.flatMap { document in
            document.body.blocks.filter { $0.type != "output" && $0.type != "variable" }
                .flatMap(\.body.expressions).flatMap(\.references)
        }.count {
            $0 == reference || $0.hasPrefix("\(reference).") || reference.hasPrefix("\($0).")
                || reference.hasPrefix("\($0)[")
        }
    }
}
