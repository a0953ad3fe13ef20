import Domain

/// The repository's policy, and its own command where it has one, at the pinned commit.
struct PolicyGate: Sendable {
    let policy: Policy
    let checker: (any PlanChecker)?
    let objects: any ObjectStore
    let base: ObjectID

    /// The blast radius.
    func refusals(of plan: Plan) -> [Refusal] {
        let count = plan.changes.count { !$0.isOutput }
        guard let most = policy.mostChanges, count > most else { return [] }
        return [Refusal(.policy, "the plan changes \(count) resources; the policy allows most_changes \(most)")]
    }

    var needsDocument: Bool { policy.check != nil }

    /// What the policy's command says against a plan.
    func refusals(of plan: JSONValue) async throws(Problem) -> [Refusal] {
        guard let check = policy.check else { return [] }
        guard let checker else {
            throw Problem(.bug, "the policy has a command, and nothing here runs it")
        }
        let files = try check.folder.map { (folder) throws(Problem) in try objects.files(below: folder, in: base) }
        if let folder = check.folder, files?.isEmpty ?? true {
            throw Problem(
                .needsPerson, "the policy's folder '\(folder)' is not in the repository",
                hint: "correct 'policy.check.files' in the rules file")
        }
        return try await checker.objections(to: plan, by: check, files: files ?? [])
            .map { Refusal(.policy, "the policy's command: \($0)") }
    }
}
