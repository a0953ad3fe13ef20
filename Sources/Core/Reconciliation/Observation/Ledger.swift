import Domain

/// The refs of Sphinx's namespace, sorted by what they say.
struct Ledger {
    struct Entry: Hashable {
        let key: ProposalKey
        let approval: Approval
    }

    private(set) var proposals: [ProposalKey: ObjectID] = [:]
    private(set) var approvals: [ProposalKey: ObjectID] = [:]
    private(set) var unfixable: [ProposalKey: ObjectID] = [:]
    private(set) var closed: [ProposalKey: ObjectID] = [:]
    private(set) var applying: [Entry: ObjectID] = [:]
    private(set) var applied: [Entry: ObjectID] = [:]
    private(set) var failed: [Entry: ObjectID] = [:]
    /// By their refs' names, which do not tell the workspace.
    private(set) var locks: [String: ObjectID] = [:]

    init(refs: [String: ObjectID], names: RefNames) {
        for (name, object) in refs where name.hasPrefix("\(names.namespace)/") {
            let steps = name.dropFirst(names.namespace.count + 1).split(separator: "/").map(String.init)
            guard steps.count >= 2 else { continue }
            switch steps[0] {
            case "proposals": note(proposal: steps[1], object)
            case "unfixable": ProposalKey(steps[1]).map { unfixable[$0] = object }
            case "closed": ProposalKey(steps[1]).map { closed[$0] = object }
            case "locks": locks[name] = object
            case "applying": Self.entry(steps).map { applying[$0] = object }
            case "applied": Self.entry(steps).map { applied[$0] = object }
            case "failed": Self.entry(steps).map { failed[$0] = object }
            default: continue
            }
        }
    }

    mutating func note(applying entry: Entry, _ object: ObjectID) {
        applying[entry] = object
    }

    private mutating func note(proposal name: String, _ object: ObjectID) {
        if let key = ProposalKey(name) {
            proposals[key] = object
        } else if name.hasPrefix("approve-"), let key = ProposalKey(name.dropFirst(8)) {
            approvals[key] = object
        }
    }

    private static func entry(_ steps: [String]) -> Entry? {
        guard steps.count == 3, let key = ProposalKey(steps[1]), let approval = Approval(steps[2]) else { return nil }
        return Entry(key: key, approval: approval)
    }
}
