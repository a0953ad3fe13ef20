import Domain

/// Where the shared history stands on the remote.
struct HistoryRef: Sendable {
    let world: World
    let settings: RunSettings

    var name: String { settings.names.history }

    /// What stands there now; the tip is nil where there is none yet.
    func read() async throws(Problem) -> (tip: ObjectID?, history: SharedHistory) {
        let snapshot = try await world.remote.snapshot(base: settings.baseBranch, prefixes: [name])
        guard let tip = snapshot.refs[name] else { return (nil, SharedHistory()) }
        return (tip, try SharedHistory(files: try world.objects.files(below: "", in: tip)))
    }

    /// One commit without a parent, so that what was let go is gone; an answer says why it was not taken.
    func write(_ history: SharedHistory, over tip: ObjectID?) async throws(Problem) -> String? {
        let message = "sphinx: history\n\n\(history.parts.count) files, \(history.steps) steps\n"
        let commit = try world.objects.commit(
            CommitDraft(parent: nil, writes: history.files, message: message, time: world.now()))
        return try await world.remote.push([RefUpdate(name, from: tip, to: commit)]).first?.reason
    }
}
