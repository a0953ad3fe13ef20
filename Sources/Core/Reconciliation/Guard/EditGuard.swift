package import Domain
import TerraformLanguage

/// Proves, before any Terraform runs, that an edit changes the targeted block and nothing else.
package struct EditGuard {
    private let workspace: Workspace
    private let before: [SourceFile]
    private let target: String
    private let fix: Rule.Fix?
    private let mayRemove: Bool
    private let widening: WideningGuard
    /// The literals that alone give the fixed attributes their values, outside of the target.
    private let places: Set<EditPlace>

    /// With `mayRemove` the whole target may be taken out.
    package init(
        workspace: Workspace, before: [SourceFile], target: String, fix: Rule.Fix?, mayRemove: Bool = false
    ) {
        self.workspace = workspace
        self.before = before
        self.target = target
        self.fix = fix
        self.mayRemove = mayRemove
        widening = WideningGuard(target: target, fix: fix)
        let finder = PlaceFinder(WorkspaceFiles(workspace: workspace, files: before))
        places = fix.map { finder.places(of: $0, in: target) } ?? []
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
        let isCode = path.hasSuffix(".tf") || places.contains { $0.path == path }
        guard isCode, old.folder == workspace.folder else {
            return [Refusal(.outsideTarget, "\(path): only the workspace's own .tf files may change")]
        }
        do throws(Refusal) {
            return refusals(try Self.document(old), try Self.document(new))
        } catch {
            return [error]
        }
    }

    private static func document(_ file: SourceFile) throws(Refusal) -> Document {
        do throws(SyntaxError) {
            return try Document.parse(file.bytes, path: file.path)
        } catch {
            let place = error.position(in: file.bytes)
            throw Refusal(.syntax, "\(file.path):\(place.line):\(place.column): \(error.message)")
        }
    }

    private func refusals(_ old: Document, _ new: Document) -> [Refusal] {
        let changes = CodeChange.changes(from: old, to: new)
        let isRemoved = mayRemove && new.blocks(at: target).isEmpty
        let judged = isRemoved ? changes.filter { $0.address != target } : changes
        var refusals = judged.compactMap(refusal)
        if refusals.isEmpty, !(isRemoved ? isSameText(old, new) : isSameOutside(old, new)) {
            refusals.append(
                Refusal(
                    .outsideTarget, "\(old.path): text outside of \(allowed.sorted().joined(separator: ", ")) changed"))
        }
        refusals += functionRefusals(old, new) + HiddenCharacters.refusals(old, new)
        refusals += widening.refusals(of: judged.filter { $0.address == target }, in: old.path)
        var seen: Set<Refusal> = []
        return refusals.filter { seen.insert($0).inserted }
    }

    private func refusal(of change: CodeChange) -> Refusal? {
        let near = places.filter { $0.path == change.file && $0.block == change.address }
            .map { AttributePath($0.attribute)?.description ?? $0.attribute }.sorted()
        if near.contains(change.attribute) { return nil }
        guard change.address.isExactly(target) else {
            guard !near.isEmpty else { return outside(change) }
            let names = near.joined(separator: ", ")
            return Refusal(
                .outsideTarget, "\(change.file): only \(names) of \(Self.shown(change.address)) may change")
        }
        if change.attribute.isEmpty {
            return Refusal(.outsideTarget, "\(change.file): the block \(target) may be neither added nor removed")
        }
        guard let steps = AttributePath(change.attribute)?.steps else {
            return Refusal(.outsideTarget, "\(change.file): \(target) changes where no path leads")
        }
        // A dynamic block is what its label says.
        let name = steps.first == "dynamic" ? steps.dropFirst().first : steps.first
        return DeniedConstructs.inResource.first { $0.name == name }.map {
            Refusal(.deniedConstruct, "\(change.file): '\($0.name)' of \(target) may not change: \($0.reason)")
        }
    }

    private static func shown(_ block: String) -> String { block.isEmpty ? "the file" : block }

    private func outside(_ change: CodeChange) -> Refusal {
        let (path, block) = (change.file, change.address)
        let type = Self.type(of: block)
        guard let row = DeniedConstructs.blocks.first(where: { $0.name == type }) else {
            return Refusal(.outsideTarget, "\(path): \(Self.shown(block)) may not change; only \(target) may")
        }
        let isTarget = row.name == "resource"
        return Refusal(
            isTarget ? .outsideTarget : .deniedConstruct,
            "\(path): \(block) may not change: \(row.reason)")
    }

    /// Resources have no type word before their address.
    private static func type(of address: String) -> String {
        let first = address.prefix { $0 != "." && $0 != "#" }
        return DeniedConstructs.blocks.contains { $0.name == first } ? String(first) : "resource"
    }

    // MARK: What may change

    private var allowed: Set<String> {
        Set(places.map { $0.block.isEmpty ? $0.path : $0.block }).union([target])
    }

    /// Comments and spaces of everything else stay as they are, byte for byte.
    private func isSameOutside(_ old: Document, _ new: Document) -> Bool {
        let after = outsideBytes(new)
        return outsideBytes(old) == after || rewritten(old, like: new).map(outsideBytes) == after
    }

    /// The old code with the new values of its places, as Sphinx itself writes them: aligned as `terraform fmt` would.
    private func rewritten(_ old: Document, like new: Document) -> Document? {
        places.filter { $0.path == old.path }.sorted { $0.attribute < $1.attribute }.reduce(old) { document, place in
            guard let document, let literal = Setting(place, in: new)?.expression?.literal,
                let setting = Setting(place, in: document), setting.expression?.literal != literal
            else { return document }
            return document.setting(place.attribute, to: literal, in: setting.body)
                .flatMap { try? Document.parse($0, path: old.path) }
        }
    }

    /// Where the target was taken out, the lines around it may close up.
    private func isSameText(_ old: Document, _ new: Document) -> Bool {
        Self.ink(outsideBytes(old)) == Self.ink(outsideBytes(new))
    }

    private static func ink(_ pieces: [[UInt8]]) -> [UInt8] {
        pieces.joined().filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }

    private func outsideBytes(_ document: Document) -> [[UInt8]] {
        let ranges =
            document.blocks(at: target).map(\.range) + places.compactMap { touched(by: $0, in: document) }
        var pieces: [[UInt8]] = []
        var start = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.lowerBound >= start {
            pieces.append(Array(document.bytes[start..<range.lowerBound]))
            start = range.upperBound
        }
        return pieces + [Array(document.bytes[start...])]
    }

    /// A place's value, or the inside of the block that it has to be added to.
    private func touched(by place: EditPlace, in document: Document) -> Range<Int>? {
        let setting = Setting(place, in: document)
        return place.literal == nil ? setting?.body.range : setting?.expression?.range
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
        let calls = document.body.expressions.flatMap(\.calls).compactMap { call in
            DeniedConstructs.row(for: call).map { (document.text(call.range), $0) }
        }
        let references = document.body.expressions.flatMap(\.references).compactMap { reference in
            DeniedConstructs.references.first { reference.hasPrefix("\($0.name).") }.map { (reference, $0) }
        }
        return (calls + references).map { (text: $0.0, row: $0.1) }
    }

    // MARK: The rule's fix

    /// With a fix its attributes have to end at their values.
    private func fixRefusals(_ after: [SourceFile]) -> [Refusal] {
        let finder = PlaceFinder(WorkspaceFiles(workspace: workspace, files: after))
        return (fix?.settings ?? []).compactMap { attribute, value in
            guard let wanted = value.scalarText,
                let literal = try? finder.place(of: attribute, in: target).literal
            else { return nil }
            let found = literal.text ?? "null"
            return found == wanted
                ? nil
                : Refusal(
                    .fixNotMade, "\(target).\(attribute) is \(found) after the edit; the rule asks for \(wanted)")
        }
    }
}
