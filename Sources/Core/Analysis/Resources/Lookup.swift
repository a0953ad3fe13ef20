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
                // A block that stands once is the first of its list.
                let literal = { (path: String) in resource.literals[path.replacing("*", with: "0")]?.scalarText }
                for key in Self.keys(parts, { literal($0).map { [$0] } ?? [] }) {
                    code[key, default: []].append(resource.candidate)
                }
            }
        }
        (self.state, self.code) = (state, code)
    }

    /// From labels of one resource to another one in the same state, which the first names; in code that is an
    /// expression.
    init(_ parts: [LabelTable.Part], through link: LabelTable.Link, to type: String, in index: ResourceIndex) {
        self.parts = parts
        title = "\(link.type)."
        var targets: [String: [Candidate]] = [:]
        for resource in index.state[type] ?? [] {
            for id in AttributePath.texts(at: link.target, in: resource.values) {
                targets["\(resource.candidate.workspace)\u{0}\(id)", default: []].append(resource.candidate)
            }
        }
        var state: [String: [Candidate]] = [:]
        for resource in index.state[link.type] ?? [] where resource.candidate.type == link.type {
            let ids = AttributePath.texts(at: link.attribute, in: resource.values)
            let found = ids.flatMap { targets["\(resource.candidate.workspace)\u{0}\($0)"] ?? [] }
            for key in Self.keys(parts, { AttributePath.texts(at: $0, in: resource.values) }) {
                state[key, default: []] += found
            }
        }
        (self.state, code) = (state, [:])
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
            key += "\u{0}" + part.form.of(label: value)
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
