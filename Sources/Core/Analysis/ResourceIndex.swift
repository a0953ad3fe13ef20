package import Domain

/// Where a series belongs.
package enum Location: Hashable, Sendable {
    case found(workspace: String, instance: String, block: String, how: String)
    case unmapped(reason: String)
    case ambiguous(reason: String)
}

/// Leads from the labels of a series to one block of one workspace: state first, then literals in the code.
package struct ResourceIndex: Sendable {
    /// What is known of one workspace.
    package struct Entry: Sendable {
        let workspace: String
        let labels: Labels
        let instances: [ResourceInstance]
        let declared: [DeclaredResource]

        package init(
            workspace: String, labels: Labels = [:], instances: [ResourceInstance] = [],
            declared: [DeclaredResource] = []
        ) {
            self.workspace = workspace
            self.labels = labels
            self.instances = instances
            self.declared = declared
        }
    }

    /// One resource that a value leads to.
    private struct Candidate: Hashable {
        let workspace: String
        let instance: String

        var block: String { ResourceAddress.block(instance) }
    }

    private struct Key: Hashable {
        let type: String
        let attribute: String
        let value: String
    }

    private let entries: [String: Entry]
    private let blocks: [String: Set<String>]
    private let state: [Key: [Candidate]]
    private let code: [Key: [Candidate]]
    private let arns: [String: [Candidate]]

    package init(workspaces: [Entry]) {
        entries = Dictionary(workspaces.map { ($0.workspace, $0) }) { first, _ in first }
        blocks = entries.mapValues { Set($0.declared.map(\.address) + $0.instances.map(\.blockAddress)) }
        var (state, code, arns): ([Key: [Candidate]], [Key: [Candidate]], [String: [Candidate]]) = ([:], [:], [:])
        for entry in workspaces {
            for instance in entry.instances {
                let candidate = Candidate(workspace: entry.workspace, instance: instance.address)
                if let arn = instance.values["arn"]?.string { arns[arn, default: []].append(candidate) }
                for (path, value) in Self.scalars(instance.values) {
                    state[Key(type: instance.type, attribute: path, value: value), default: []].append(candidate)
                }
            }
            for resource in entry.declared {
                let candidate = Candidate(workspace: entry.workspace, instance: resource.address)
                for (path, value) in resource.literals {
                    guard let text = value.scalarText else { continue }
                    code[Key(type: resource.type, attribute: path, value: text), default: []].append(candidate)
                }
            }
        }
        (self.state, self.code, self.arns) = (state, code, arns)
    }

    /// Dotted paths of scalars, two levels deep and through lists.
    private static func scalars(_ value: JSONValue, at path: String = "", depth: Int = 0) -> [(String, String)] {
        if let text = value.scalarText { return path.isEmpty ? [] : [(path, text)] }
        guard depth < 4 else { return [] }
        let children: [(String, JSONValue)]
        switch value {
        case .object(let members): children = members.map { ($0.key, $0.value) }
        case .array(let items): children = items.enumerated().map { (String($0.offset), $0.element) }
        default: return []
        }
        return children.flatMap { scalars($1, at: path.isEmpty ? $0 : "\(path).\($0)", depth: depth + 1) }
    }

    // MARK: Locating

    package func locate(_ labels: Labels, _ selector: Rule.ResourceSelector) -> Location {
        if let location = explicit(labels) { return location }
        for attempt in attempts(labels, selector) {
            let hits = Set(attempt.candidates.filter { admits($0, labels) })
            if hits.isEmpty { continue }
            return location(hits, attempt.how)
        }
        return .unmapped(reason: "no resource has these labels: \(Self.text(labels))")
    }

    private struct Attempt {
        let how: String
        let candidates: [Candidate]
    }

    /// In the order in which they are believed.
    private func attempts(_ labels: Labels, _ selector: Rule.ResourceSelector) -> [Attempt] {
        let types =
            selector.type.map { [$0] } ?? Array(Set(state.keys.map(\.type)).union(code.keys.map(\.type))).sorted()
        let own = selector.match.flatMap { match in
            labels[match.label].map { value in
                lookups(types, match.attribute, value, "label \(match.label) = \(match.attribute)")
            } ?? []
        }
        let arn = ["arn", "name"].compactMap { labels[$0] }.first { $0.hasPrefix("arn:") }
        let byARN = arn.map { [Attempt(how: "its ARN", candidates: ofType(arns[$0] ?? [], selector.type))] } ?? []
        let rows = LabelTable.rows.filter { selector.type == nil || selector.type == $0.type }
        let table = rows.flatMap { row in
            row.labels.compactMap { label in labels[label].map { (label, $0) } }.flatMap { label, value in
                lookups([row.type], row.attribute, value, "label \(label) = \(row.type).\(row.attribute)")
            }
        }
        return byARN + own + table
    }

    private func lookups(_ types: [String], _ attribute: String, _ value: String, _ how: String) -> [Attempt] {
        let keys = types.map { Key(type: $0, attribute: attribute, value: value) }
        return [
            Attempt(how: "\(how) in the state", candidates: keys.flatMap { state[$0] ?? [] }),
            Attempt(how: "\(how) in the code", candidates: keys.flatMap { code[$0] ?? [] }),
        ]
    }

    private func ofType(_ candidates: [Candidate], _ type: String?) -> [Candidate] {
        candidates.filter { type == nil || ResourceAddress.type(of: $0.instance) == type }
    }

    /// A workspace whose own labels contradict the series' is not its home.
    private func admits(_ candidate: Candidate, _ labels: Labels) -> Bool {
        (entries[candidate.workspace]?.labels ?? [:]).allSatisfy { labels[$0.key] == nil || labels[$0.key] == $0.value }
    }

    private func location(_ hits: Set<Candidate>, _ how: String) -> Location {
        let homes = Set(hits.map { [$0.workspace, $0.block] })
        let sorted = hits.sorted { ($0.workspace, $0.instance) < ($1.workspace, $1.instance) }
        guard homes.count == 1 else {
            let places = sorted.map { "\($0.workspace) \($0.instance)" }.joined(separator: ", ")
            return .ambiguous(reason: "\(how) leads to \(homes.count) resources: \(places)")
        }
        return .found(workspace: sorted[0].workspace, instance: sorted[0].instance, block: sorted[0].block, how: how)
    }

    /// A series that says itself where it belongs is believed, if there is such a place.
    private func explicit(_ labels: Labels) -> Location? {
        guard let address = labels["terraform_address"] ?? labels["tf_address"] else { return nil }
        let block = ResourceAddress.block(address)
        let homes = blocks.filter { $0.value.contains(block) }.map(\.key).sorted()
        let how = "label terraform_address"
        guard let workspace = labels["terraform_workspace"] else {
            switch homes.count {
            case 0: return .unmapped(reason: "no workspace has \(block)")
            case 1: return .found(workspace: homes[0], instance: address, block: block, how: how)
            default: return .ambiguous(reason: "\(block) stands in \(homes.joined(separator: ", "))")
            }
        }
        guard homes.contains(workspace) else {
            return .unmapped(reason: "the workspace '\(workspace)' has no \(block)")
        }
        return .found(workspace: workspace, instance: address, block: block, how: how)
    }

    private static func text(_ labels: Labels) -> String {
        "{" + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ") + "}"
    }
}
