/// One scalar of a resource that a plan changes, or a value of it that only the apply will tell.
package struct AttributeDifference: Hashable, Sendable {
    /// Dotted, items of lists by their number; empty for a value that is itself a scalar.
    package let path: String
    package let before: String?
    package let after: String?
    /// What is computed is unknown as a whole: nothing below it is listed.
    package let isUnknown: Bool
}

extension ResourceChange {
    /// Sorted by path.
    package var differences: [AttributeDifference] {
        let (old, new) = (before.leaves(), after.leaves())
        // Known items of a list are marked with false.
        let unknown = Set(afterUnknown.leaves().filter { $0.value == "true" }.keys)
        let known = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] && !Self.isWithin($0, unknown) }
        return known.union(unknown).sorted().map {
            AttributeDifference(path: $0, before: old[$0], after: new[$0], isUnknown: unknown.contains($0))
        }
    }

    private static func isWithin(_ path: String, _ places: Set<String>) -> Bool {
        guard !places.isEmpty else { return false }
        let steps = path.split(separator: ".")
        return places.contains("")
            || steps.indices.contains { places.contains(steps[...$0].joined(separator: ".")) }
    }
}

extension JSONValue {
    /// Dotted path → scalar.
    fileprivate func leaves(at path: String = "") -> [String: String] {
        let members: [(String, JSONValue)]
        switch self {
        case .object(let object): members = object.map { ($0.key, $0.value) }
        case .array(let items): members = items.enumerated().map { (String($0.offset), $0.element) }
        default: return scalarText.map { [path: $0] } ?? [:]
        }
        return members.reduce(into: [:]) { leaves, member in
            let place = path.isEmpty ? member.0 : "\(path).\(member.0)"
            leaves.merge(member.1.leaves(at: place)) { first, _ in first }
        }
    }
}
