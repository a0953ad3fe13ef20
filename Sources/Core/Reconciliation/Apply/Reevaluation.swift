import Domain

/// Asks again, before anything is applied, whether what was merged is still called for.
struct Reevaluation {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let rules: RuleSet

    struct Result: Sendable {
        /// Merged proposals whose rule was measured again and is clear.
        var resolved: Set<ProposalKey> = []
        /// What could not be asked; it holds nothing back.
        var problems: [Problem] = []
    }

    func result() async -> Result {
        let pending = observation.pending.filter(isQuestionable)
        guard !pending.isEmpty else { return Result() }
        var blind = world
        blind.plugins = nil
        let analysis = await AnalysisStage(
            world: blind, settings: settings, observation: observation,
            rules: rules.limited(to: Set(pending.map(\.manifest.rule)))
        ).analyse()
        let gone = pending.filter { analysis.clear.contains($0.manifest.key) && !isForced($0) }
        return Result(resolved: Set(gone.map(\.manifest.key)), problems: analysis.problems)
    }

    /// An approval of a fresh plan was given with open eyes, and what began has to be ended.
    private func isQuestionable(_ merged: MergedManifest) -> Bool {
        merged.manifest.author != .approval && !merged.isApplying && !merged.hasFailed
            && settings.includes(workspace: merged.manifest.workspace)
            && rules.rule(merged.manifest.rule, in: merged.manifest.workspace)?.enabled == true
    }

    /// A person insists: in the merge's own message, or later, by the proposal's key.
    private func isForced(_ merged: MergedManifest) -> Bool {
        let key = merged.manifest.key
        return MergeLine(objects: world.objects, base: observation.snapshot.base).commits(
            since: ManifestFile.path(workspace: merged.manifest.workspace, key: key)
        ).contains { commit, isMerge in
            let word = Trailers.value("Sphinx-Force", in: commit.message)
            return (isMerge && word == "apply") || word == key.text
        }
    }
}

/// The commits of the base branch along their first parents, as people see their merges.
struct MergeLine {
    /// As many commits as are looked at; a manifest that is older is not forced by them.
    private static let longest = 500

    let objects: any ObjectStore
    let base: ObjectID

    /// From the base down to the commit that brought a file; that one is the merge.
    ///
    /// A shallow clone's line ends early.
    func commits(since path: String) -> [(commit: CommitSummary, isMerge: Bool)] {
        var found: [(commit: CommitSummary, isMerge: Bool)] = []
        var next: ObjectID? = base
        while let id = next, found.count < Self.longest, let commit = try? objects.summary(of: id) {
            let parent = commit.parents.first
            let isMerge = !(parent.map { has(path, in: $0) } ?? false)
            found.append((commit, isMerge))
            next = isMerge ? nil : parent
        }
        return found
    }

    /// A commit that is not here cannot be said to lack it.
    private func has(_ path: String, in commit: ObjectID) -> Bool {
        guard objects.contains(commit) else { return true }
        return ((try? objects.file(at: path, in: commit)) ?? nil) != nil
    }
}

extension RuleSet {
    /// Some of the rules alone, nothing suppressed.
    func limited(to ids: Set<String>) -> RuleSet {
        RuleSet(
            rules: rules.filter { ids.contains($0.id) }, variants: variants.filter { ids.contains($0.key) },
            limits: limits, policy: policy)
    }
}
