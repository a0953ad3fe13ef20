import Domain

/// Leads the series of one rule to their blocks, by dictionaries made once.
///
/// The ways are tried in the order in which they are believed: the series' own word, its ARN, the rule's `match`, the
/// label table, tags and addresses; the state before the code. Two resources on one way are settled by a later way, or stay ambiguous.
struct ResourceLocator: Sendable {
    private static let mostPlaces = 5

    private let index: ResourceIndex
    private let type: String?
    private let own: [Lookup]
    private let table: [Lookup]
    private let loose: [Lookup]
    private let unread: Set<String>

    /// `unreadable` are workspaces whose state could not be read.
    init(_ index: ResourceIndex, for selector: Rule.ResourceSelector, unreadable: Set<String> = []) {
        self.index = index
        type = selector.type
        unread = index.unread.union(unreadable)
        let types = selector.type.map { [$0] } ?? Set(index.state.keys).union(index.code.keys).sorted()
        own = selector.match.map {
            Lookup([LabelTable.Part($0.label, is: $0.attribute)], of: types, in: index)
        }
        loose = LabelTable.loose.map { Lookup([$0], of: types, in: index) }
        table = LabelTable.rows.flatMap { row in
            row.types(for: selector.type).map { type in
                row.link.map { Lookup(row.parts, through: $0, to: type, in: index) }
                    ?? Lookup(row.parts, of: [type], in: index, title: "\(type).")
            }
        }
    }

    func locate(_ labels: Labels) -> Location {
        if let location = explicit(labels) { return location }
        var left: Set<Location.Block> = []
        var reason: String?
        for hit in hits(labels) {
            let candidates = Set(hit.candidates.filter { admits($0, labels) })
            let blocks = Set(candidates.map(\.block))
            let agreed = left.isEmpty ? blocks : left.intersection(blocks)
            if agreed.count == 1, let block = agreed.first {
                return found(block, candidates.filter { $0.block == block }, hit.how)
            }
            if !agreed.isEmpty { left = agreed }
            if blocks.count > 1, reason == nil { reason = Self.ambiguous(candidates, hit.how) }
        }
        if let reason { return .ambiguous(among: left, reason: reason) }
        return .unmapped(reason: unmapped(labels))
    }

    // MARK: Ways

    private func hits(_ labels: Labels) -> [Lookup.Hit] {
        let arn = ["arn", "name"].compactMap { labels[$0] }.first { $0.hasPrefix("arn:") }
        let byARN = arn.map { arn in
            Lookup.Hit(
                candidates: (index.byARN[arn] ?? []).filter { type == nil || type == $0.type }, how: "its ARN")
        }
        return [byARN].compactMap(\.self) + own.compactMap { $0.inState(labels, unread: unread) }
            + own.compactMap { $0.inCode(labels) }
            + [
                Self.union(table.compactMap { $0.inState(labels, unread: unread) }),
                Self.union(table.compactMap { $0.inCode(labels) }),
            ] + loose.compactMap { $0.inState(labels, unread: unread) }.filter { !$0.candidates.isEmpty }
    }

    /// No row of the table is believed more than another.
    private static func union(_ hits: [Lookup.Hit]) -> Lookup.Hit {
        let hits = hits.filter { !$0.candidates.isEmpty }
        return Lookup.Hit(
            candidates: hits.flatMap(\.candidates), how: hits.map(\.how).joined(separator: " and "))
    }

    private func admits(_ candidate: Candidate, _ labels: Labels) -> Bool {
        candidate.agrees(with: labels) && index.admits(labels, to: candidate.workspace)
    }

    /// Several instances of one block are the block.
    private func found(_ block: Location.Block, _ candidates: Set<Candidate>, _ how: String) -> Location {
        let addresses = Set(candidates.map(\.address)).sorted()
        return .found(
            workspace: block.workspace, instance: addresses.count == 1 ? addresses[0] : block.address,
            block: block.address, how: how)
    }

    /// A series that says itself where it belongs is believed, if there is such a place.
    private func explicit(_ labels: Labels) -> Location? {
        guard let address = labels["terraform_address"] ?? labels["tf_address"], !address.isEmpty else { return nil }
        let block = ResourceAddress.block(address)
        let shown = ForeignText.clean(block)
        if let type, ResourceAddress.type(of: block) != type {
            return .unmapped(reason: "label terraform_address says \(shown), and the rule is about \(type)")
        }
        let all = index.workspaces(having: block)
        let homes = all.filter { index.admits(labels, to: $0) }.sorted()
        if let named = labels["terraform_workspace"] {
            let workspace = ForeignText.clean(named)
            guard all.contains(named) else {
                return .unmapped(reason: "the workspace '\(workspace)' has no \(shown)")
            }
            guard homes.contains(named) else {
                return .unmapped(reason: "the labels of the workspace '\(workspace)' contradict the series'")
            }
            return found(named, address, block)
        }
        switch homes.count {
        case 0: return .unmapped(reason: "no workspace has \(shown)")
        case 1: return found(homes[0], address, block)
        default:
            let blocks = homes.map { Location.Block(workspace: $0, address: block) }
            return .ambiguous(among: Set(blocks), reason: "\(block) stands in \(Self.list(homes))")
        }
    }

    private func found(_ workspace: String, _ address: String, _ block: String) -> Location {
        .found(
            workspace: workspace, instance: ForeignText.clean(address), block: block, how: "label terraform_address")
    }

    // MARK: Reasons

    private func unmapped(_ labels: Labels) -> String {
        let shown = ForeignText.labels(labels)
        let isAsked = (own + table).contains { $0.isAsked(by: labels) } || labels["arn"] != nil
        return isAsked || labels["name"]?.hasPrefix("arn:") == true
            ? "no resource has these labels: \(shown)" : "no label leads to a resource: \(shown)"
    }

    private static func ambiguous(_ candidates: Set<Candidate>, _ how: String) -> String {
        let places = Set(candidates.map { "\($0.workspace) \($0.address)" }).sorted()
        return "\(how) leads to \(Set(candidates.map(\.block)).count) resources: \(list(places))"
    }

    private static func list(_ places: [String]) -> String {
        let rest = places.count - mostPlaces
        return places.prefix(mostPlaces).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
