package import Domain
import Foundation

/// Makes a state the workspace's that an apply could not save, under the workspace's lock.
package struct StateRecovery: Sendable {
    let world: World
    let settings: RunSettings

    package init(world: World, settings: RunSettings) {
        self.world = world
        self.settings = settings
    }

    private var publisher: Publisher { Publisher(remote: world.remote) }
    private var journal: Journal { Journal(world: world, settings: settings) }

    /// Recovers a file, or the newest kept state of this machine; nil where there is none.
    package func recover(_ name: String, from file: String?) async throws(Problem) -> KeptState? {
        let observation = try await Observer(world: world, settings: settings).observe()
        let workspace = try observation.existing(name)
        let newest = try world.infrastructure.keptStates(of: name).first
        guard let file = file ?? newest else { return nil }
        let state = try world.infrastructure.keptState(in: file)
        let files = try world.files(of: workspace, in: observation.snapshot.base)
        let keeper = LockKeeper(world: world, settings: settings, publisher: publisher, workspace: name)
        switch try await keeper.take(over: observation.locks[name]) {
        case .refused(let reason):
            throw Problem(.passing, "\(name): \(reason)", hint: "wait for that run, and try again")
        case .held(let lock):
            let result = await recovered(state, files)
            let kept = await released(RefUpdate(keeper.name, from: lock, to: nil))
            if let notice = await HistoryPublisher(world: world, settings: settings).attempt() {
                world.progress(notice)
            }
            if let kept { world.progress("\(name): the lock was not given back, and ends by itself: \(kept)") }
            return try result.get()
        }
    }

    /// The history says what was pushed, and nothing of what it holds.
    private func recovered(_ state: KeptState, _ files: WorkspaceFiles) async -> Result<KeptState, Problem> {
        let name = files.workspace.path
        let details: [String: JSONValue] = [
            "serial": .integer(state.serial), "lineage": .string(state.lineage),
            "digest": .string(state.digest.description), "resources": .integer(Int64(state.resources)),
            "holder": .string(settings.holder),
        ]
        do throws(Problem) {
            do throws(TerraformFailure) {
                try await world.infrastructure.recover(state, in: files)
            } catch {
                let reason = JSONValue.string(error.problem.message)
                try? journal.record(
                    "state", "not_recovered", workspace: name, subject: state.file,
                    details: details.merging(["reason": reason]) { $1 })
                throw error.problem
            }
            try journal.record("state", "recovered", workspace: name, subject: state.file, details: details)
            return .success(state)
        } catch {
            return .failure(error)
        }
    }

    /// Why the lock is still there; nil where it is gone.
    private func released(_ update: RefUpdate) async -> String? {
        do throws(Problem) {
            return try await publisher.finish([update]).first?.reason
        } catch {
            return error.message
        }
    }
}

extension Observation {
    /// A workspace that has to be there.
    func existing(_ name: String) throws(Problem) -> Workspace {
        if let workspace = workspace(name) { return workspace }
        let near = Spelling.nearest(to: name, among: workspaces.map(\.path))
        throw Problem(
            .needsPerson, "there is no workspace '\(name)' in \(snapshot.baseBranch)",
            hint: near.map { "did you mean '\($0)'?" } ?? "see 'sphinx workspaces list'")
    }
}
