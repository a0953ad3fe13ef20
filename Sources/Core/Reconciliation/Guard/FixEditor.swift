package import Domain
import TerraformLanguage

/// Makes a rule's own fix in the code, without a model.
package struct FixEditor {
    private let files: [SourceFile]
    private let documents: [Document]
    private let target: String

    /// Of the workspace's own files; one that is no HCL is left out, as the reader has reported it.
    init(files: [SourceFile], target: String) {
        self.files = files
        documents = files.compactMap { try? Document.parse($0.bytes, path: $0.path) }
        self.target = target
    }

    package init(base: WorkspaceFiles, target: String) {
        self.init(
            files: base.files.filter { $0.folder == base.workspace.folder && $0.path.hasSuffix(".tf") },
            target: target)
    }

    /// The files that change, or why the fix cannot be made here.
    package func changed(by fix: Rule.Fix?) -> Result<[SourceFile], Refusal> {
        let settings = fix?.settings ?? []
        guard !settings.isEmpty else { return .failure(Refusal(.fixImpossible, "the rule has no fix.value")) }
        var (editor, changed): (FixEditor, [String: SourceFile]) = (self, [:])
        var same: Refusal?
        for (attribute, value) in settings {
            guard let literal = Literal(value) else {
                return .failure(Refusal(.fixImpossible, "the fix of '\(attribute)' is not a text, number or boolean"))
            }
            switch editor.changed(attribute, to: literal) {
            case .success(let file):
                changed[file.path] = file
                editor = FixEditor(files: files.map { changed[$0.path] ?? $0 }, target: target)
            // What has its value already needs no edit, as long as something else does.
            case .failure(let refusal) where refusal.reason == .nothingChanged: same = same ?? refusal
            case .failure(let refusal): return .failure(refusal)
            }
        }
        if changed.isEmpty, let same { return .failure(same) }
        return .success(changed.values.sorted { $0.path < $1.path })
    }

    private func changed(_ attribute: String, to literal: Literal) -> Result<SourceFile, Refusal> {
        guard let (document, block) = block(target) else {
            let place = target.hasPrefix("module.") ? "inside a module" : "not in this workspace's files"
            return .failure(Refusal(.fixImpossible, "\(target) is \(place)"))
        }
        guard let expression = document.expression(at: attribute, in: block.body) else {
            return set(attribute, literal, in: document, block.body)
        }
        if document.literal(expression) != nil { return set(attribute, literal, in: document, block.body) }
        guard let variable = variable(behind: attribute),
            let (file, declaration) = self.block("variable.\(variable)")
        else {
            let text = document.normalized(expression)
            return .failure(
                Refusal(.fixImpossible, "\(target).\(attribute) is the expression '\(text.prefix(120))'"))
        }
        return set("default", literal, in: file, declaration.body)
    }

    private func set(
        _ path: String, _ literal: Literal, in document: Document, _ body: Body
    ) -> Result<SourceFile, Refusal> {
        guard let bytes = document.setting(path, to: literal, in: body) else {
            return .failure(Refusal(.fixImpossible, "\(document.path): there is no place for '\(path)' in \(target)"))
        }
        guard bytes != document.bytes else {
            return .failure(Refusal(.nothingChanged, "\(target).\(path) is \(literal.source) already"))
        }
        return .success(SourceFile(path: document.path, bytes: bytes))
    }

    /// The variable whose literal default is the attribute's value, if nothing else uses the variable.
    func variable(behind attribute: String) -> String? {
        guard let (document, block) = block(target),
            let expression = document.expression(at: attribute, in: block.body)
        else { return nil }
        let references = document.references(in: expression.tokens)
        guard references.count == 1, expression.tokens.count == 3, references[0].hasPrefix("var.") else { return nil }
        let uses = documents.flatMap { document in
            Self.expressions(of: document.body).flatMap { document.references(in: $0.tokens) }
        }.count { $0 == references[0] || $0.hasPrefix("\(references[0]).") }
        let name = String(references[0].dropFirst(4))
        guard uses == 1, let (file, declaration) = self.block("variable.\(name)"),
            declaration.body.attribute("default").flatMap({ file.literal($0) }) != nil
        else { return nil }
        return name
    }

    /// The literal that an attribute has, followed through one variable; nil where it is an expression or absent.
    func value(of attribute: String) -> String? {
        guard let (document, block) = block(target),
            let expression = document.expression(at: attribute, in: block.body)
        else { return nil }
        if let literal = document.literal(expression) { return literal.text ?? "null" }
        return variable(behind: attribute).flatMap { name in
            self.block("variable.\(name)").flatMap { file, declaration in
                declaration.body.attribute("default").flatMap { file.literal($0)?.text }
            }
        }
    }

    private func block(_ address: String) -> (Document, Block)? {
        let found = documents.flatMap { document in document.blocks(at: address).map { (document, $0) } }
        return found.count == 1 ? found[0] : nil
    }

    private static func expressions(of body: Body) -> [Expression] {
        body.attributes.map(\.expression) + body.blocks.flatMap { expressions(of: $0.body) }
    }
}
