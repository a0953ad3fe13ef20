package import Domain
import TerraformLanguage

/// Proves, before any Terraform runs, that an edit changes the targeted block and nothing else.
package struct EditGuard {
    private let workspace: Workspace
    private let before: [SourceFile]
    private let target: String
    private let fix: Rule.Fix?

    package init(workspace: Workspace, before: [SourceFile], target: String, fix: Rule.Fix?) {
        self.workspace = workspace
        self.before = before
        self.target = target
        self.fix = fix
    }

    /// Every reason to refuse; empty means that the code may go to Terraform.
    package func refusals(after: [SourceFile]) -> [Refusal] {
        let (old, new) = (Self.byPath(before), Self.byPath(after))
        var refusals: [Refusal] = []
        for path in Set(old.keys).union(new.keys).sorted() where old[path]?.bytes != new[path]?.bytes {
            refusals += self.refusals(path: path, old[path], new[path])
        }
        return refusals.isEmpty ? fixRefusals(after) : refusals
    }

    private static func byPath(_ files: [SourceFile]) -> [String: SourceFile] {
        Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    }

    // MARK: One file

    private func refusals(path: String, _ old: SourceFile?, _ new: SourceFile?) -> [Refusal] {
        guard let old, let new else {
            return [Refusal(.outsideTarget, "\(path): files may be neither added nor removed")]
        }
        guard path.hasSuffix(".tf"), old.folder == workspace.folder else {
            return [Refusal(.outsideTarget, "\(path): only the workspace's own .tf files may change")]
        }
        do throws(SyntaxError) {
            let documents = (try Document.parse(old.bytes, path: path), try Document.parse(new.bytes, path: path))
            return refusals(documents.0, documents.1)
        } catch {
            let place = error.position(in: new.bytes)
            return [Refusal(.syntax, "\(path):\(place.line):\(place.column): \(error.message)")]
        }
    }

    private func refusals(_ old: Document, _ new: Document) -> [Refusal] {
        let changes = CodeChange.changes(from: old, to: new)
        var refusals = changes.compactMap { refusal(of: $0, in: old.path) }
        if refusals.isEmpty, !isSameOutside(old, new) {
            refusals.append(
                Refusal(
                    .outsideTarget, "\(old.path): text outside of \(allowed.sorted().joined(separator: ", ")) changed"))
        }
        var seen: Set<Refusal> = []
        return (refusals + functionRefusals(old, new)).filter { seen.insert($0).inserted }
    }

    private func refusal(of change: CodeChange, in path: String) -> Refusal? {
        guard allowed.contains(change.block) else { return outside(change, path) }
        let step = change.attribute.split(separator: ".").first.map(String.init) ?? ""
        if change.block != target {
            return change.attribute == "default"
                ? nil : Refusal(.outsideTarget, "\(path): only the default of \(change.block) may change")
        }
        if step.isEmpty {
            return Refusal(.outsideTarget, "\(path): the block \(target) may be neither added nor removed")
        }
        return DeniedConstructs.inResource.first { $0.name == step }.map {
            Refusal(.deniedConstruct, "\(path): '\($0.name)' of \(target) may not change: \($0.reason)")
        }
    }

    private func outside(_ change: CodeChange, _ path: String) -> Refusal {
        let type = Self.type(of: change.block)
        guard let row = DeniedConstructs.blocks.first(where: { $0.name == type }) else {
            return Refusal(.outsideTarget, "\(path): \(change.block) may not change; only \(target) may")
        }
        let isTarget = row.name == "resource"
        return Refusal(
            isTarget ? .outsideTarget : .deniedConstruct,
            "\(path): \(change.block) may not change: \(row.reason)")
    }

    /// Resources have no type word before their address.
    private static func type(of address: String) -> String {
        let first = address.prefix { $0 != "." && $0 != "#" }
        return DeniedConstructs.blocks.contains { $0.name == first } ? String(first) : "resource"
    }

    // MARK: What may change

    /// The target, and the variables whose defaults alone give the fixed attributes their values.
    private var allowed: Set<String> {
        let editor = FixEditor(files: ownFiles, target: target)
        let attributes = fix.map { [$0.attribute] + $0.also.keys } ?? []
        return Set(attributes.compactMap { editor.variable(behind: $0).map { "variable.\($0)" } }).union([target])
    }

    private var ownFiles: [SourceFile] {
        before.filter { $0.folder == workspace.folder && $0.path.hasSuffix(".tf") }
    }

    /// Comments and spaces of everything else stay as they are, byte for byte.
    private func isSameOutside(_ old: Document, _ new: Document) -> Bool {
        outsideBytes(old) == outsideBytes(new)
    }

    private func outsideBytes(_ document: Document) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        for block in document.body.blocks where allowed.contains(block.address) {
            pieces.append(Array(document.bytes[start..<block.range.lowerBound]))
            start = block.range.upperBound
        }
        return pieces + [Array(document.bytes[start...])]
    }

    // MARK: Functions and references

    /// A person's own calls may stay as they are; a new or a changed one may not come in.
    private func functionRefusals(_ old: Document, _ new: Document) -> [Refusal] {
        let known = Set(Self.suspicious(old).map(\.text))
        return Self.suspicious(new).filter { !known.contains($0.text) }.map {
            Refusal(.deniedFunction, "\(new.path): '\($0.text.prefix(120))' is not allowed: \($0.row.reason)")
        }
    }

    private static func suspicious(_ document: Document) -> [(text: String, row: DeniedConstructs.Row)] {
        let leaves = Self.expressions(of: document.body)
        let calls = leaves.flatMap { document.calls(in: $0.tokens) }.compactMap { call in
            DeniedConstructs.functions.first { $0.name == call.name }.map { (document.text(call.range), $0) }
        }
        let references = leaves.flatMap { document.references(in: $0.tokens) }.compactMap { reference in
            DeniedConstructs.references.first { reference.hasPrefix("\($0.name).") }.map { (reference, $0) }
        }
        return (calls + references).map { (text: $0.0, row: $0.1) }
    }

    private static func expressions(of body: Body) -> [Expression] {
        body.attributes.map(\.expression) + body.blocks.flatMap { expressions(of: $0.body) }
    }

    // MARK: The rule's fix

    /// With a fix its attributes have to end at their values.
    private func fixRefusals(_ after: [SourceFile]) -> [Refusal] {
        let files = after.filter { $0.folder == workspace.folder && $0.path.hasSuffix(".tf") }
        let editor = FixEditor(files: files, target: target)
        return (fix?.settings ?? []).compactMap { attribute, value in
            guard let wanted = value.scalarText, let found = editor.value(of: attribute), found != wanted else {
                return nil
            }
            return Refusal(
                .fixNotMade, "\(target).\(attribute) is \(found) after the edit; the rule asks for \(wanted)")
        }
    }
}
