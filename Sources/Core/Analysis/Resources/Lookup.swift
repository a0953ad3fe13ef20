import Domain

/// One way from labels to resources: what some attributes of a type have to equal.
struct Lookup: Sendable {
    /// Where the candidates of a series were found.
    struct Hit {
        let candidates: [Candidate]
        let how: String
    }

    private let parts: [LabelTable.Part]
    private let title: String
    private let state: [String: [Candidate]]
    private let code: [String: [Candidate]]

    /// `title` goes before each attribute when the way is told, such as `aws_instance.`.
    init(_ parts: [LabelTable.Part], of types: [String], in index: ResourceIndex, title: String = "") {
        self.parts = parts
        self.title = title
        var (state, code): ([String: [Candidate]], [String: [Candidate]]) = ([:], [:])
        for type in types {
            for resource in index.state[type] ?? [] {
                for key in Self.keys(parts, { AttributePath.texts(at: $0, in: resource.values) }) {
                    state[key, default: []].append(resource.candidate)
                }
            }
            for resource in index.code[type] ?? [] {
                for key in Self.keys(parts, { resource.literals[$0]?.scalarText.map { [$0] } ?? [] }) {
                    code[key, default: []].append(resource.candidate)
                }
            }
        }
        (self.state, self.code) = (state, code)
    }

    /// Every combination of the parts' values, as one text each.
    private static func keys(_ parts: [LabelTable.Part], _ texts: (String) -> [String]) -> [String] {
        parts.reduce([""]) { keys, part in
            let values = texts(part.attribute)
            return keys.flatMap { key in values.map { key + "\u{0}" + part.form($0) } }
        }
    }

    /// Nil for a series that does not carry all of the labels.
    private func asked(_ labels: Labels) -> (key: String, how: String)? {
        var (key, how): (String, [String]) = ("", [])
        for part in parts {
            guard let label = part.labels.first(where: { labels[$0]?.isEmpty == false }), let value = labels[label]
            else { return nil }
            key += "\u{0}" + part.form(value)
            how.append("label \(label) = \(title)\(part.attribute)")
        }
        return (key, how.joined(separator: " and "))
    }

    func isAsked(by labels: Labels) -> Bool { asked(labels) != nil }

    /// The state decides; of the workspaces whose state is not known, the code.
    func inState(_ labels: Labels, unread: Set<String>) -> Hit? {
        guard let (key, how) = asked(labels) else { return nil }
        let known = state[key] ?? []
        let possible = (code[key] ?? []).filter { unread.contains($0.workspace) }
        let place = known.isEmpty ? "code" : "state"
        return Hit(candidates: known + possible, how: "\(how) in the \(place)")
    }

    func inCode(_ labels: Labels) -> Hit? {
        asked(labels).map { Hit(candidates: code[$0.key] ?? [], how: "\($0.how) in the code") }
    }
}
