package import Domain

/// What the states and the code of all workspaces hold, sorted for finding the resource of a series.
package struct ResourceIndex: Sendable {
    /// What is known of one workspace.
    package struct Entry: Sendable {
        let workspace: String
        let labels: Labels
        /// Nil where the state was not read: what only the code says may then be in it as well.
        let instances: [ResourceInstance]?
        let declared: [DeclaredResource]

        package init(
            workspace: String, labels: Labels = [:], instances: [ResourceInstance]? = [],
            declared: [DeclaredResource] = []
        ) {
            self.workspace = workspace
            self.labels = labels
            self.instances = instances
            self.declared = declared
        }
    }

    struct StateResource: Sendable {
        let candidate: Candidate
        let values: JSONValue
    }

    struct CodeResource: Sendable {
        let candidate: Candidate
        let literals: [String: JSONValue]
    }

    private let labels: WorkspaceLabels
    /// Workspaces whose state was not read.
    private(set) var unread: Set<String> = []
    /// Type → resources.
    private(set) var state: [String: [StateResource]] = [:]
    private(set) var code: [String: [CodeResource]] = [:]
    private(set) var byARN: [String: [Candidate]] = [:]
    /// Block → workspaces that have it.
    private var homes: [String: Set<String>] = [:]
    /// Workspace → block → what its code says.
    private var declared: [String: [String: DeclaredResource]] = [:]
    /// Workspace → address → what its state holds.
    private var instances: [String: [String: ResourceInstance]] = [:]
    /// Workspace → block → its instances.
    private var ofBlocks: [String: [String: [ResourceInstance]]] = [:]

    package init(workspaces: [Entry]) {
        labels = WorkspaceLabels(
            Dictionary(workspaces.map { ($0.workspace, $0.labels) }) { first, _ in first })
        for entry in workspaces {
            if entry.instances == nil { unread.insert(entry.workspace) }
            for instance in entry.instances ?? [] { add(instance, entry.workspace) }
            for resource in entry.declared { add(resource, entry.workspace) }
        }
    }

    private mutating func add(_ instance: ResourceInstance, _ workspace: String) {
        let candidate = Candidate(instance, in: workspace)
        state[instance.type, default: []].append(StateResource(candidate: candidate, values: instance.values))
        if let arn = instance.values["arn"]?.string { byARN[arn, default: []].append(candidate) }
        homes[instance.blockAddress, default: []].insert(workspace)
        instances[workspace, default: [:]][instance.address] = instance
        ofBlocks[workspace, default: [:]][instance.blockAddress, default: []].append(instance)
    }

    private mutating func add(_ resource: DeclaredResource, _ workspace: String) {
        let candidate = Candidate(resource, in: workspace)
        code[resource.type, default: []].append(CodeResource(candidate: candidate, literals: resource.literals))
        homes[resource.address, default: []].insert(workspace)
        declared[workspace, default: [:]][resource.address] = resource
    }

    func declared(_ block: String, in workspace: String) -> DeclaredResource? { declared[workspace]?[block] }

    /// Leads one series; for many series of one rule, make the locator once.
    package func locate(_ labels: Labels, _ selector: Rule.ResourceSelector) -> Location {
        ResourceLocator(self, for: selector).locate(labels)
    }

    // MARK: What is where

    func workspaces(having block: String) -> Set<String> { homes[block] ?? [] }

    /// Whether the state holds exactly this instance, rather than only its block.
    func isInstance(_ address: String, in workspace: String) -> Bool {
        instances[workspace]?[address] != nil
    }

    /// Every block that code or state declares.
    var blocks: [Location.Block] {
        homes.flatMap { address, workspaces in
            workspaces.map { Location.Block(workspace: $0, address: address) }
        }
    }

    /// The instances of a block in the state, sorted by address.
    func instances(of block: String, in workspace: String) -> [ResourceInstance] {
        (ofBlocks[workspace]?[block] ?? []).sorted { $0.address < $1.address }
    }

    /// What the state says of an instance, or of the only instance of a block.
    func values(of address: String, in workspace: String) -> JSONValue? {
        if let instance = instances[workspace]?[address] { return instance.values }
        let all = instances(of: address, in: workspace)
        return all.count == 1 ? all[0].values : nil
    }

    /// Workspace → the blocks of a type that its code or its state has, sorted.
    func blocks(ofType type: String) -> [String: [String]] {
        let all = (state[type] ?? []).map(\.candidate.block) + (code[type] ?? []).map(\.candidate.block)
        return Dictionary(grouping: Set(all), by: \.workspace).mapValues { $0.map(\.address).sorted() }
    }

    /// All instances of a type, by workspace and address.
    func resources(ofType type: String) -> [(workspace: String, instance: ResourceInstance)] {
        (state[type] ?? []).compactMap { resource in
            let candidate = resource.candidate
            return instances[candidate.workspace]?[candidate.address].map { (candidate.workspace, $0) }
        }.sorted { ($0.workspace, $0.instance.address) < ($1.workspace, $1.instance.address) }
    }

    func admits(_ series: Labels, to workspace: String) -> Bool { labels.admits(series, to: workspace) }

    /// The workspace that a series says it belongs to, by name or by all of the labels of just one workspace.
    func home(of series: Labels) -> String? {
        if let named = series["terraform_workspace"] { return labels.contains(named) ? named : nil }
        return labels.home(of: series)
    }
}
