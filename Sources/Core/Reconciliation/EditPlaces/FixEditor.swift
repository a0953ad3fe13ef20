package import Domain
import TerraformLanguage

/// Makes a rule's own fix in the code, without a model.
package struct FixEditor {
    private let finder: PlaceFinder
    private let target: String

    package init(base: WorkspaceFiles, target: String) {
        finder = PlaceFinder(base)
        self.target = target
    }

    /// The files that change, or why the fix cannot be made here.
    package func changed(by fix: Rule.Fix?) -> Result<[SourceFile], Refusal> {
        let settings = fix?.settings ?? []
        guard !settings.isEmpty else { return .failure(Refusal(.fixImpossible, "the rule has no fix.value")) }
        var (editor, changed): (FixEditor, [String: SourceFile]) = (self, [:])
        var same: Refusal?
        for (attribute, value) in settings {
            do throws(Refusal) {
                let file = try editor.changed(attribute, to: value)
                changed[file.path] = file
                editor = FixEditor(base: editor.finder.files.replacing([file]), target: target)
            } catch {
                // What has its value already needs no edit, as long as something else does.
                guard error.reason == .nothingChanged else { return .failure(error) }
                same = same ?? error
            }
        }
        if changed.isEmpty, let same { return .failure(same) }
        return .success(changed.values.sorted { $0.path < $1.path })
    }

    private func changed(_ attribute: String, to value: JSONValue) throws(Refusal) -> SourceFile {
        guard let literal = Literal(value) else {
            throw Refusal(.fixImpossible, "the fix of '\(attribute)' is not a text, number or boolean")
        }
        let place = try finder.place(of: attribute, in: target)
        guard let setting = finder.setting(at: place),
            let bytes = setting.document.setting(place.attribute, to: literal, in: setting.body)
        else {
            throw Refusal(.fixImpossible, "\(place.path): there is no place for '\(place.attribute)' in \(target)")
        }
        guard bytes != setting.document.bytes else {
            throw Refusal(.nothingChanged, "\(target).\(attribute) is \(literal.source) already")
        }
        let isExecutable = finder.files.files.first { $0.path == place.path }?.isExecutable ?? false
        return SourceFile(path: place.path, bytes: bytes, isExecutable: isExecutable)
    }
}
