package import Domain

extension WorkspaceLifecycle {
    /// Settings of backends that say where one state is.
    private static let places: Set<String> = [
        "key", "path", "prefix", "address", "secret_suffix", "schema_name", "workspaces",
    ]

    /// A new workspace, empty or like a folder of the base; it is read as a run would read it before anyone sees it.
    package func new(
        _ name: String, like template: String?, backend: NewBackend?
    ) async throws(Problems) -> WorkspaceChange {
        let observation = try await observed()
        let base = observation.snapshot.base
        do throws(Problem) {
            if let problem = WorkspaceName.problem(with: name, among: observation.workspaces.map(\.path)) {
                throw problem
            }
            let plan = WorkspaceTemplate(name: name, backend: backend)
            guard try world.objects.entry(at: plan.folder, in: base) == nil else {
                throw Problem(
                    .needsPerson, "\(plan.folder) is there already, though it is no workspace",
                    hint: "choose another name, or remove the folder")
            }
            let files = try template.map { (folder) throws(Problem) in
                try self.files(of: plan, like: folder, observation)
            }
            let writes = files ?? plan.files()
            let message = "sphinx(\(name)): new workspace\n" + (template.map { "\nLike \($0).\n" } ?? "")
            let commit = try world.objects.commit(
                CommitDraft(parent: base, writes: writes, message: message, time: world.now()))
            return WorkspaceChange(
                workspace: name, branch: settings.names.workspaceBranch("new", name), commit: commit, message: message,
                writes: writes, removes: [], notes: try notes(on: name, at: commit, observation))
        } catch {
            throw Problems([error])
        }
    }

    private func files(
        of plan: WorkspaceTemplate, like template: String, _ observation: Observation
    ) throws(Problem) -> [SourceFile] {
        let base = observation.snapshot.base
        let named = template.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        let places = [named, "\(WorkspaceReader.top)/\(named)"]
        var found: String?
        for place in places where found == nil && !named.isEmpty {
            if try world.objects.tree(at: place, in: base) != nil { found = place }
        }
        guard let folder = found else {
            throw Problem(
                .needsPerson, "there is no folder '\(template)' in \(observation.snapshot.baseBranch)",
                hint: "name a workspace, or a folder from the top of the repository")
        }
        let others = observation.workspaces.map(\.folder).filter { $0.hasPrefix("\(folder)/") }
        let files = try world.objects.files(below: folder, in: base).filter { file in
            !others.contains { file.path.hasPrefix("\($0)/") }
        }
        return plan.files(from: folder, files)
    }

    /// Refuses what a run could not read, or what would share its state with another workspace.
    private func notes(
        on name: String, at commit: ObjectID, _ observation: Observation
    ) throws(Problem) -> [String] {
        let reading = try reader().workspaces(in: commit)
        guard let workspace = reading.workspaces.first(where: { $0.path == name }) else {
            throw reading.problems.first { !observation.problems.contains($0) }
                ?? Problem(
                    .needsPerson, "the template holds no Terraform files", hint: "name a folder that holds .tf files")
        }
        switch workspace.backend {
        case .none, .local(path: nil):
            return ["it has no backend of its own: its state is kept in SPHINX_LOCAL_STATE_DIR, or nothing is planned"]
        case .local(let path?) where !path.hasPrefix("/"): return []
        case .local: throw shared("path")
        case .remote(_, let configured):
            let given = configured.union(workspace.settings.backend.keys).intersection(Self.places).sorted()
            if let place = given.first { throw shared(place) }
            return []
        }
    }

    private func shared(_ setting: String) -> Problem {
        Problem(
            .needsPerson, "the template's backend says '\(setting)', so that two workspaces would share one state",
            hint: "take it out of the template; TF_BACKEND_S3_KEY gives each workspace a key of its own")
    }
}

extension ObjectStore {
    /// Whatever stands at a path of a commit; nil where nothing does.
    func entry(at path: String, in commit: ObjectID) throws(Problem) -> TreeEntry? {
        let steps = path.split(separator: "/").map(String.init)
        guard let name = steps.last else { return nil }
        guard let tree = try tree(at: steps.dropLast().joined(separator: "/"), in: commit) else { return nil }
        return try entries(of: tree).first { $0.name == name }
    }
}
