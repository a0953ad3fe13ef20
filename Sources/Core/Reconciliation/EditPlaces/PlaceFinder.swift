import Domain
import TerraformLanguage

/// Follows an attribute to the literal that gives it its value: through local values, variables, files of their values,
/// and the arguments of the calls of local modules.
struct PlaceFinder {
    /// As deep as modules may be nested, and values may be handed on.
    private static let deepest = 20

    let files: WorkspaceFiles
    private let root: ModuleScope
    private let values: VariableValues

    init(_ files: WorkspaceFiles) {
        self.files = files
        root = ModuleScope(folder: files.workspace.folder, files: files.files)
        values = VariableValues(files)
    }

    /// Throws why there is no place that this attribute alone depends on.
    func place(of attribute: String, in target: String) throws(Refusal) -> EditPlace {
        let (scopes, address) = try scopes(of: target)
        let walk = Walk(subject: "\(target).\(attribute)", values: values)
        guard let setting = scopes.last?.setting(attribute, of: address) else {
            throw Refusal(
                .fixImpossible, "\(target) is not in \(scopes.count == 1 ? "this workspace's" : "its module's") files")
        }
        if setting.expression == nil, scopes.count > 1 { throw walk.inside(setting) }
        return try walk.place(from: setting, in: scopes[...], left: Self.deepest)
    }

    /// The places outside of the target that alone give a fix's attributes their values.
    func places(of fix: Rule.Fix, in target: String) -> Set<EditPlace> {
        let found = ([fix.attribute] + fix.also.keys).compactMap { try? place(of: $0, in: target) }
        return Set(found.filter { $0.block != target })
    }

    /// Where a place's file stands now.
    func setting(at place: EditPlace) -> Setting? {
        guard let file = files.files.first(where: { $0.path == place.path }),
            let document = try? Document.parse(file.bytes, path: file.path)
        else { return nil }
        return Setting(place, in: document)
    }

    // MARK: Modules

    /// The workspace first, the module that holds the block last, with the block's address in it.
    private func scopes(of target: String) throws(Refusal) -> (scopes: [ModuleScope], address: String) {
        guard let address = BlockAddress(target), !address.block.isEmpty else {
            throw Refusal(.fixImpossible, "'\(target)' is not the address of a resource")
        }
        var scopes = [root]
        for module in address.modules {
            scopes.append(try called(module.name, from: scopes[scopes.count - 1], target))
        }
        return (scopes, address.block)
    }

    private func called(
        _ name: String, from scope: ModuleScope, _ target: String
    ) throws(Refusal) -> ModuleScope {
        guard let call = scope.setting("source", of: "module.\(name)") else {
            throw Refusal(.fixImpossible, "\(target) is in a module that is not called in \(scope.folder)")
        }
        let source = call.expression.flatMap { call.document.literal($0)?.text } ?? ""
        guard source.hasPrefix("."), let folder = WorkspaceReader.resolved(source, from: scope.folder) else {
            throw Refusal(
                .fixImpossible,
                "\(target) is inside the module '\(name)', whose code ('\(source)') is not in this repository")
        }
        return ModuleScope(folder: folder, files: files.files, call: call)
    }
}
