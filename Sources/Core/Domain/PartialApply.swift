/// What an apply had done when it failed.
package struct PartialApply: Hashable, Sendable {
    /// Address → what was done to the resource.
    package let completed: [String: Set<ResourceChange.Action>]
    package let log: String

    package init(completed: [String: Set<ResourceChange.Action>] = [:], log: String) {
        self.completed = completed
        self.log = log
    }

    /// Terraform tells of these alone when they are done; it just notes moved, imported and forgotten resources.
    private static let told: Set<ResourceChange.Action> = [.create, .update, .delete]

    /// The addresses of approved changes, sorted: those that are done, and those that are left.
    package func divided(_ changes: [ApprovedChange]) -> (done: [String], left: [String]) {
        var (done, left): (Set<String>, Set<String>) = ([], [])
        for change in changes {
            let wanted = Self.told.intersection(change.actions)
            if wanted.isEmpty || change.address.hasPrefix("output.") { continue }
            if wanted.isSubset(of: completed[change.address] ?? []) {
                done.insert(change.address)
            } else {
                left.insert(change.address)
            }
        }
        return (done.subtracting(left).sorted(), left.sorted())
    }
}
