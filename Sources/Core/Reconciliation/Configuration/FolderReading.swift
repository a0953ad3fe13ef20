import Domain
import TerraformLanguage

/// What the Terraform files directly in one folder say; it depends on nothing but the folder's tree.
///
/// It is kept on disk, so that no value is in it that is secret or looks so.
struct FolderReading: Codable, Hashable, Sendable {
    struct ModuleCall: Codable, Hashable, Sendable {
        let name: String
        let source: String
        /// Where it stands: the file, and the line from 1 with its text.
        let file: String
        let line: Int
        let text: String

        var location: SourceLocation { SourceLocation(file: file, line: line, column: 1, text: text) }
    }

    /// A `backend` or `cloud` block.
    struct Backend: Codable, Hashable, Sendable {
        let type: String
        let path: String?
        let configured: Set<String>
    }

    var resources: [DeclaredResource] = []
    var modules: [ModuleCall] = []
    var backend: Backend?
    var problems: [Mistake] = []

    /// A problem as the cache can keep it.
    struct Mistake: Codable, Hashable, Sendable {
        let message: String
        let hint: String?
        let file: String
        let line: Int?
        let column: Int?
        let text: String?

        var problem: Problem {
            let location = line.map { SourceLocation(file: file, line: $0, column: column ?? 1, text: text) }
            return Problem(.needsPerson, message, hint: hint, location: location)
        }
    }

    /// A file that Terraform would read, and that is none here.
    mutating func refuse(_ path: String, _ message: String, hint: String) {
        problems.append(Mistake(message: message, hint: hint, file: path, line: 1, column: 1, text: nil))
    }

    /// Override files come last, as Terraform merges them over the others.
    init(_ files: [SourceFile]) {
        let isOverride = { (file: SourceFile) in file.name == "override.tf" || file.name.hasSuffix("_override.tf") }
        for file in files.filter({ !isOverride($0) }) + files.filter(isOverride) {
            if file.name.hasSuffix(".tf.json") {
                problems.append(
                    Mistake(
                        message: "\(file.path): Terraform's JSON syntax is not supported",
                        hint: "write the file in HCL; until then the workspace is left alone", file: file.path,
                        line: nil, column: nil, text: nil))
            } else if file.name.hasSuffix(".tf") {
                read(file)
            }
        }
    }

    private mutating func read(_ file: SourceFile) {
        guard !file.isLargeFilePointer else {
            return refuse(file.path, SourceFile.pointerReason, hint: SourceFile.pointerHint)
        }
        do throws(SyntaxError) {
            let document = try Document.parse(file.bytes, path: file.path)
            var lines = LineCount(file.bytes)
            for block in document.body.blocks { read(block, document, &lines) }
        } catch {
            let place = error.position(in: file.bytes)
            problems.append(
                Mistake(
                    message: error.message, hint: "run 'terraform fmt' on the file", file: file.path,
                    line: place.line, column: place.column, text: Redactor.plain.redact(place.text)))
        }
    }

    private mutating func read(_ block: Block, _ document: Document, _ lines: inout LineCount) {
        switch block.type {
        case "resource": resources.append(resource(block, document))
        case "module":
            let source = block.body.attribute("source").flatMap { document.literal($0)?.text }
            let (line, text) = lines.line(at: block.range.lowerBound)
            modules.append(
                ModuleCall(
                    name: block.labels.first ?? "", source: source ?? "", file: document.path, line: line,
                    text: Redactor.plain.redact(text)))
        case "terraform":
            for inner in block.body.blocks where inner.type == "backend" || inner.type == "cloud" {
                let path = inner.body.attribute("path").flatMap { document.literal($0)?.text }
                backend = Backend(
                    type: inner.labels.first ?? "cloud", path: path,
                    configured: Set(inner.body.attributes.map(\.name)))
            }
        default: return
        }
    }

    private mutating func resource(_ block: Block, _ document: Document) -> DeclaredResource {
        var literals: [String: JSONValue] = [:]
        for leaf in document.leaves(of: block.body) {
            guard let literal = document.literal(leaf.expression), !Self.isSecret(literal, leaf.path) else { continue }
            // Dotted as in rules, which have no other way to name a key.
            let path = AttributePath(leaf.path)?.steps.joined(separator: ".") ?? leaf.path
            literals[path] = JSONValue(literal)
        }
        let comments = IgnoreComments(above: block, in: document)
        problems += comments.mistakes
        return DeclaredResource(
            address: block.address, type: block.labels.first ?? "", literals: literals, file: document.path,
            ignoredChanges: Self.ignoredChanges(block, document), ignores: comments.all)
    }

    private static func isSecret(_ literal: Literal, _ path: String) -> Bool {
        guard case .string(let text) = literal else { return false }
        return SensitiveName.matches(path) || Redactor.plain.findsSecret(in: text)
    }

    /// `lifecycle { ignore_changes = [tags] }`, or `all`.
    private static func ignoredChanges(_ block: Block, _ document: Document) -> [String] {
        let lists = block.body.blocks.filter { $0.type == "lifecycle" }.compactMap {
            $0.body.attribute("ignore_changes")
        }
        return lists.flatMap { list in
            document.text(list.range).split { "[],\n\r\t ".contains($0) }.map(String.init)
        }
    }
}

/// Lines by their offsets, which are asked for in order: a file may have a hundred thousand blocks.
private struct LineCount {
    private static let longest = 200
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The number, from 1, and the text from the offset to the line's end.
    mutating func line(at place: Int) -> (number: Int, text: String) {
        line += bytes[offset..<place].count { $0 == UInt8(ascii: "\n") }
        offset = place
        let rest = bytes[place...].prefix(Self.longest).prefix { $0 != UInt8(ascii: "\n") }
        return (line, String(decoding: rest, as: UTF8.self))
    }
}

extension JSONValue {
    init(_ literal: Literal) {
        switch literal {
        case .string(let text): self = .string(text)
        case .number(let text):
            self = Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? .string(text)
        case .bool(let value): self = .bool(value)
        case .null: self = .null
        }
    }
}

extension Literal {
    /// Nil for arrays and objects.
    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .integer, .number: self = .number(value.scalarText ?? "0")
        case .bool(let value): self = .bool(value)
        case .null: self = .null
        case .array, .object: return nil
        }
    }
}
