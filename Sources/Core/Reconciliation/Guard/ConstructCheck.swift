import Domain
import TerraformLanguage

/// Finds what one version of a workspace's code has and the other has not that may run code, read secrets or lift guards.
struct ConstructCheck {
    /// The workspace's folder.
    let folder: String
    private let before: [String: SourceFile]
    private let after: [String: SourceFile]
    private let providers: Set<String>
    private let knownCalls: Set<String>

    /// Both with the local modules.
    init(folder: String, before: [SourceFile], after: [SourceFile]) {
        self.folder = folder
        self.before = Dictionary(before.map { ($0.path, $0) }) { first, _ in first }
        self.after = Dictionary(after.map { ($0.path, $0) }) { first, _ in first }
        let documents = before.compactMap(Self.document)
        providers = Self.providers(documents, before.filter { $0.folder == folder })
        knownCalls = Set(documents.flatMap { document in Self.calls(in: document).map { document.text($0.range) } })
    }

    /// Sorted by path; files that are no HCL are passed over, as whoever reads them says so.
    func changes() -> [ConstructChange] {
        let paths = changedPaths
        let exposed = Exposure(folder: folder, before: before, after: after, changed: paths).changes()
        return direct(paths) + exposed.uniqued
    }

    private func direct(_ paths: [String]) -> [ConstructChange] {
        paths.filter { $0.hasSuffix(".tf") }.flatMap { path in
            let (old, new) = (before[path].flatMap(Self.document), after[path].flatMap(Self.document))
            let blocks = ChangedBlock.all(from: old, to: new).flatMap { changes(of: $0, in: path, new) }
            return (blocks + (new.map(newCalls) ?? [])).uniqued
        }
    }

    var changedPaths: [String] {
        Set(before.keys).union(after.keys).filter { before[$0]?.bytes != after[$0]?.bytes }.sorted()
    }

    // MARK: Blocks

    private func changes(of block: ChangedBlock, in path: String, _ new: Document?) -> [ConstructChange] {
        guard WatchedConstructs.ordinary.contains(block.type) else {
            return [ConstructChange(path: path, what: block.address, why: Self.row(for: block))]
        }
        guard let now = block.block else { return lostGuards(of: block, in: path) }
        var rows: [(what: String, why: WatchedConstructs.Row)] = []
        if block.type == "data", let row = WatchedConstructs.dataSources.first(where: { $0.name == block.labels.first })
        {
            rows.append((block.address, row))
        } else if ["resource", "data"].contains(block.type), let type = block.labels.first,
            !providers.contains(Self.provider(of: type))
        {
            rows.append((block.address, WatchedConstructs.foreignProvider))
        }
        if block.type == "module", let new, !Self.isLocal(now, new) {
            rows.append(("the source of \(block.address)", WatchedConstructs.foreignSource))
        }
        rows += WatchedConstructs.arguments.filter { row in
            block.paths.contains { $0 == row.name || $0.hasPrefix("\(row.name).") }
        }.map { ("'\($0.name)' of \(block.address)", $0) }
        return rows.map { ConstructChange(path: path, what: $0.what, why: $0.why) }
    }

    /// What went with its block does nothing any more, except that nothing keeps the resource alive.
    private func lostGuards(of block: ChangedBlock, in path: String) -> [ConstructChange] {
        guard block.paths.contains(where: { $0.hasPrefix("lifecycle.") && $0.hasSuffix(".prevent_destroy") }) else {
            return []
        }
        let row = WatchedConstructs.Row("", "it kept the resource from being destroyed")
        return [ConstructChange(path: path, what: "'prevent_destroy' of \(block.address)", why: row)]
    }

    private static func row(for block: ChangedBlock) -> WatchedConstructs.Row {
        guard let row = WatchedConstructs.blocks.first(where: { $0.name == block.type }) else {
            return WatchedConstructs.Row(block.type, WatchedConstructs.unknownBlock, runsAtPlan: true)
        }
        let isHarmless = block.type == "terraform" && block.paths.allSatisfy { $0.isEmpty || $0 == "required_version" }
        return isHarmless ? WatchedConstructs.Row(row.name, row.reason) : row
    }

    private static func isLocal(_ call: Block, _ document: Document) -> Bool {
        let source = call.body.attribute("source").flatMap { document.literal($0)?.text } ?? ""
        return source.hasPrefix("./") || source.hasPrefix("../")
    }

    // MARK: Providers

    /// By the names that resource types begin with.
    private static func providers(_ documents: [Document], _ own: [SourceFile]) -> Set<String> {
        var names: Set<String> = ["terraform"]
        for document in documents {
            for block in document.body.blocks {
                switch block.type {
                case "resource", "data": names.formUnion(block.labels.prefix(1).map(provider))
                case "provider": names.formUnion(block.labels)
                case "terraform":
                    names.formUnion(block.body.blocks("required_providers").flatMap(\.body.attributes).map(\.name))
                default: continue
                }
            }
        }
        return names.union(
            LockFile.versions(among: own).keys.compactMap { $0.split(separator: "/").last.map(String.init) })
    }

    private static func provider(of type: String) -> String {
        type.split(separator: "_", maxSplits: 1).first.map(String.init) ?? type
    }

    // MARK: Functions

    private func newCalls(in document: Document) -> [ConstructChange] {
        Self.calls(in: document).compactMap { call in
            let text = document.text(call.range)
            guard let row = WatchedConstructs.row(for: call), !knownCalls.contains(text),
                !FileCall(text, in: document.path).staysWithin(folder, among: after)
            else { return nil }
            return ConstructChange(path: document.path, what: "'\(text.prefix(120))'", why: row)
        }
    }

    private static func calls(in document: Document) -> [FunctionCall] {
        document.body.expressions.flatMap(\.calls)
    }

    private static func document(_ file: SourceFile) -> Document? {
        file.path.hasSuffix(".tf") ? try? Document.parse(file.bytes, path: file.path) : nil
    }
}

extension [ConstructChange] {
    /// Each once, where it stood first.
    fileprivate var uniqued: [ConstructChange] {
        var seen: Set<ConstructChange> = []
        return filter { seen.insert($0).inserted }
    }
}
