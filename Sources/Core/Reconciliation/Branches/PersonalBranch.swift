import Domain

/// A person's branch, with what it changes of each workspace since it left the base.
struct PersonalBranch: Sendable {
    /// What stands in its manifests where others name their rule.
    static let rule = "branch"

    let name: String
    let head: ObjectID
    /// The commit of the base that it left.
    let fork: ObjectID
    /// Sorted by path; those that it changes, and those that it has a plan of.
    let changes: [Change]
    /// What cannot be read at the head, and could be before.
    let problems: [Problem]

    struct Change: Sendable {
        /// Nil where the branch makes the workspace.
        let old: Workspace?
        let new: Workspace
        /// The manifest that an earlier run left on this branch.
        let attached: Manifest?
    }

    func key(in workspace: String) -> ProposalKey { Self.key(of: name, in: workspace) }

    static func key(of name: String, in workspace: String) -> ProposalKey {
        ProposalKey(workspace: workspace, rule: rule, address: name)
    }
}

/// Reads a person's branch, and refuses one that nothing can be attached to.
struct BranchReader {
    let world: World
    let settings: RunSettings
    let observation: Observation

    private var base: ObjectID { observation.snapshot.base }
    private var baseName: String { observation.snapshot.baseBranch }

    func read(_ name: String) throws(Problem) -> PersonalBranch {
        if name == baseName {
            throw Problem(
                .needsPerson, "'\(name)' is the base branch", hint: "name a branch of your own, or another --base")
        }
        guard let head = observation.snapshot.refs[settings.names.head(name)] else {
            throw Problem(.needsPerson, "the remote has no branch '\(name)'", hint: "push it first")
        }
        let fork = try fork(of: name, head)
        try requireMergeable(name, head, fork)
        let reader = WorkspaceReader(objects: world.objects, rules: world.rules, cache: world.cache)
        let (old, new) = (try reader.workspaces(in: fork), try reader.workspaces(in: head))
        let branch = PersonalBranch(
            name: name, head: head, fork: fork, changes: try changes(on: name, head, fork, old, new),
            problems: new.problems.filter { !old.problems.contains($0) })
        try requireCurrent(branch)
        try requireKept(old, new, branch)
        return branch
    }

    // MARK: Where it stands

    private func fork(of name: String, _ head: ObjectID) throws(Problem) -> ObjectID {
        guard let fork = try world.objects.mergeBase(of: head, and: base) else {
            throw Problem(
                .needsPerson, "'\(name)' and \(baseName) have no commit in common that is known here",
                hint: "a shallow clone knows too little: run 'git fetch --unshallow'")
        }
        guard fork != head else {
            throw Problem(
                .needsPerson, "'\(name)' has nothing that \(baseName) has not", hint: "commit the change to it first")
        }
        return fork
    }

    private func requireMergeable(_ name: String, _ head: ObjectID, _ fork: ObjectID) throws(Problem) {
        guard case .conflicts(let paths) = try world.objects.merge(ancestor: fork, ours: base, theirs: head) else {
            return
        }
        throw Problem(
            .needsPerson, "'\(name)' conflicts with \(baseName) in \(paths.prefix(5).joined(separator: ", "))",
            hint: "merge \(baseName) into it, and run again")
    }

    /// What is planned has to be what a merge then brings into the base.
    private func requireCurrent(_ branch: PersonalBranch) throws(Problem) {
        let behind = branch.changes.filter { change in
            let now = observation.workspace(change.new.path)
            return now?.tree != change.old?.tree || now?.modules != change.old?.modules
        }
        guard !behind.isEmpty else { return }
        throw Problem(
            .needsPerson,
            "'\(branch.name)' is behind \(baseName) in \(behind.map(\.new.path).joined(separator: ", "))",
            hint: "merge \(baseName) into it, and run again")
    }

    /// Without its code nothing says what becomes of a workspace's resources.
    private func requireKept(
        _ old: WorkspaceReader.Reading, _ new: WorkspaceReader.Reading, _ branch: PersonalBranch
    ) throws(Problem) {
        let left = Set(new.workspaces.map(\.path))
        for workspace in old.workspaces where !left.contains(workspace.path) && !workspace.declared.isEmpty {
            guard try !hasCode(workspace.folder, in: branch.head) else { continue }
            throw Problem(
                .needsPerson, "'\(branch.name)' removes the workspace \(workspace.path) with its code",
                hint: "remove its resources first, and its folder once that is applied")
        }
    }

    private func hasCode(_ folder: String, in commit: ObjectID) throws(Problem) -> Bool {
        guard let tree = try world.objects.tree(at: folder, in: commit) else { return false }
        return try world.objects.entries(of: tree).contains(where: WorkspaceReader.isTerraform)
    }

    // MARK: What it changes

    private func changes(
        on name: String, _ head: ObjectID, _ fork: ObjectID, _ old: WorkspaceReader.Reading,
        _ new: WorkspaceReader.Reading
    ) throws(Problem) -> [PersonalBranch.Change] {
        let before = Dictionary(old.workspaces.map { ($0.path, $0) }) { first, _ in first }
        var changes: [PersonalBranch.Change] = []
        for workspace in new.workspaces {
            let own = before[workspace.path]
            let attached = try attached(PersonalBranch.key(of: name, in: workspace.path), workspace.path, head, fork)
            let isSame = own?.tree == workspace.tree && own?.modules == workspace.modules
            if isSame, attached == nil { continue }
            changes.append(PersonalBranch.Change(old: own, new: workspace, attached: attached))
        }
        return changes
    }

    /// One that came with the base is of an earlier branch of this name; one that cannot be read is written anew.
    private func attached(
        _ key: ProposalKey, _ workspace: String, _ head: ObjectID, _ fork: ObjectID
    ) throws(Problem) -> Manifest? {
        let path = ManifestFile.path(workspace: workspace, key: key)
        guard let file = try world.objects.file(at: path, in: head),
            try world.objects.file(at: path, in: fork) != file
        else { return nil }
        return try? ManifestFile.read(file)
    }
}
