import Domain
import Reports

/// Plans what a person's branch changes in one workspace; nothing is committed or pushed here.
struct BranchStage: Sendable {
    let world: World
    let settings: RunSettings
    let observation: Observation
    let branch: PersonalBranch
    let change: PersonalBranch.Change
    /// Plan although code would run or files be read.
    let isTrusted: Bool

    struct Result: Sendable {
        var draft: Draft
        var findings: [Finding] = []
        /// What is to be attached; nil where nothing is.
        var planned: (manifest: Manifest, plan: Plan)?
    }

    private var workspace: Workspace { change.new }
    private var redactor: Redactor { world.secrets.redactor(for: workspace.path) }
    private var key: ProposalKey { branch.key(in: workspace.path) }

    func perform() async -> Result {
        do throws(Problem) {
            let files = try world.files(of: workspace, in: branch.head)
            let findings = try check(files).findings()
            if let attached = change.attached, attached.inputDigest == digest {
                var outcome = outcome(.unchanged, nil)
                outcome.planDigest = attached.planDigest
                outcome.address = attached.address
                return Result(
                    draft: Draft(outcome: outcome),
                    findings: findings + BranchCheck.findings(of: attached.changes, in: workspace.path))
            }
            if !isTrusted, findings.contains(where: \.runsAtPlan) { return untrusted(findings) }
            if let reason = try await waiting() {
                return Result(draft: Draft(outcome: outcome(.waiting, reason)), findings: findings)
            }
            return planned(try await plan(files), findings)
        } catch {
            return Result(draft: Draft(outcome: outcome(.failed, error.message), problems: [error]))
        }
    }

    private func check(_ after: WorkspaceFiles) throws(Problem) -> BranchCheck {
        var known = try world.objects.files(below: workspace.folder, in: branch.fork)
        for module in workspace.modules.keys.sorted() where !module.hasPrefix("\(workspace.folder)/") {
            known += try world.objects.files(below: module, in: branch.fork)
        }
        return BranchCheck(before: change.old, after: after, known: known)
    }

    private func untrusted(_ findings: [Finding]) -> Result {
        let count = findings.count(where: \.runsAtPlan)
        let reason =
            "not planned: \(count == 1 ? "a finding" : "\(count) findings") would run code or read files at plan time; "
            + "look at \(count == 1 ? "it" : "them"), and run again with --trust"
        return Result(draft: Draft(outcome: outcome(.failed, reason)), findings: findings)
    }

    // MARK: The base

    /// A plan that holds what others left behind would approve that, too.
    private func waiting() async throws(Problem) -> String? {
        let pending = observation.pending.filter { $0.manifest.workspace == workspace.path }
        if !pending.isEmpty {
            return "base not applied (merged: \(pending.map(\.manifest.key.text).joined(separator: ", ")))"
        }
        guard let old = observation.workspace(workspace.path), !old.settings.targeted else { return nil }
        let plan = try await world.plan(of: try world.files(of: old, in: observation.snapshot.base))
        return plan.isEmpty ? nil : "base not applied (\(plan.summary))"
    }

    // MARK: The plan

    private func plan(_ files: WorkspaceFiles) async throws(Problem) -> Plan {
        guard workspace.settings.targeted else { return try await world.plan(of: files) }
        let old = try world.objects.files(directlyIn: workspace.folder, in: branch.fork)
        let new = files.files.filter { $0.folder == workspace.folder }
        let gone = old.filter { file in !new.contains { $0.path == file.path } }
        let targets = EditedBlocks.targets(from: old, to: new + gone.map { SourceFile(path: $0.path, text: "") })
        guard !targets.isEmpty else {
            throw Problem(
                .needsPerson,
                "\(workspace.path): with 'targeted: true' a resource or a module call has to change",
                hint: "change one, or plan the whole workspace")
        }
        return try await world.plan(of: files, targets: targets)
    }

    private func planned(_ plan: Plan, _ findings: [Finding]) -> Result {
        let all = findings + BranchCheck.findings(of: plan.approved, in: workspace.path)
        guard !plan.isEmpty || change.attached != nil else {
            return Result(
                draft: Draft(outcome: outcome(.noChange, "the plan is empty: there is nothing to approve")),
                findings: all)
        }
        let manifest = manifest(of: plan)
        var outcome = outcome(change.attached == nil ? .created : .refreshed, nil)
        outcome.address = manifest.address
        outcome.planDigest = plan.digest
        outcome.planSummary = plan.summary
        return Result(draft: Draft(outcome: outcome), findings: all, planned: (manifest, redactor.redact(plan)))
    }

    private func manifest(of plan: Plan) -> Manifest {
        Manifest(
            key: key, workspace: workspace.path, rule: PersonalBranch.rule, address: plan.subject, title: title,
            base: branch.fork, baseTree: change.old?.tree ?? workspace.tree, plannedTree: workspace.tree,
            modules: workspace.modules, inputDigest: digest,
            ruleDigest: Digest(of: [PersonalBranch.rule, branch.name]),
            promptVersion: "", author: .person, model: nil, planDigest: plan.digest, changes: plan.approved, risk: nil,
            terraformVersion: plan.terraformVersion, sphinxVersion: settings.version, branch: branch.name)
    }

    /// Equal digests mean that planning again would be planning the same.
    private var digest: Digest {
        Digest(
            of: [PersonalBranch.rule] + (change.old.map(InputDigest.trees) ?? [""]) + ["→"]
                + InputDigest.trees(workspace))
    }

    private var title: String { "The plan of \(branch.name)" }

    private func outcome(_ state: ProposalOutcome.State, _ reason: String?) -> ProposalOutcome {
        ProposalOutcome(
            key: key, branch: branch.name, workspace: workspace.path, rule: PersonalBranch.rule, address: "",
            title: title, state: state, reason: reason)
    }
}
