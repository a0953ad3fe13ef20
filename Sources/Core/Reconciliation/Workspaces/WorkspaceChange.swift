package import Domain

/// A workspace that comes or goes, as one commit on the base; nobody has seen it yet.
package struct WorkspaceChange: Sendable {
    package let workspace: String
    package let branch: String
    package let commit: ObjectID
    package let message: String
    package let writes: [SourceFile]
    /// Files that the base holds and the commit does not.
    package let removes: [String]
    /// What a person has to know, a sentence each.
    package let notes: [String]
}

extension RefNames {
    /// Beside the proposals' branches: they are people's, and can get a plan.
    func workspaceBranch(_ verb: String, _ workspace: String) -> String {
        "\(verb)-workspace-\(Self.slug(workspace.replacing("/", with: "-"), limit: 120))"
    }
}

/// What a person does to a workspace: a new one, or the end of one; the base itself is never pushed to.
package struct WorkspaceLifecycle: Sendable {
    let world: World
    let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    func observed() async throws(Problems) -> Observation {
        do throws(Problem) {
            return try await Observer(world: world, settings: settings).observe()
        } catch {
            throw Problems([error])
        }
    }

    func reader() -> WorkspaceReader {
        WorkspaceReader(objects: world.objects, rules: world.rules, cache: world.cache)
    }

    /// Pushes the change's branch, which must not be there yet.
    package func publish(_ change: WorkspaceChange) async throws(Problem) {
        let rejections = try await world.remote.push([
            RefUpdate(settings.names.head(change.branch), from: nil, to: change.commit)
        ])
        if let rejection = rejections.first {
            throw Problem(
                .needsPerson, "the branch '\(change.branch)' was not made: \(rejection.reason)",
                hint: "merge or delete the one that is there")
        }
        try Journal(world: world, settings: settings).record(
            "workspace", change.writes.isEmpty ? "deleted" : "created", workspace: change.workspace,
            subject: change.branch, details: ["commit": .string(change.commit.hex), "notes": .texts(change.notes)])
    }
}
