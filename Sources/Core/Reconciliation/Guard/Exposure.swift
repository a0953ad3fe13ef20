import Domain
import TerraformLanguage

/// Finds constructs that were there before, and would run, read or reach something else because of what a change hands
/// them: `program = [var.script]` is as dangerous as whoever may set the variable.
struct Exposure {
    private let folder: String
    private let documents: [Document]
    /// Addresses of what differs in the workspace's own folder, single local values and variables' values among them.
    private let changed: Set<String>
    private let changesModules: Bool
    /// Scripts and the like.
    private let changesFiles: Bool

    init(folder: String, before: [String: SourceFile], after: [String: SourceFile], changed paths: [String]) {
        self.folder = folder
        let read = { (file: SourceFile?) in file.flatMap { try? Document.parse($0.bytes, path: $0.path) } }
        documents = after.values.filter { $0.path.hasSuffix(".tf") }.sorted { $0.path < $1.path }.compactMap {
            read($0)
        }
        let own = paths.filter { (after[$0] ?? before[$0])?.folder == folder }
        changed = Set(
            own.filter { $0.hasSuffix(".tf") || $0.hasSuffix(".tfvars") }.flatMap { path in
                CodeChange.changes(from: read(before[path]), to: read(after[path])).map(Self.address)
            })
        changesModules = paths.contains { $0.hasSuffix(".tf") && !own.contains($0) }
        changesFiles = paths.contains { !$0.hasSuffix(".tf") && !$0.hasSuffix(".tfvars") }
    }

    func changes() -> [ConstructChange] {
        documents.flatMap { document in
            sinks(in: document).filter { isExposed($0, in: document) }.map {
                ConstructChange(path: document.path, what: "what \($0.name) takes", why: $0.row, isIndirect: true)
            }
        }
    }

    // MARK: What may be exposed

    private struct Sink {
        let name: String
        let row: WatchedConstructs.Row
        let expressions: [Expression]
        let runsFiles: Bool
    }

    private func sinks(in document: Document) -> [Sink] {
        let blocks = document.body.blocks.compactMap { block -> Sink? in
            let rows = block.type == "data" ? WatchedConstructs.dataSources : WatchedConstructs.blocks
            let name = block.type == "data" ? block.labels.first : block.type
            guard let row = rows.first(where: { $0.name == name && $0.runsAtPlan }), !changed.contains(block.address)
            else { return nil }
            return Sink(
                name: block.address, row: row, expressions: block.body.expressions, runsFiles: row.name == "external")
        }
        return blocks + document.body.expressions.compactMap { readingSink($0, document) }
    }

    /// A call whose argument is more than the name of a file of the workspace.
    private func readingSink(_ expression: Expression, _ document: Document) -> Sink? {
        for call in expression.calls {
            let text = document.text(call.range)
            guard let row = WatchedConstructs.row(for: call), row.runsAtPlan, !FileCall.isLiteral(text) else {
                continue
            }
            return Sink(name: "'\(text.prefix(120))'", row: row, expressions: [expression], runsFiles: false)
        }
        return nil
    }

    private func isExposed(_ sink: Sink, in document: Document) -> Bool {
        if sink.runsFiles, changesFiles { return true }
        let references = sink.expressions.flatMap(\.references).compactMap(Self.node)
        guard !references.isEmpty else { return false }
        // What a module is handed can come from anywhere.
        if document.path.split(separator: "/").dropLast().joined(separator: "/") != folder {
            return changesModules || !changed.isEmpty
        }
        let reached = closure(of: references)
        return !reached.isDisjoint(with: changed) || (changesModules && reached.contains { $0.hasPrefix("module.") })
    }

    // MARK: What depends on what

    private func closure(of start: [String]) -> Set<String> {
        let graph = graph
        var (reached, next) = (Set<String>(), start)
        while let node = next.popLast() {
            if reached.insert(node).inserted { next += graph[node] ?? [] }
        }
        return reached
    }

    private var graph: [String: [String]] {
        var graph: [String: [String]] = [:]
        for document in documents where document.path.hasPrefix("\(folder)/") {
            let nodes = { (expressions: [Expression]) in
                expressions.flatMap(\.references).compactMap(Self.node)
            }
            for block in document.body.blocks {
                if block.type == "locals" {
                    for value in block.body.attributes {
                        graph["local.\(value.name)", default: []] += nodes([value.expression])
                    }
                } else {
                    graph[block.address, default: []] += nodes(block.body.expressions)
                }
            }
        }
        return graph
    }

    /// The block or the local value that a reference leads to; nil for what is none of either.
    private static func node(_ reference: String) -> String? {
        let steps = reference.split(separator: ".").map(String.init)
        switch steps[0] {
        case "var": return "variable.\(steps[1])"
        case "local": return "local.\(steps[1])"
        case "data": return steps.prefix(3).joined(separator: ".")
        case "each", "count", "self", "path", "terraform": return nil
        default: return steps.prefix(2).joined(separator: ".")
        }
    }

    /// Of a difference: a file of variables' values changes those variables.
    private static func address(_ change: CodeChange) -> String {
        let block = change.address.split(separator: "#", maxSplits: 1).first.map(String.init) ?? ""
        let step = AttributePath(change.attribute)?.steps.first ?? ""
        switch block {
        case "": return "variable.\(step)"
        case "locals": return "local.\(step)"
        default: return block
        }
    }
}
