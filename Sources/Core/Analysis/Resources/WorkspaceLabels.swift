package import Domain

/// The labels that workspaces say their series carry.
package struct WorkspaceLabels: Sendable {
    private let own: [String: Labels]
    /// Names of labels → their values → the workspaces that have just these.
    private var groups: [[String]: [[String]: [String]]] = [:]
    /// Groups' names and what some series carries of them → the workspaces that this does not contradict.
    private var scanned: [[String]: [[String?]: Set<String>]] = [:]

    package init(_ own: [String: Labels]) {
        self.own = own
        for (workspace, labels) in own.sorted(by: { $0.key < $1.key }) {
            let names = labels.keys.sorted()
            groups[names, default: [:]][names.compactMap { labels[$0] }, default: []].append(workspace)
        }
    }

    func contains(_ workspace: String) -> Bool { own[workspace] != nil }

    /// Whether workspaces can be told apart by a series at all.
    var isEmpty: Bool { groups.keys.allSatisfy(\.isEmpty) }

    /// A workspace is no home of a series that carries one of its labels with another value.
    func admits(_ series: Labels, to workspace: String) -> Bool {
        (own[workspace] ?? [:]).allSatisfy { series[$0.key] == nil || series[$0.key] == $0.value }
    }

    /// The only workspace all of whose labels a series carries.
    func home(of series: Labels) -> String? {
        let homes = groups.filter { !$0.key.isEmpty }.flatMap { names, workspaces in
            workspaces[names.compactMap { series[$0] }] ?? []
        }
        return homes.count == 1 ? homes[0] : nil
    }

    /// Every workspace that a series does not contradict; many series ask the same.
    mutating func admitting(_ series: Labels) -> Set<String> {
        groups.keys.reduce(into: []) { $0.formUnion(admitting(series, names: $1)) }
    }

    private mutating func admitting(_ series: Labels, names: [String]) -> Set<String> {
        let carried = names.map { series[$0] }
        if let known = scanned[names]?[carried] { return known }
        let group = groups[names] ?? [:]
        let values = carried.compactMap(\.self)
        let found =
            values.count == names.count
            ? Set(group[values] ?? []) : Set(group.values.joined().filter { admits(series, to: $0) })
        scanned[names, default: [:]][carried] = found
        return found
    }
}
