/// Asks a command of the repository's own about a plan.
package protocol PlanChecker: Sendable {
    /// What the command objects to, one sentence each; empty where it objects to nothing.
    ///
    /// `plan` is what `terraform show -json` prints of it, with sensitive values masked; `files` are those of the check's folder.
    func objections(
        to plan: JSONValue, by check: Policy.Check, files: [SourceFile]
    ) async throws(Problem) -> [String]
}
