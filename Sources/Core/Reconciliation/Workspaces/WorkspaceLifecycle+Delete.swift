package import Domain
import Foundation

extension WorkspaceLifecycle {
    /// How many addresses are named.
    private static let mostNames = 5

    /// Takes a workspace's files away, and nothing else: what its state holds is destroyed by plans alone.
    ///
    /// Refused while the state holds resources or anything is on its way, unless it is forced.
    package func delete(_ name: String, forced: Bool) async throws(Problems) -> WorkspaceChange {
        let observation = try await observed()
        let workspace: Workspace
        do throws(Problem) { workspace = try observation.existing(name) } catch { throw Problems([error]) }
        let hindrances = await left(in: workspace, observation) + kept(of: workspace) + onTheWay(workspace, observation)
        let used = users(of: workspace, observation)
        guard used.isEmpty, forced || hindrances.isEmpty else { throw Problems(used + (forced ? [] : hindrances)) }
        do throws(Problem) {
            return try change(workspace, observation, notes: hindrances.map { "left behind: \($0.message)" })
        } catch {
            throw Problems([error])
        }
    }

    private func change(
        _ workspace: Workspace, _ observation: Observation, notes: [String]
    ) throws(Problem) -> WorkspaceChange {
        let base = observation.snapshot.base
        let kept = observation.workspaces.map(\.folder).filter { $0.hasPrefix("\(workspace.folder)/") }
        let removes = try removals(at: workspace.folder, workspace.tree, keeping: kept)
        let message =
            "sphinx(\(workspace.path)): delete the workspace\n"
            + (notes.isEmpty ? "" : "\n\(notes.joined(separator: "\n"))\n")
        let commit = try world.objects.commit(
            CommitDraft(parent: base, removes: removes, message: message, time: world.now()))
        let files = try world.objects.files(below: workspace.folder, in: base).map(\.path)
            .filter { path in !kept.contains { path.hasPrefix("\($0)/") } }
        return WorkspaceChange(
            workspace: workspace.path, branch: settings.names.workspaceBranch("delete", workspace.path),
            commit: commit, message: message, writes: [], removes: files, notes: notes)
    }

    /// The folder, or what of it is no other workspace's.
    private func removals(
        at folder: String, _ tree: ObjectID, keeping kept: [String]
    ) throws(Problem) -> [String] {
        guard kept.contains(where: { $0 == folder || $0.hasPrefix("\(folder)/") }) else { return [folder] }
        if kept.contains(folder) { return [] }
        var found: [String] = []
        for entry in try world.objects.entries(of: tree) where entry.kind != .misnamed {
            let path = "\(folder)/\(entry.name)"
            found += entry.kind == .folder ? try removals(at: path, entry.id, keeping: kept) : [path]
        }
        return found
    }

    // MARK: What stands against it

    private func left(in workspace: Workspace, _ observation: Observation) async -> [Problem] {
        do {
            let files = try world.files(of: workspace, in: observation.snapshot.base)
            let instances = try await world.infrastructure.state(of: files)
            guard !instances.isEmpty else { return [] }
            let names = instances.map(\.address).sorted().prefix(Self.mostNames).joined(separator: ", ")
            let rest = instances.count - Self.mostNames
            return [
                Problem(
                    .needsPerson,
                    "\(workspace.path): its state holds \(instances.count == 1 ? "a resource" : "\(instances.count) resources"): "
                        + names + (rest > 0 ? " and \(rest) more" : ""),
                    hint:
                        "remove their blocks on a branch, plan it with 'sphinx propose --branch', merge and apply it; "
                        + "or leave them behind with --force")
            ]
        } catch {
            let reason = (error as? TerraformFailure)?.problem ?? (error as? Problem)
            return [
                Problem(
                    .needsPerson,
                    "\(workspace.path): its state cannot be read: \(reason?.message ?? "the reason is not known")",
                    hint: "make it readable, or delete the workspace without looking with --force")
            ]
        }
    }

    /// What its backend holds is not the newest state then.
    private func kept(of workspace: Workspace) -> [Problem] {
        do throws(Problem) {
            return try world.infrastructure.keptStates(of: workspace.path).map { file in
                Problem(
                    .needsPerson, "\(workspace.path): a state that an apply could not save is in \(file)",
                    hint: "recover it with 'sphinx state recover --workspace \(workspace.path)', or give --force")
            }
        } catch {
            return [error]
        }
    }

    private func onTheWay(_ workspace: Workspace, _ observation: Observation) -> [Problem] {
        let path = workspace.path
        let open = (Array(observation.tracked.values) + observation.approvals.values)
            .filter { $0.head != nil && $0.manifest.workspace == path }.map(\.branch).sorted()
        let merged = observation.pending.filter { $0.manifest.workspace == path }.map(\.manifest.key.text)
        let lock = observation.locks[path]?.lock
        return [
            open.isEmpty
                ? nil
                : Problem(
                    .needsPerson, "\(path) has open proposals: \(open.joined(separator: ", "))",
                    hint: "merge or close them, or give --force"),
            merged.isEmpty
                ? nil
                : Problem(
                    .needsPerson, "\(path) has merged changes that are not applied: \(merged.joined(separator: ", "))",
                    hint: "apply or revert them, or give --force"),
            lock.map {
                Problem(
                    .passing,
                    "\(path) is locked by \($0.run), until \(UTC.text($0.expires.timeIntervalSince1970))",
                    hint: "wait for that run, or give --force")
            },
        ].compactMap { $0 }
    }

    /// Nothing forces this: another workspace would not plan any more.
    private func users(of workspace: Workspace, _ observation: Observation) -> [Problem] {
        let users = observation.workspaces.filter { other in
            other.path != workspace.path
                && other.modules.keys.contains { $0 == workspace.folder || $0.hasPrefix("\(workspace.folder)/") }
        }.map(\.path)
        guard !users.isEmpty else { return [] }
        return [
            Problem(
                .needsPerson, "\(workspace.path) holds modules that others use: \(users.joined(separator: ", "))",
                hint: "move the modules first")
        ]
    }
}
