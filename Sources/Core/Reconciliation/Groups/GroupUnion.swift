import Domain

/// The members' changes merged one after the other onto the base, in memory.
struct GroupUnion {
    private let world: World
    private let base: ObjectID
    private(set) var left: [ProposalGroup.Member] = []
    private var files: [String: SourceFile] = [:]

    init(world: World, base: ObjectID) {
        self.world = world
        self.base = base
    }

    var writes: [SourceFile] { files.values.sorted { $0.path < $1.path } }
    var names: String { left.map(\.outcome.key.text).joined(separator: ", ") }

    mutating func add(_ member: ProposalGroup.Member) throws(Problem) {
        if !world.objects.contains(member.base) { left.append(member); return }
        let own = try world.objects.commit(
            CommitDraft(
                parent: base, writes: writes, message: "", time: try world.objects.summary(of: base).time))
        let merged = try world.objects.merge(ancestor: member.base, ours: own, theirs: member.commit)
        guard case .clean(let tree) = merged else { left.append(member); return }
        let outcome = member.outcome
        for folder in [
            "workspaces/\(outcome.workspace)", ManifestFile.folder(workspace: outcome.workspace, key: outcome.key),
        ] {
            let before = Dictionary(
                try world.objects.files(below: folder, in: own).map { ($0.path, $0) }
            ) { first, _ in first }
            for file in try world.objects.files(below: folder, inTree: tree) where before[file.path] != file {
                files[file.path] = file
            }
        }
    }
}
