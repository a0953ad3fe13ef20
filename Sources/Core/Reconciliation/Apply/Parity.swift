package import Domain

/// Whether a fresh plan is what was approved; pure.
package enum Parity: Hashable, Sendable {
    /// Exactly the approved changes, and all of them.
    case equal
    /// Nothing is left to change.
    case nothingToDo
    case different(Difference)

    /// Which addresses make the difference, each sorted.
    package struct Difference: Hashable, Sendable {
        /// Planned now, and not approved.
        package let unapproved: [String]
        /// Approved, and not planned any more.
        package let missing: [String]
        /// Approved, and planned differently now.
        package let changed: [String]

        package init(unapproved: [String], missing: [String], changed: [String]) {
            self.unapproved = unapproved
            self.missing = missing
            self.changed = changed
        }

        package var sentence: String {
            [
                unapproved.isEmpty ? nil : "not approved: \(unapproved.joined(separator: ", "))",
                missing.isEmpty ? nil : "approved but not planned any more: \(missing.joined(separator: ", "))",
                changed.isEmpty ? nil : "planned differently now: \(changed.joined(separator: ", "))",
            ].compactMap { $0 }.joined(separator: "; ")
        }
    }

    /// Compares a plan with the union of what the manifests approve.
    ///
    /// Two manifests that approve different changes of one address approve neither.
    package static func of(_ plan: Plan, with manifests: [Manifest]) -> Parity {
        if plan.isEmpty { return .nothingToDo }
        let approved = Dictionary(grouping: manifests.flatMap(\.changes), by: \.address)
            .mapValues { Set($0.map(\.digest)) }
        let planned = Dictionary(plan.changes.map { ($0.address, $0.digest) }) { first, _ in first }
        let difference = Difference(
            unapproved: planned.keys.filter { approved[$0] == nil }.sorted(),
            missing: approved.keys.filter { planned[$0] == nil }.sorted(),
            changed: planned.filter { approved[$0.key] != nil && approved[$0.key] != [$0.value] }.keys.sorted())
        let isSame = difference.unapproved.isEmpty && difference.missing.isEmpty && difference.changed.isEmpty
        return isSame ? .equal : .different(difference)
    }
}
