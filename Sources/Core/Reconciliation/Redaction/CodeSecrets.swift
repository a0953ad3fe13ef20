import Domain
import Foundation
import TerraformLanguage

/// The secrets that stand in a workspace's code: literals under telling names, values of sensitive variables, and what
/// looks secret by itself.
struct CodeSecrets {
    /// A string, a number or a comment, with its quotes or signs.
    struct Place: Hashable {
        let range: Range<Int>
        let isComment: Bool
    }

    /// File path → places, in the order of the text.
    private(set) var places: [String: [Place]] = [:]
    /// The texts themselves, where they are unusual enough to be looked for elsewhere.
    private(set) var values: Set<String> = []

    private let redactor: Redactor

    init(_ files: [SourceFile], _ redactor: Redactor = .plain) {
        self.redactor = redactor
        let documents = files.filter { $0.path.hasSuffix(".tf") || $0.path.hasSuffix(".tfvars") }
            .compactMap { try? Document.parse($0.bytes, path: $0.path) }
        let hidden = documents.reduce(into: [String: Set<String>]()) { hidden, document in
            hidden[Self.folder(document.path), default: []].formUnion(SecretLiterals.hiddenVariables(in: document))
        }
        for document in documents {
            let own = hidden[Self.folder(document.path)] ?? []
            let literals = SecretLiterals(document, hiddenVariables: own, redactor).all
            values.formUnion(literals.compactMap(\.value).filter(Redactor.isUnusual))
            note(literals.map { Place(range: $0.range, isComment: false) }, in: document)
            note(comments(in: document), in: document)
        }
        for file in files where file.path.hasSuffix(".tf.json") || file.path.hasSuffix(".tfvars.json") {
            learn(json: file, hidden[file.folder] ?? [])
        }
    }

    private static func folder(_ path: String) -> String { SourceFile(path: path, bytes: []).folder }

    private mutating func learn(json file: SourceFile, _ hiddenVariables: Set<String>) {
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(file.bytes)) else { return }
        values.formUnion(Redactor.named(in: document))
        let given = (document.object ?? [:]).filter { hiddenVariables.contains($0.key) }.flatMap(\.value.strings)
        values.formUnion(given.filter(Redactor.isUnusual))
    }

    private mutating func note(_ found: [Place], in document: Document) {
        places[document.path, default: []] += found
        places[document.path]?.sort { $0.range.lowerBound < $1.range.lowerBound }
    }

    // MARK: Comments

    /// Comments that assign to a telling name, as code that was commented out does, or hold what looks secret.
    private mutating func comments(in document: Document) -> [Place] {
        let found = document.comments.filter {
            redactor.findsSecret(in: document.text($0)) || Self.assignsSecret(document.text($0))
        }
        values.formUnion(found.map(document.text).filter(Redactor.isUnusual))
        return found.map { Place(range: $0, isComment: true) }
    }

    private static func assignsSecret(_ comment: String) -> Bool {
        comment.split(whereSeparator: \.isNewline).contains { line in
            guard let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" }),
                line[line.index(after: sign)...].contains(where: { !$0.isWhitespace })
            else { return false }
            return line[..<sign].split { !$0.isLetter && !$0.isNumber && !"_-.".contains($0) }
                .contains(where: SensitiveName.matches)
        }
    }
}
