import Domain

/// Brings the branches of groups to what is open; nothing is decided from them, and nothing is pushed here.
struct GroupStage {
    struct Result: Sendable {
        var outcome: GroupOutcome
        var updates: [RefUpdate] = []
        var request: MergeRequest?
    }

    let world: World
    let settings: RunSettings
    let observation: Observation
    let grouping: Grouping?

    private var refs: [String: ObjectID] { observation.snapshot.refs }

    /// Sorted by branch; a run about some workspaces leaves groups as they are.
    func results(of drafts: [Draft]) throws(Problem) -> [Result] {
        guard settings.workspaces.isEmpty else { return [] }
        let wanted = grouping.map { ProposalGroup.groups(of: drafts, by: $0, observation) } ?? []
        var results: [Result] = []
        for group in wanted { try result(of: group).map { results.append($0) } }
        let names = Set(wanted.map { settings.names.group($0.grouping, $0.subject).tracked })
        let rest = refs.filter { $0.key.hasPrefix(settings.names.groups) && !names.contains($0.key) }
        results += rest.map { withdrawn(tracked: $0.key, at: $0.value) }
        return results.sorted { $0.outcome.branch < $1.outcome.branch }
    }

    private func result(of group: ProposalGroup) throws(Problem) -> Result? {
        let names = settings.names.group(group.grouping, group.subject)
        let (pushed, head) = (refs[names.tracked], refs[settings.names.head(names.branch)])
        let members = group.members.map(\.outcome.key)
        if let head, head != pushed {
            let reason =
                pushed == nil ? "the branch is not one that Sphinx pushed" : "someone else's commit is on the branch"
            return Result(outcome: GroupOutcome(branch: names.branch, state: .edited, reason: reason))
        }
        if let pushed, try digest(of: pushed) == group.digest.description {
            let state: GroupOutcome.State = head == nil ? .rejected : .unchanged
            return Result(
                outcome: GroupOutcome(
                    branch: names.branch, state: state, members: members,
                    reason: head == nil ? "the branch was deleted; its members are still open" : nil))
        }
        return try written(group, names, pushed: pushed, head: head)
    }

    private func digest(of commit: ObjectID) throws(Problem) -> String? {
        Trailers.value(ProposalGroup.digestTrailer, in: try world.objects.summary(of: commit).message)
    }

    private func withdrawn(tracked: String, at pushed: ObjectID) -> Result {
        let branch = "\(settings.names.branchPrefix)/+\(tracked.dropFirst(settings.names.groups.count))"
        var updates = [RefUpdate(tracked, from: pushed, to: nil)]
        let isOurs = refs[settings.names.head(branch)] == pushed
        if isOurs { updates.append(RefUpdate(settings.names.head(branch), from: pushed, to: nil)) }
        return Result(
            outcome: GroupOutcome(
                branch: branch, state: .withdrawn, reason: "fewer than two proposals are open and go together"),
            updates: updates)
    }

    // MARK: Writing

    private func written(
        _ group: ProposalGroup, _ names: (branch: String, tracked: String), pushed: ObjectID?, head: ObjectID?
    ) throws(Problem) -> Result? {
        let base = observation.snapshot.base
        var union = GroupUnion(world: world, base: base)
        for member in group.members { try union.add(member) }
        let included = group.members.filter { !union.left.contains($0) }.map(\.outcome.key)
        guard included.count >= ProposalGroup.fewest else {
            return pushed.map { withdrawn(tracked: names.tracked, at: $0) }
        }
        let commit = try world.objects.commit(
            CommitDraft(
                parent: base, writes: union.writes, message: group.message(leavingOut: union.left),
                time: world.now()))
        let reason = union.left.isEmpty ? nil : "left out, as they conflict: \(union.names)"
        return Result(
            outcome: GroupOutcome(
                branch: names.branch, state: head == nil ? .created : .refreshed, members: included, reason: reason),
            updates: [
                RefUpdate(settings.names.head(names.branch), from: head, to: commit),
                RefUpdate(names.tracked, from: pushed, to: commit),
            ],
            request: settings.request(for: names.branch, at: commit, isNew: head == nil, in: observation.snapshot))
    }
}
