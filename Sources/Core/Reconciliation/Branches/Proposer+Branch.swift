package import Domain
import Reports

extension Proposer {
    /// Attaches plans to a person's own branch: one commit on top of it, pushed only if the branch has not moved.
    package func plan(branch name: String, trusting isTrusted: Bool = false) async throws(Problems) -> RunReport {
        if let problem = BranchName.problem(with: name, settings.names) { throw Problems([problem]) }
        return try await journal.run(["command": .string("propose"), "branch": .string(name)], through: publisher) {
            () async throws(Problems) in
            let observation = try await observed(also: [settings.names.head(name)])
            let branch: PersonalBranch
            do throws(Problem) {
                branch = try BranchReader(world: world, settings: settings, observation: observation).read(name)
            } catch {
                throw Problems([error])
            }
            let stages = branch.changes.map {
                BranchStage(
                    world: world, settings: settings, observation: observation, branch: branch, change: $0,
                    isTrusted: isTrusted)
            }
            let results = await stages.concurrently(limit: settings.concurrency) { await $0.perform() }
            return await report(on: observation) { (report) in
                let drafts = await attached(results, to: branch)
                let proposing = Proposing(world: world, settings: settings, publisher: publisher)
                report.add(proposing.recorded(drafts))
                report.findings = results.flatMap(\.findings)
                report.problems += branch.problems
                if branch.changes.isEmpty { report.notices.append("'\(name)' changes no workspace") }
            }
        }
    }

    // MARK: The one commit

    private func attached(_ results: [BranchStage.Result], to branch: PersonalBranch) async -> [Draft] {
        var drafts = results.map(\.draft)
        let written = drafts.indices.filter { results[$0].planned != nil }
        guard !written.isEmpty else { return drafts }
        do throws(Problem) {
            let (commit, message) = try commit(written.map { results[$0] }, on: branch)
            let update = RefUpdate(settings.names.head(branch.name), from: branch.head, to: commit)
            let refused = try await publisher.push([Publisher.Group(name: branch.name, updates: [update])])
            for index in written {
                drafts[index].outcome.commit = commit
                if let refusal = refused[branch.name] { drafts[index].refuse("not published: \(refusal.reason)") }
            }
            drafts[written[0]].outcome.message = message
        } catch {
            for index in written { drafts[index].refuse("not published: \(error.message)") }
            drafts.attach(error)
        }
        return drafts
    }

    private func commit(
        _ results: [BranchStage.Result], on branch: PersonalBranch
    ) throws(Problem) -> (id: ObjectID, message: String) {
        var writes: [SourceFile] = []
        for result in results {
            guard let (manifest, plan) = result.planned else { continue }
            let folder = ManifestFile.folder(workspace: manifest.workspace, key: manifest.key)
            let page = BranchPage(
                branch: branch.name, head: branch.head, manifest: manifest, plan: plan, findings: result.findings)
            writes += [
                SourceFile(path: "\(folder)/proposal.json", bytes: try ManifestFile.bytes(manifest)),
                SourceFile(path: "\(folder)/README.md", text: page.markdown),
                SourceFile(path: "\(folder)/plan.txt", text: plan.text),
            ]
        }
        let message = BranchPage.commitMessage(branch: branch.name, plans: results.compactMap(\.planned))
        let id = try world.objects.commit(
            CommitDraft(parent: branch.head, writes: writes, message: message, time: world.now()))
        return (id, message)
    }
}
