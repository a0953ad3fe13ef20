import Domain
import Foundation
import Reports

/// Reads what decisions are made from; it changes nothing.
struct Observer {
    let world: World
    let settings: RunSettings

    /// With a pinned snapshot only the refs are read anew; the base commit stays.
    func observe(pinned: Snapshot? = nil, also refs: [String] = []) async throws(Problem) -> Observation {
        let fresh = try await world.remote.snapshot(
            base: pinned?.baseBranch ?? settings.baseBranch, prefixes: settings.names.prefixes + refs)
        let snapshot = Snapshot(
            baseBranch: fresh.baseBranch, base: pinned?.base ?? fresh.base, refs: fresh.refs)
        let reading = try WorkspaceReader(objects: world.objects, rules: world.rules, cache: world.cache)
            .workspaces(in: snapshot.base)
        var problems = reading.problems
        let ledger = Ledger(refs: snapshot.refs, names: settings.names)
        let merged = try mergedManifests(in: snapshot, ledger: ledger, problems: &problems)
        let (locks, unfixable) = (self.locks(ledger, &problems), self.unfixable(ledger, &problems))
        return Observation(
            snapshot: snapshot, workspaces: reading.workspaces, merged: merged,
            tracked: tracked(ledger.proposals, in: snapshot, closed: ledger.closed, problems: &problems),
            approvals: tracked(ledger.approvals, in: snapshot, problems: &problems),
            locks: locks, unfixable: unfixable, problems: problems)
    }

    private func mergedManifests(
        in snapshot: Snapshot, ledger: Ledger, problems: inout [Problem]
    ) throws(Problem) -> [MergedManifest] {
        var found: [MergedManifest] = []
        for file in try world.objects.files(below: "proposals", in: snapshot.base)
        where file.name == "proposal.json" {
            do throws(Problem) {
                let manifest = try ManifestFile.read(file)
                found.append(try merged(manifest, Approval(ofManifest: file.bytes), ledger))
            } catch {
                problems.append(error)
            }
        }
        return found.sorted { ($0.manifest.workspace, $0.manifest.key) < ($1.manifest.workspace, $1.manifest.key) }
    }

    private func merged(
        _ manifest: Manifest, _ approval: Approval, _ ledger: Ledger
    ) throws(Problem) -> MergedManifest {
        let entry = Ledger.Entry(key: manifest.key, approval: approval)
        let record = ledger.applied[entry]
        let applied = try record.flatMap { commit throws(Problem) in
            world.objects.contains(commit) ? try world.objects.summary(of: commit) : nil
        }
        return MergedManifest(
            manifest: manifest, approval: approval, isApplied: record != nil,
            isApplying: ledger.applying[entry] != nil, failure: try ledger.failed[entry].map(failure),
            appliedAt: applied?.time, appliedTree: applied.flatMap { Record(message: $0.message)?.tree })
    }

    private func failure(_ object: ObjectID) throws(Problem) -> MergedManifest.Failure {
        guard world.objects.contains(object) else {
            return MergedManifest.Failure(time: .distantPast, reason: "", done: [])
        }
        let commit = try world.objects.summary(of: object)
        let record = Record(message: commit.message)
        return MergedManifest.Failure(
            time: commit.time, reason: record?.reason ?? "", done: record?.done ?? [])
    }

    private func tracked(
        _ pushed: [ProposalKey: ObjectID], in snapshot: Snapshot, closed: [ProposalKey: ObjectID] = [:],
        problems: inout [Problem]
    ) -> [ProposalKey: TrackedProposal] {
        var found: [ProposalKey: TrackedProposal] = [:]
        for (key, commit) in pushed.sorted(by: { $0.key < $1.key }) {
            let closing = closing(of: key, closed[key], &problems)
            do throws(Problem) {
                found[key] = try tracked(key, at: commit, in: snapshot, closing: closing)
            } catch {
                problems.append(error)
            }
        }
        return found
    }

    /// The commit says its workspace in a trailer; its manifest says the rest.
    private func tracked(
        _ key: ProposalKey, at commit: ObjectID, in snapshot: Snapshot, closing: TrackedProposal.Closing?
    ) throws(Problem) -> TrackedProposal {
        let summary = try world.objects.summary(of: commit)
        guard
            let workspace = Trailers.value("Sphinx-Workspace", in: summary.message).map(TrailerText.decoded),
            let file = try world.objects.file(at: ManifestFile.path(workspace: workspace, key: key), in: commit)
        else {
            throw Problem(
                .needsPerson, "\(settings.names.tracked(key)) points to \(commit.short), which holds no proposal",
                hint: "delete the ref if nobody needs it")
        }
        let manifest = try ManifestFile.read(file)
        let branch =
            manifest.author == .approval
            ? settings.names.approvalBranch(workspace: workspace, key: key)
            : settings.names.branch(workspace: workspace, rule: manifest.rule, key: key)
        return TrackedProposal(
            branch: branch, pushed: commit, head: snapshot.refs[settings.names.head(branch)], manifest: manifest,
            approval: Approval(ofManifest: file.bytes), pushedAt: summary.time, closing: closing)
    }

    private func closing(
        of key: ProposalKey, _ object: ObjectID?, _ problems: inout [Problem]
    ) -> TrackedProposal.Closing? {
        guard let object, let reason = record(at: settings.names.closed(key), object, &problems)?.reason else {
            return nil
        }
        return TrackedProposal.Closing(object: object, reason: reason)
    }

    private func locks(_ ledger: Ledger, _ problems: inout [Problem]) -> [String: HeldLock] {
        var locks: [String: HeldLock] = [:]
        for (name, object) in ledger.locks.sorted(by: { $0.key < $1.key }) {
            guard let record = record(at: name, object, &problems) else { continue }
            let lock = Lock(
                workspace: record.workspace, run: record.run, holder: record.holder,
                expires: Date(timeIntervalSince1970: record.expires ?? 0))
            locks[record.workspace] = HeldLock(lock: lock, object: object)
        }
        return locks
    }

    private func unfixable(_ ledger: Ledger, _ problems: inout [Problem]) -> [ProposalKey: Unfixable] {
        var found: [ProposalKey: Unfixable] = [:]
        for (key, object) in ledger.unfixable.sorted(by: { $0.key < $1.key }) {
            guard let record = record(at: settings.names.unfixable(key), object, &problems),
                let digest = record.inputDigest
            else { continue }
            found[key] = Unfixable(object: object, inputDigest: digest, reason: record.reason ?? "")
        }
        return found
    }

    /// What a ref of the ledger says; somebody else may have put it there, which stops nothing but what it is about.
    private func record(at ref: String, _ object: ObjectID, _ problems: inout [Problem]) -> Record? {
        if let commit = try? world.objects.summary(of: object), let record = Record(message: commit.message) {
            return record
        }
        problems.append(
            Problem(
                .needsPerson, "\(ref) points to \(object.short), which is no record of Sphinx",
                hint: "delete the ref if nobody needs it"))
        return nil
    }
}
